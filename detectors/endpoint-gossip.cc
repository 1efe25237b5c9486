// SPDX-License-Identifier: MIT
//
// See endpoint-gossip.h.
#include "detectors/endpoint-gossip.h"

#include "detectors/address-key.h"

#include <algorithm>

namespace swim::detectors
{

namespace
{

enum class GossipType : std::uint8_t
{
    SYN = static_cast<std::uint8_t>(CommonType::OWN), ///< digests of all
    ACK,  ///< how many are wanted, what of them is known; then what is newer here
    ACK2, ///< what was wanted
};

/// Address, port, generation and version.
constexpr std::size_t DIGEST_BYTES = 14;

/// Of them, address and port, which lie in the upper bytes of the first eight.
constexpr std::size_t KEY_BYTES = 6;
constexpr int KEY_SHIFT = 8 * (WORD_BYTES - KEY_BYTES);

constexpr int GENERATION_SHIFT = 32;

} // namespace

EndpointGossip::EndpointGossip(const Setup& setup,
                               const Rng& rng,
                               Directory& directory,
                               std::uint32_t seeds)
    : MemberBase(setup, rng, directory),
      m_seeds(seeds)
{
}

void EndpointGossip::OnMet(Slot slot)
{
    const std::size_t places = std::max<std::size_t>(m_digests.size(), slot.Value() + 1);
    m_digests.resize(places);
    m_reported.resize(places);
    BeginLife(slot);
}

void EndpointGossip::BeginLife(Slot slot)
{
    const std::uint64_t key = AddressKey(AddressOf(slot));
    const std::uint64_t generation = m_members.At(slot).incarnation;
    m_digests[slot.Value()] = {key, generation << GENERATION_SHIFT};
    m_reported[slot.Value()] = m_now;
    m_slotOf[key] = slot;
    OnLife(slot);
}

void EndpointGossip::OnReturn(Slot slot, Outbox& /*out*/)
{
    BeginLife(slot);
}

void EndpointGossip::OnLife(Slot /*slot*/)
{
}

void EndpointGossip::ExpectReport(Slot /*slot*/) const
{
}

void EndpointGossip::OnJoined(Outbox& /*out*/)
{
    m_asking = false;
}

std::size_t EndpointGossip::BeginSyn(Outbox& out)
{
    SetOwnGeneration();
    ++m_digests[Self().Value()].clock;
    const std::size_t start = Begin(static_cast<std::uint8_t>(GossipType::SYN), out);
    WriteSyn(out.Arena());
    return start;
}

void EndpointGossip::GossipToUnreachable(std::size_t syn, Outbox& out)
{
    const std::size_t unreachable = m_members.Count(MemberState::DEAD);
    if (unreachable > 0 && m_rng.Below(Live() + 1) < unreachable)
    {
        Gossip(NthOther(MemberState::DEAD, m_rng.Below(unreachable)), syn, out);
    }
}

std::vector<Slot> EndpointGossip::Seeds() const
{
    std::vector<Slot> seeds;
    for (const Slot slot : FirstIds<Slot>(std::min(m_seeds, m_members.Slots())))
    {
        if (slot != Self() && StateOf(slot) != MemberState::LEFT)
        {
            seeds.push_back(slot);
        }
    }
    return seeds;
}

/// It may have been outdone.
void EndpointGossip::SetOwnGeneration()
{
    std::uint64_t& clock = m_digests[Self().Value()].clock;
    clock = std::uint64_t{Incarnation()} << GENERATION_SHIFT | static_cast<std::uint32_t>(clock);
}

EndpointGossip::Digest EndpointGossip::Read(wire::ByteView digests)
{
    return {LoadWord(digests.data()) >> KEY_SHIFT, LoadWord(digests.data() + KEY_BYTES)};
}

/// @param at room for DIGEST_BYTES
void EndpointGossip::Write(const Digest& digest, std::uint8_t* at)
{
    StoreWord(digest.key << KEY_SHIFT, at);
    StoreWord(digest.clock, at + KEY_BYTES);
}

void EndpointGossip::WriteSyn(wire::Bytes& bytes) const
{
    const std::size_t start = bytes.size();
    bytes.resize(start + m_digests.size() * DIGEST_BYTES);
    const std::span<const MemberState> states = States();
    std::uint8_t* at = bytes.data() + start;
    for (std::size_t place = 0; place < states.size(); ++place)
    {
        Write(m_digests[place], at); // the next one overwrites whoever left
        at += states[place] == MemberState::LEFT ? 0 : DIGEST_BYTES;
    }
    bytes.resize(static_cast<std::size_t>(at - bytes.data()));
}

TrafficKind EndpointGossip::KindOf(std::uint8_t type) const
{
    return type == static_cast<std::uint8_t>(GossipType::SYN) ? TrafficKind::GOSSIP
                                                              : TrafficKind::ACK;
}

/// @param place where lists of a cluster that started together may have it, or before
/// @return the endpoint, or NONE
Slot EndpointGossip::Find(std::uint64_t key, std::size_t place) const
{
    // Lists of what is newer, or wanted, leave some out.
    constexpr std::size_t MOST_LEFT_OUT = 8;
    const std::size_t end = std::min(place + MOST_LEFT_OUT, m_digests.size());
    for (; place < end; ++place)
    {
        if (m_digests[place].key == key)
        {
            return Slot(static_cast<std::uint32_t>(place));
        }
    }
    const auto found = m_slotOf.find(key);
    return found == m_slotOf.end() ? Slot(NONE) : found->second;
}

void EndpointGossip::Ask(Slot whom, Outbox& out)
{
    if (!m_asking)
    {
        m_asking = true;
        AskForTable(whom, out);
    }
}

bool EndpointGossip::IsWhole(Way way, std::uint8_t type, ByteReader body) const
{
    if (way != Way::DATAGRAM || type > static_cast<std::uint8_t>(GossipType::ACK2))
    {
        return false;
    }
    const bool asks = type == static_cast<std::uint8_t>(GossipType::ACK);
    const auto wanted = asks ? body.Number<std::uint32_t>() : 0;
    return body.Ok() && body.Left() % DIGEST_BYTES == 0 && body.Left() / DIGEST_BYTES >= wanted;
}

bool EndpointGossip::OnDatagram(Slot from, std::uint8_t type, ByteReader& body, Outbox& out)
{
    SetOwnGeneration();
    const wire::ByteView rest = body.Take(body.Left());
    switch (static_cast<GossipType>(type))
    {
    case GossipType::SYN:
        OnSyn(from, rest, out);
        return true;
    case GossipType::ACK:
        OnAck(from, rest, out);
        return true;
    case GossipType::ACK2:
        OnNews(from, rest, out);
        return true;
    default:
        return false;
    }
}

void EndpointGossip::OnSyn(Slot from, wire::ByteView digests, Outbox& out)
{
    const std::size_t start = Begin(static_cast<std::uint8_t>(GossipType::ACK), out);
    wire::Bytes& ack = out.Arena();
    const std::size_t count = ack.size();
    constexpr std::size_t COUNT_BYTES = 4;
    ack.resize(count + COUNT_BYTES + digests.size()); // if all are
    wire::Bytes& newer = out.Scratch();
    newer.resize(digests.size());
    const std::span<const MemberState> states = States();
    std::uint8_t* const firstWanted = ack.data() + count + COUNT_BYTES;
    std::uint8_t* nextWanted = firstWanted;
    std::uint8_t* nextNewer = newer.data();
    bool stranger = false;
    std::size_t next = 0;
    for (; !digests.empty(); digests = digests.subspan(DIGEST_BYTES))
    {
        const Digest theirs = Read(digests);
        const Slot slot = Find(theirs.key, next);
        stranger |= slot == NONE;
        if (slot == NONE || states[slot.Value()] == MemberState::LEFT)
        {
            continue;
        }
        // Either is as likely as the other, so that this had better be no branch.
        const Digest ours = m_digests[slot.Value()];
        Write(ours, nextWanted);
        Write(ours, nextNewer);
        nextWanted += theirs.clock > ours.clock ? DIGEST_BYTES : 0;
        nextNewer += theirs.clock < ours.clock ? DIGEST_BYTES : 0;
        next = slot.Value() + 1;
    }
    const auto wanted = static_cast<std::uint32_t>((nextWanted - firstWanted) / DIGEST_BYTES);
    StoreNumber(wanted, ack.data() + count);
    ack.resize(count + COUNT_BYTES + wanted * DIGEST_BYTES);
    ack.insert(ack.end(), newer.data(), nextNewer);
    SendTo(from, TrafficKind::ACK, start, out);
    if (stranger)
    {
        Ask(from, out);
    }
}

void EndpointGossip::OnAck(Slot from, wire::ByteView body, Outbox& out)
{
    ByteReader reader(body);
    const auto wanted = reader.Number<std::uint32_t>();
    std::vector<Slot> told;
    told.reserve(wanted);
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < wanted; ++i)
    {
        const Digest theirs = Read(reader.Take(DIGEST_BYTES));
        const Slot slot = Find(theirs.key, next);
        if (slot == NONE)
        {
            Ask(from, out);
            continue;
        }
        next = slot.Value() + 1;
        if (theirs.clock <= m_digests[slot.Value()].clock)
        {
            told.push_back(slot);
        }
    }
    OnNews(from, reader.Take(reader.Left()), out);
    if (!told.empty())
    {
        const std::size_t start = Begin(static_cast<std::uint8_t>(GossipType::ACK2), out);
        wire::Bytes& bytes = out.Arena();
        std::size_t at = bytes.size();
        bytes.resize(at + told.size() * DIGEST_BYTES);
        for (const Slot slot : told)
        {
            Write(m_digests[slot.Value()], bytes.data() + at);
            at += DIGEST_BYTES;
        }
        SendTo(from, TrafficKind::ACK, start, out);
    }
}

