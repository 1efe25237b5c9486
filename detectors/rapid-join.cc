// SPDX-License-Identifier: MIT
//
// See rapid.h: how a member comes into a configuration, and whom the others tell.
#include "detectors/rapid-types.h"
#include "detectors/rapid.h"
#include "swim/versions.h"

#include <algorithm>

namespace swim::detectors
{

namespace
{

/// How often a joiner tries before it says that it failed.
constexpr std::uint32_t MOST_ATTEMPTS = 5;

constexpr std::uint8_t CodeOf(RapidType type)
{
    return static_cast<std::uint8_t>(type);
}

/// @return what is in a stream's frame; empty: it is none
wire::ByteView PayloadOf(wire::ByteView bytes)
{
    wire::ByteView payload;
    const bool framed = !bytes.empty() &&
                        bytes[0] == static_cast<std::uint8_t>(wire::MessageType::USER) &&
                        wire::DecodeUser(bytes.subspan(1), payload);
    return framed ? payload : wire::ByteView{};
}

} // namespace

/// One seed is asked; of the others it is said at once that they are not.
void Rapid::Join(Instant now, std::span<const Address> seeds, Outbox& out)
{
    FireDue(now, out);
    if (seeds.empty() || m_left)
    {
        return;
    }
    EndJoin(false, out);
    const std::size_t first = m_rng.Below(seeds.size());
    m_joining = {};
    m_joining.told = false;
    for (std::size_t i = 0; i < seeds.size(); ++i)
    {
        m_joining.seeds.push_back(seeds[(first + i) % seeds.size()]);
        if (i > 0)
        {
            out.AddEvent({EventKind::JOIN_FAILED});
        }
    }
    AskSeed(out);
}

void Rapid::AskSeed(Outbox& out)
{
    const std::size_t turn = m_joining.attempts++ % m_joining.seeds.size();
    wire::Bytes& message = out.Scratch();
    Begin(CodeOf(RapidType::PRE_JOIN), message);
    ByteWriter(message).Place(m_directory.Get(m_identity).address);
    m_joining.exchange = Open(m_joining.seeds[turn], message, out);
    m_joining.retryAt = m_now + m_shared->config.joinTimeout;
}

/// Tells the driver how its Join went, once.
void Rapid::EndJoin(bool joined, Outbox& out)
{
    m_joining.retryAt = NEVER;
    if (!m_joining.told)
    {
        m_joining.told = true;
        out.AddEvent({joined ? EventKind::JOIN_SUCCEEDED : EventKind::JOIN_FAILED});
    }
}

void Rapid::OnJoinTime(Outbox& out)
{
    if (m_joining.exchange != 0 && m_exchanges.erase(m_joining.exchange) > 0)
    {
        out.AddAbort(m_joining.exchange);
    }
    // Who was removed has nobody who would ask it to join again: it goes on.
    if (m_joining.told || m_joining.attempts < MOST_ATTEMPTS)
    {
        if (!m_joining.seeds.empty())
        {
            AskSeed(out);
            return;
        }
    }
    EndJoin(false, out);
}

void Rapid::ReceiveStream(Instant now, wire::ByteView bytes, Outbox& out)
{
    FireDue(now, out);
    if (m_left)
    {
        return;
    }
    ByteReader reader(PayloadOf(bytes));
    const auto type = reader.Number<std::uint8_t>();
    const std::string_view name = reader.Name();
    const auto incarnation = reader.Number<std::uint32_t>();
    const Address from = reader.Place();
    if (!reader.Ok() || name.empty() || !IsWhole(type, reader))
    {
        Reject(Rejection::STREAM_MALFORMED, out);
        return;
    }
    out.SetReceived(TrafficKind::PUSH_PULL);
    bool good = true;
    if (type == CodeOf(RapidType::PRE_JOIN))
    {
        OnPreJoin(name, from, out);
    }
    else if (type == CodeOf(RapidType::JOIN))
    {
        const NameId id = m_directory.InternName(name);
        good = id != NONE && OnJoinRequest(id, incarnation, from, reader, out);
    }
    else
    {
        good = type == CodeOf(RapidType::WELCOME) && TakeConfiguration(reader, out);
    }
    if (!good)
    {
        Reject(Rejection::STREAM_MALFORMED, out);
    }
    FireDue(now, out);
}

void Rapid::OnPreJoin(std::string_view name, const Address& /*from*/, Outbox& out)
{
    wire::Bytes& message = out.Scratch();
    Begin(CodeOf(RapidType::PRE_JOIN_ANSWER), message);
    ByteWriter writer(message);
    writer.Place(m_directory.Get(m_identity).address);
    const std::uint64_t hash = RapidHash(name);
    if (!m_view)
    {
        writer.Number(static_cast<std::uint8_t>(JoinStatus::NOT_READY));
    }
    else if (m_view->Has(hash))
    {
        writer.Number(static_cast<std::uint8_t>(JoinStatus::ALREADY_IN));
        WriteConfiguration(writer);
    }
    else
    {
        writer.Number(static_cast<std::uint8_t>(JoinStatus::SAFE_TO_JOIN));
        writer.Number(m_configuration);
        writer.Number(static_cast<std::uint8_t>(m_view->Rings()));
        for (std::uint32_t ring = 0; ring < m_view->Rings(); ++ring)
        {
            const Slot observer = m_members.Find(m_view->ExpectedObserver(hash, ring));
            writer.Place(m_directory.Get(m_members.At(observer).identity).address);
        }
    }
    const std::size_t start = out.Arena().size();
    wire::EncodeUser(message, out.Arena());
    out.SetStreamAnswer(start, TrafficKind::PUSH_PULL);
}

void Rapid::ReceiveStreamAnswer(Instant now, std::uint32_t id, wire::ByteView bytes, Outbox& out)
{
    FireDue(now, out);
    const auto found = m_exchanges.find(id);
    if (found == m_exchanges.end() || m_left)
    {
        return;
    }
    const bool asksSeed = found->second == CodeOf(RapidType::PRE_JOIN);
    m_exchanges.erase(found);
    if (!asksSeed || bytes.empty())
    {
        return; // observers and joiners close without a word
    }
    ByteReader reader(PayloadOf(bytes));
    const auto type = reader.Number<std::uint8_t>();
    reader.Name();
    reader.Number<std::uint32_t>();
    reader.Place();
    if (!reader.Ok() || type != CodeOf(RapidType::PRE_JOIN_ANSWER) || !IsWhole(type, reader))
    {
        Reject(Rejection::STREAM_MALFORMED, out);
        return;
    }
    out.SetReceived(TrafficKind::PUSH_PULL);
    OnPreJoinAnswer(reader, out);
    FireDue(now, out);
}

void Rapid::OnPreJoinAnswer(ByteReader& body, Outbox& out)
{
    const auto status = static_cast<JoinStatus>(body.Number<std::uint8_t>());
    if (status == JoinStatus::NOT_READY)
    {
        return; // asked again at retryAt
    }
    if (status == JoinStatus::ALREADY_IN)
    {
        if (!TakeConfiguration(body, out))
        {
            Reject(Rejection::STREAM_MALFORMED, out);
        }
        return;
    }
    const auto configuration = body.Number<std::uint64_t>();
    const auto rings = body.Number<std::uint8_t>();
    std::vector<std::pair<Address, std::uint16_t>> observers;
    for (std::uint8_t ring = 0; ring < rings && body.Ok(); ++ring)
    {
        const Address address = body.Place();
        const auto bit = static_cast<std::uint16_t>(1U << ring);
        const auto same = std::ranges::find_if(observers, [&](const auto& observer) {
            return observer.first == address;
        });
        if (same != observers.end())
        {
            same->second |= bit;
        }
        else
        {
            observers.emplace_back(address, bit);
        }
    }
    if (!body.AtEnd())
    {
        Reject(Rejection::STREAM_MALFORMED, out);
        return;
    }
    for (const auto& [address, bits] : observers)
    {
        wire::Bytes& message = out.Scratch();
        Begin(CodeOf(RapidType::JOIN), message);
        ByteWriter writer(message);
        writer.Place(m_directory.Get(m_identity).address);
        writer.Number(configuration);
        writer.Number(bits);
        Open(address, message, out);
    }
}

/// An observer alerts, and owes the joiner the configuration in which it is.
bool Rapid::OnJoinRequest(NameId name,
                          std::uint32_t incarnation,
                          const Address& from,
                          ByteReader& body,
                          Outbox& /*out*/)
{
    const auto configuration = body.Number<std::uint64_t>();
    const auto rings = body.Number<std::uint16_t>();
    if (!body.AtEnd())
    {
        return false;
    }
    // Of another configuration: the joiner asks again, for other observers.
    if (m_view && configuration == m_configuration && !InConfiguration(name))
    {
        m_waiting.insert(name);
        AddAlert({false, false, name, incarnation, from, rings, m_now});
    }
    return true;
}

void Rapid::StreamFailed(Instant now, std::uint32_t id, Outbox& out)
{
    FireDue(now, out);
    const auto found = m_exchanges.find(id);
    if (found == m_exchanges.end() || m_left)
    {
        return;
    }
    const bool asksSeed = found->second == CodeOf(RapidType::PRE_JOIN);
    m_exchanges.erase(found);
    if (asksSeed && id == m_joining.exchange && m_joining.retryAt != NEVER)
    {
        m_joining.retryAt = std::min(m_joining.retryAt, m_now + m_shared->config.probeTimeout);
    }
    FireDue(now, out);
}

void Rapid::WriteConfiguration(ByteWriter& writer) const
{
    const std::vector<NameId> names = m_view->InOrder();
    writer.Number(m_configuration);
    writer.Number(static_cast<std::uint32_t>(names.size()));
    for (const NameId name : names)
    {
        const PeerRecord record = m_members.At(m_members.Find(name));
        writer.Name(m_directory.Name(name));
        writer.Number(record.incarnation);
        writer.Place(m_directory.Get(record.identity).address);
    }
}

/// A joiner, or a restarted process whose former life is still a member, takes a configuration over.
bool Rapid::TakeConfiguration(ByteReader& body, Outbox& out)
{
    struct Row
    {
        NameId name;
        std::uint32_t incarnation;
        Address address;
    };

    const auto configuration = body.Number<std::uint64_t>();
    const auto count = body.Number<std::uint32_t>();
    std::vector<Row> rows;
    bool named = false;
    for (std::uint32_t i = 0; i < count && body.Ok(); ++i)
    {
        const std::string_view text = body.Name();
        const auto incarnation = body.Number<std::uint32_t>();
        const Address address = body.Place();
        const NameId name = m_directory.InternName(text);
        if (name == NONE || text.empty())
        {
            return false;
        }
        rows.push_back({name, incarnation, address});
        named = named || name == m_name;
    }
    if (!body.AtEnd())
    {
        return false;
    }
    if (m_joining.retryAt == NEVER || !named)
    {
        return true; // another observer told us before, or it is not ours
    }
    for (const NameId name : CurrentMembers())
    {
        if (std::ranges::none_of(rows, [&](const Row& row) { return row.name == name; }))
        {
            const Slot slot = m_members.Find(name);
            const PeerRecord record = m_members.At(slot);
            m_members.Update(slot, {record.identity, record.incarnation, MemberState::DEAD, m_now});
            out.AddEvent({EventKind::DEAD, name, record.incarnation, m_name});
        }
    }
    for (const Row& row : rows)
    {
        if (row.name == m_name)
        {
            // As all others hold it, so that the next configuration's id is theirs too.
            m_incarnation = std::max(m_incarnation, row.incarnation);
            m_members.Update(m_slot, {m_identity, row.incarnation, MemberState::ALIVE, m_now});
            continue;
        }
        const IdentityId identity = m_directory.Intern(row.name, row.address, "", OUR_VERSIONS);
        const PeerRecord record(identity, row.incarnation, MemberState::ALIVE, m_now);
        const Slot slot = m_members.Find(row.name);
        const bool news = slot == NONE || m_members.At(slot).Gone();
        const bool doubted = !news && m_members.At(slot).State() == MemberState::SUSPECT;
        if (slot == NONE)
        {
            m_members.Insert(record);
        }
        else
        {
            m_members.Update(slot, record);
        }
        if (news || doubted)
        {
            out.AddEvent(
                {news ? EventKind::JOINED : EventKind::REFUTED, row.name, row.incarnation, m_name});
        }
    }
    Install(configuration, true);
    EndJoin(true, out);
    return true;
}

/// Each observer of a joiner tells it, as it has promised.
void Rapid::Welcome(const FastPaxos::Value& value, Outbox& out)
{
    const std::set<NameId> waiting = std::exchange(m_waiting, {});
    for (const FastPaxos::Member member : value)
    {
        const NameId name(member);
        if (waiting.contains(name) && InConfiguration(name))
        {
            wire::Bytes& message = out.Scratch();
            Begin(CodeOf(RapidType::WELCOME), message);
            ByteWriter writer(message);
            writer.Place(m_directory.Get(m_identity).address);
            WriteConfiguration(writer);
            const PeerRecord record = m_members.At(m_members.Find(name));
            Open(m_directory.Get(record.identity).address, message, out);
        }
    }
}

} // namespace swim::detectors
