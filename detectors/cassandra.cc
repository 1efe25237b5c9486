// SPDX-License-Identifier: MIT
//
// See cassandra.h.
#include "detectors/cassandra.h"

#include "detectors/address-key.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace swim::detectors
{

namespace
{

enum class CassandraType : std::uint8_t
{
    SYN = static_cast<std::uint8_t>(CommonType::OWN), ///< digests of all
    ACK,  ///< how many are wanted, what of them is known; then what is newer here
    ACK2, ///< what was wanted
};

constexpr std::size_t IPV4_BYTES = 4;

/// Address, port, generation and version.
constexpr std::size_t DIGEST_BYTES = 14;

constexpr std::int64_t NS_PER_MICROSECOND = 1000;

} // namespace

DetectorMaker Cassandra::MakerOf(const Config& config)
{
    const auto shared = std::make_shared<const Config>(config);
    return [shared](const Setup& setup, const Rng& rng, Directory& directory) {
        return std::make_unique<Cassandra>(setup, rng, directory, shared);
    };
}

Cassandra::Cassandra(const Setup& setup,
                     const Rng& rng,
                     Directory& directory,
                     std::shared_ptr<const Config> config)
    : MemberBase(setup, rng, directory),
      m_config(std::move(config))
{
}

void Cassandra::OnStart()
{
    m_nextRound = RandomPhase(m_config->gossipInterval);
    m_lastLook = m_now;
}

void Cassandra::OnMet(Slot slot)
{
    while (m_endpoints.size() <= slot.Value())
    {
        m_endpoints.emplace_back(m_config->window);
    }
    Endpoint& endpoint = m_endpoints[slot.Value()];
    endpoint.last = m_now;
    m_slotOf[AddressKey(AddressOf(slot))] = slot;
}

void Cassandra::OnReturn(Slot slot, Outbox& out)
{
    m_slotOf[AddressKey(AddressOf(slot))] = slot;
    m_endpoints[slot.Value()].version = 0; // of the next generation
    m_endpoints[slot.Value()].last = m_now;
    MemberBase::OnReturn(slot, out);
}

void Cassandra::OnJoined(Outbox& /*out*/)
{
    m_asking = false;
}

Instant Cassandra::Next() const
{
    return m_nextRound;
}

void Cassandra::Fire(Outbox& out)
{
    const Duration interval = m_config->gossipInterval;
    m_nextRound += interval * ((m_now - m_nextRound) / interval + 1);
    ++m_endpoints[Self().Value()].version;
    std::vector<Slot> live;
    std::vector<Slot> unreachable;
    std::vector<Slot> seeds;
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const MemberState state = m_members.At(slot).State();
        if (slot == Self() || state == MemberState::LEFT)
        {
            continue;
        }
        (state == MemberState::DEAD ? unreachable : live).push_back(slot);
        if (IsSeed(slot))
        {
            seeds.push_back(slot);
        }
    }
    bool toSeed = false;
    if (!live.empty())
    {
        const Slot target = live[m_rng.Below(live.size())];
        toSeed = IsSeed(target);
        SendSyn(target, out);
    }
    // With probability unreachable / (live + 1).
    if (!unreachable.empty() && m_rng.Below(live.size() + 1) < unreachable.size())
    {
        GossipTo(unreachable, out);
    }
    const std::size_t all = live.size() + unreachable.size();
    if (!seeds.empty() && (!toSeed || live.size() < seeds.size()) &&
        (live.empty() || m_rng.Below(all) < seeds.size()))
    {
        GossipTo(seeds, out);
    }
    Convict(out);
}

void Cassandra::GossipTo(const std::vector<Slot>& some, Outbox& out)
{
    SendSyn(some[m_rng.Below(some.size())], out);
}

void Cassandra::WriteDigest(Slot slot, std::uint32_t version, ByteWriter& writer) const
{
    const Address& address = AddressOf(slot);
    for (const std::uint8_t byte : address.Bytes().last(IPV4_BYTES))
    {
        writer.Number(byte);
    }
    writer.Number(address.port);
    writer.Number(m_members.At(slot).incarnation);
    writer.Number(version);
}

Cassandra::Digest Cassandra::ReadDigest(ByteReader& body)
{
    std::array<std::uint8_t, IPV4_BYTES> bytes{};
    std::ranges::copy(body.Take(IPV4_BYTES), bytes.begin());
    const Address address(bytes, body.Number<std::uint16_t>());
    const auto generation = body.Number<std::uint32_t>();
    return {address, generation, body.Number<std::uint32_t>()};
}

void Cassandra::SendSyn(Slot to, Outbox& out)
{
    const std::size_t start = Begin(static_cast<std::uint8_t>(CassandraType::SYN), out);
    ByteWriter writer(out.Arena());
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        if (m_members.At(slot).State() != MemberState::LEFT)
        {
            WriteDigest(slot, m_endpoints[slot.Value()].version, writer);
        }
    }
    ++m_counters.probes;
    SendTo(to, TrafficKind::GOSSIP, start, out);
}

/// After each round, for every endpoint.
void Cassandra::Convict(Outbox& out)
{
    const bool paused = m_now - m_lastLook > m_config->maxLocalPause;
    m_lastLook = m_now;
    if (paused)
    {
        m_lastPause = m_now;
    }
    if (m_lastPause != Instant::min() && m_now - m_lastPause < m_config->maxLocalPause)
    {
        return;
    }
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const Endpoint& endpoint = m_endpoints[slot.Value()];
        if (slot == Self() || !endpoint.reported || m_members.At(slot).Gone())
        {
            continue;
        }
        const auto us =
            static_cast<double>((m_now - endpoint.last).count()) / double{NS_PER_MICROSECOND};
        if (ExponentialPhi(us, endpoint.intervals.Mean()) > m_config->threshold)
        {
            Doubt(slot, MemberState::DEAD, OwnName(), out);
        }
    }
}