/// Takes over whole digests; what lies behind them is passed over.
void EndpointGossip::OnNews(Slot from, wire::ByteView digests, Outbox& out)
{
    std::size_t next = 0;
    for (; digests.size() >= DIGEST_BYTES; digests = digests.subspan(DIGEST_BYTES))
    {
        const Digest news = Read(digests);
        const Slot slot = Find(news.key, next);
        if (slot == NONE)
        {
            Ask(from, out);
            continue;
        }
        constexpr std::size_t AHEAD = 16;
        if (slot.Value() + AHEAD < m_digests.size())
        {
            ExpectReport(Slot(slot.Value() + AHEAD));
        }
        Apply(slot, news, from, out);
        next = slot.Value() + 1;
    }
}

void EndpointGossip::Apply(Slot slot, const Digest& news, Slot from, Outbox& out)
{
    const std::size_t place = slot.Value();
    const std::uint64_t known = m_digests[place].clock;
    if (slot == Self() || news.clock <= known)
    {
        return;
    }
    const Duration since = m_now - m_reported[place];
    const auto generation = static_cast<std::uint32_t>(news.clock >> GENERATION_SHIFT);
    if (generation > known >> GENERATION_SHIFT &&
        Hear(NameText(slot), generation, AddressOfKey(news.key), out) == NONE)
    {
        return;
    }
    if (StateOf(slot) == MemberState::LEFT)
    {
        return;
    }
    m_digests[place].clock = news.clock;
    m_reported[place] = m_now;
    OnReport(slot, since, from, out);
}

} // namespace swim::detectors