TrafficKind Cassandra::KindOf(std::uint8_t type) const
{
    return type == static_cast<std::uint8_t>(CassandraType::SYN) ? TrafficKind::GOSSIP
                                                                 : TrafficKind::ACK;
}

Slot Cassandra::Find(const Digest& digest, Slot from, Outbox& out)
{
    const auto found = m_slotOf.find(AddressKey(digest.address));
    if (found != m_slotOf.end())
    {
        return found->second;
    }
    if (!m_asking)
    {
        m_asking = true;
        AskForTable(from, out);
    }
    return NONE;
}

bool Cassandra::IsNewer(const Digest& digest, Slot slot) const
{
    const std::uint32_t generation = m_members.At(slot).incarnation;
    return digest.generation != generation ? digest.generation > generation
                                           : digest.version > m_endpoints[slot.Value()].version;
}

bool Cassandra::IsWhole(Way way, std::uint8_t type, ByteReader body) const
{
    if (way != Way::DATAGRAM || type > static_cast<std::uint8_t>(CassandraType::ACK2))
    {
        return false;
    }
    const bool asks = type == static_cast<std::uint8_t>(CassandraType::ACK);
    const auto wanted = asks ? body.Number<std::uint32_t>() : 0;
    return body.Ok() && body.Left() % DIGEST_BYTES == 0 && body.Left() / DIGEST_BYTES >= wanted;
}

bool Cassandra::OnDatagram(Slot from, std::uint8_t type, ByteReader& body, Outbox& out)
{
    switch (static_cast<CassandraType>(type))
    {
    case CassandraType::SYN:
        return OnSyn(from, body, out);
    case CassandraType::ACK:
        return OnAck(from, body, out);
    case CassandraType::ACK2:
        while (body.Left() > 0)
        {
            const Digest news = ReadDigest(body);
            const Slot slot = Find(news, from, out);
            if (slot != NONE)
            {
                Apply(slot, news, from, out);
            }
        }
        return true;
    default:
        return false;
    }
}

bool Cassandra::OnSyn(Slot from, ByteReader& body, Outbox& out)
{
    std::vector<Slot> wanted;
    std::vector<Slot> newer;
    while (body.Left() > 0)
    {
        const Digest digest = ReadDigest(body);
        const Slot slot = Find(digest, from, out);
        if (slot == NONE || m_members.At(slot).State() == MemberState::LEFT)
        {
            continue;
        }
        if (IsNewer(digest, slot))
        {
            wanted.push_back(slot);
        }
        else if (digest.generation != m_members.At(slot).incarnation ||
                 digest.version != m_endpoints[slot.Value()].version)
        {
            newer.push_back(slot);
        }
    }
    const std::size_t start = Begin(static_cast<std::uint8_t>(CassandraType::ACK), out);
    ByteWriter writer(out.Arena());
    writer.Number(static_cast<std::uint32_t>(wanted.size()));
    for (const std::vector<Slot>& slots : {wanted, newer})
    {
        for (const Slot slot : slots)
        {
            WriteDigest(slot, m_endpoints[slot.Value()].version, writer);
        }
    }
    SendTo(from, TrafficKind::ACK, start, out);
    return true;
}

bool Cassandra::OnAck(Slot from, ByteReader& body, Outbox& out)
{
    const auto wanted = body.Number<std::uint32_t>();
    std::vector<Slot> told;
    for (std::uint32_t i = 0; i < wanted; ++i)
    {
        const Digest digest = ReadDigest(body);
        const Slot slot = Find(digest, from, out);
        if (slot != NONE && !IsNewer(digest, slot))
        {
            told.push_back(slot);
        }
    }
    while (body.Left() > 0)
    {
        const Digest news = ReadDigest(body);
        const Slot slot = Find(news, from, out);
        if (slot != NONE)
        {
            Apply(slot, news, from, out);
        }
    }
    if (!told.empty())
    {
        const std::size_t start = Begin(static_cast<std::uint8_t>(CassandraType::ACK2), out);
        ByteWriter writer(out.Arena());
        for (const Slot slot : told)
        {
            WriteDigest(slot, m_endpoints[slot.Value()].version, writer);
        }
        SendTo(from, TrafficKind::ACK, start, out);
    }
    return true;
}

void Cassandra::Apply(Slot slot, const Digest& news, Slot from, Outbox& out)
{
    if (slot == Self() || !IsNewer(news, slot))
    {
        return;
    }
    const Duration interval = m_now - m_endpoints[slot.Value()].last;
    if (news.generation > m_members.At(slot).incarnation &&
        Hear(NameText(slot), news.generation, news.address, out) == NONE)
    {
        return;
    }
    if (m_members.At(slot).State() == MemberState::LEFT)
    {
        return;
    }
    Endpoint& endpoint = m_endpoints[slot.Value()];
    if (!endpoint.reported || interval <= m_config->maxInterval)
    {
        const Duration counted = endpoint.reported ? interval : m_config->maxInterval;
        endpoint.intervals.Add(static_cast<std::uint32_t>(counted.count() / NS_PER_MICROSECOND));
    }
    endpoint.reported = true;
    endpoint.version = news.version;
    endpoint.last = m_now;
    Trust(slot, NameOf(from), out);
}

} // namespace swim::detectors
