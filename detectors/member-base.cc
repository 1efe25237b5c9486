// SPDX-License-Identifier: MIT
//
// See member-base.h.
#include "detectors/member-base.h"

#include "swim/assert.h"

namespace swim::detectors
{

namespace
{

constexpr std::uint8_t Byte(CommonType type)
{
    return static_cast<std::uint8_t>(type);
}

/// @return what is in a stream's frame; empty: it is none
wire::ByteView Unframed(wire::ByteView bytes)
{
    wire::ByteView payload;
    if (bytes.empty() || bytes[0] != static_cast<std::uint8_t>(wire::MessageType::USER) ||
        !wire::DecodeUser(bytes.subspan(1), payload))
    {
        return {};
    }
    return payload;
}

/// What stands in front of every message.
struct Head
{
    std::uint8_t type;
    std::string_view name;
    std::uint32_t incarnation;

    explicit Head(ByteReader& reader)
        : type(reader.Number<std::uint8_t>()),
          name(reader.Name()),
          incarnation(reader.Number<std::uint32_t>())
    {
    }
};

} // namespace

MemberBase::MemberBase(const Setup& setup, const Rng& rng, Directory& directory)
    : m_directory(directory),
      m_rng(rng),
      m_members(directory, setup.baseline),
      m_identity(setup.self),
      m_name(directory.Get(setup.self).name),
      m_incarnation(setup.incarnation)
{
    SWIM_ASSERT(directory.Name(m_name).size() <= MOST_NAME_BYTES,
                "a name fits into a detector's message");
}

void MemberBase::Start(Instant now)
{
    m_now = now;
    m_slot = m_members.Find(m_name);
    const PeerRecord self(m_identity, m_incarnation, MemberState::ALIVE, now);
    if (m_slot == NONE)
    {
        m_slot = m_members.Insert(self);
    }
    else if (m_members.At(m_slot).incarnation != m_incarnation)
    {
        m_members.Update(m_slot, self);
    }
    m_states.assign(m_members.Slots(), MemberState::ALIVE);
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        OnMet(slot);
    }
    OnStart();
}

Instant MemberBase::NextDeadline() const
{
    return m_left ? NEVER : Next();
}

void MemberBase::FireDue(Instant now, Outbox& out)
{
    SWIM_ASSERT(now >= m_now, "time never runs backwards");
    m_now = now;
    while (!m_left && Next() <= now)
    {
        Fire(out);
    }
}

void MemberBase::Advance(Instant now, Outbox& out)
{
    FireDue(now, out);
}

void MemberBase::Join(Instant now, std::span<const Address> seeds, Outbox& out)
{
    FireDue(now, out);
    for (const Address& seed : seeds)
    {
        wire::Bytes& message = out.Scratch();
        BeginStream(Byte(CommonType::JOIN), message);
        const std::size_t start = out.Arena().size();
        wire::EncodeUser(message, out.Arena());
        m_exchanges[++m_exchangeId] = {Byte(CommonType::JOIN), NONE};
        out.AddStream(m_exchangeId, seed, TrafficKind::PUSH_PULL, start);
    }
}

void MemberBase::Count(std::uint8_t type, Outbox& out) const
{
    const bool table = type == Byte(CommonType::JOIN) || type == Byte(CommonType::TABLE);
    out.SetReceived(table                             ? TrafficKind::PUSH_PULL
                    : type == Byte(CommonType::LEAVE) ? TrafficKind::GOSSIP
                                                      : KindOf(type));
}

/// @return whether there is such a message, of anybody's or of its own, and the body is whole
bool MemberBase::IsGood(Way way, std::uint8_t type, ByteReader body) const
{
    if (type >= Byte(CommonType::OWN))
    {
        return IsWhole(way, type, body);
    }
    switch (way)
    {
    case Way::DATAGRAM:
        return type == Byte(CommonType::LEAVE) && body.AtEnd();
    case Way::REQUEST:
        return type == Byte(CommonType::JOIN) && body.AtEnd();
    default:
        return type == Byte(CommonType::TABLE) && IsTable(body);
    }
}

void MemberBase::Receive(Instant now, const Address& from, wire::ByteView datagram, Outbox& out)
{
    FireDue(now, out);
    if (m_left)
    {
        return;
    }
    ByteReader reader(datagram);
    const Head head(reader);
    if (!reader.Ok() || head.name.empty() || !IsGood(Way::DATAGRAM, head.type, reader))
    {
        Reject(Rejection::MALFORMED, out);
        return;
    }
    Count(head.type, out);
    const Slot sender = Hear(head.name, head.incarnation, from, out);
    if (sender == NONE)
    {
        return;
    }
    if (head.type == Byte(CommonType::LEAVE))
    {
        Doubt(sender, MemberState::LEFT, NameOf(sender), out);
        OnLeft(sender, out);
    }
    else if (!OnDatagram(sender, head.type, reader, out))
    {
        Reject(Rejection::MALFORMED, out);
    }
    FireDue(now, out);
}

void MemberBase::ReceiveStream(Instant now, wire::ByteView bytes, Outbox& out)
{
    FireDue(now, out);
    if (m_left)
    {
        return;
    }
    ByteReader reader(Unframed(bytes));
    const Head head(reader);
    const Address from = reader.Place();
    if (!reader.Ok() || head.name.empty() || !IsGood(Way::REQUEST, head.type, reader))
    {
        Reject(Rejection::STREAM_MALFORMED, out);
        return;
    }
    Count(head.type, out);
    const Slot sender = Hear(head.name, head.incarnation, from, out);
    if (head.type == Byte(CommonType::JOIN))
    {
        if (sender != NONE && StateOf(sender) != MemberState::ALIVE)
        {
            OnReturn(sender, out);
        }
        if (sender != NONE)
        {
            OnAsked(sender);
        }
        wire::Bytes& message = out.Scratch();
        WriteTable(message);
        Answer(TrafficKind::PUSH_PULL, message, out);
    }
    else if (sender != NONE && !OnRequest(sender, head.type, reader, out))
    {
        Reject(Rejection::STREAM_MALFORMED, out);
    }
    FireDue(now, out);
}

void MemberBase::ReceiveStreamAnswer(Instant now,
                                     std::uint32_t id,
                                     wire::ByteView bytes,
                                     Outbox& out)
{
    FireDue(now, out);
    const auto found = m_exchanges.find(id);
    if (found == m_exchanges.end() || m_left)
    {
        return;
    }
    const Exchange exchange = found->second;
    m_exchanges.erase(found);
    ByteReader reader(Unframed(bytes));
    const Head head(reader);
    const Address from = reader.Place();
    const bool joins = exchange.type == Byte(CommonType::JOIN);
    bool good = reader.Ok() && !head.name.empty() && IsGood(Way::ANSWER, head.type, reader) &&
                joins == (head.type == Byte(CommonType::TABLE));
    if (good)
    {
        Count(head.type, out);
        Hear(head.name, head.incarnation, from, out);
        good = joins ? OnTable(reader, out) : OnAnswer(exchange, id, head.type, reader, out);
    }
    if (!good)
    {
        if (!bytes.empty()) // else the other side has closed it, as after a message without answer
        {
            Reject(Rejection::STREAM_MALFORMED, out);
        }
        if (exchange.with != NONE)
        {
            OnFailure(exchange, id, out);
        }
    }
    if (joins && exchange.with == NONE)
    {
        out.AddEvent({good ? EventKind::JOIN_SUCCEEDED : EventKind::JOIN_FAILED});
    }
    FireDue(now, out);
}

void MemberBase::StreamFailed(Instant now, std::uint32_t id, Outbox& out)
{
    FireDue(now, out);
    const auto found = m_exchanges.find(id);
    if (found == m_exchanges.end() || m_left)
    {
        return;
    }
    const Exchange exchange = found->second;
    m_exchanges.erase(found);
    if (exchange.type == Byte(CommonType::JOIN))
    {
        if (exchange.with == NONE)
        {
            out.AddEvent({EventKind::JOIN_FAILED});
            return;
        }
    }
    OnFailure(exchange, id, out);
    FireDue(now, out);
}

void MemberBase::SendFailed(Instant now, const Address& /*to*/, Outbox& out)
{
    FireDue(now, out);
    ++m_counters.sendErrors;
}

void MemberBase::Leave(Instant now, Outbox& out)
{
    FireDue(now, out);
    if (m_left)
    {
        return;
    }
    if (TellsLeave())
    {
        const std::size_t start = Begin(Byte(CommonType::LEAVE), out);
        for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
        {
            const PeerRecord record = m_members.At(slot);
            if (slot != m_slot && record.Present() && !record.Gone())
            {
                SendTo(slot, TrafficKind::GOSSIP, start, out);
            }
        }
    }
    Doubt(m_slot, MemberState::LEFT, m_name, out);
    m_left = true;
}

std::size_t MemberBase::Begin(std::uint8_t type, wire::Bytes& bytes) const
{
    const std::size_t start = bytes.size();
    ByteWriter writer(bytes);
    writer.Number(type);
    writer.Name(m_directory.Name(m_name));
    writer.Number(m_incarnation);
    return start;
}

std::size_t MemberBase::BeginStream(std::uint8_t type, wire::Bytes& bytes) const
{
    const std::size_t start = Begin(type, bytes);
    ByteWriter(bytes).Place(m_directory.Get(m_identity).address);
    return start;
}

void MemberBase::AskForTable(Slot whom, Outbox& out)
{
    wire::Bytes& message = out.Scratch();
    BeginStream(Byte(CommonType::JOIN), message);
    Open(whom, TrafficKind::PUSH_PULL, message, out);
}

std::uint32_t MemberBase::Open(Slot to, TrafficKind kind, wire::ByteView message, Outbox& out)
{
    const std::size_t start = out.Arena().size();
    wire::EncodeUser(message, out.Arena());
    m_exchanges[++m_exchangeId] = {message[0], to};
    out.AddStream(m_exchangeId, AddressOf(to), kind, start);
    return m_exchangeId;
}

void MemberBase::Abort(std::uint32_t id, Outbox& out)
{
    if (m_exchanges.erase(id) > 0)
    {
        out.AddAbort(id);
    }
}

void MemberBase::Answer(TrafficKind kind, wire::ByteView message, Outbox& out)
{
    const std::size_t start = out.Arena().size();
    wire::EncodeUser(message, out.Arena());
    out.SetStreamAnswer(start, kind);
}

bool MemberBase::OnRequest(Slot /*from*/,
                           std::uint8_t /*type*/,
                           ByteReader& /*body*/,
                           Outbox& /*out*/)
{
    return false;
}

bool MemberBase::OnAnswer(const Exchange& /*exchange*/,
                          std::uint32_t /*id*/,
                          std::uint8_t /*type*/,
                          ByteReader& /*body*/,
                          Outbox& /*out*/)
{
    return false;
}

void MemberBase::OnFailure(const Exchange& /*exchange*/, std::uint32_t /*id*/, Outbox& /*out*/)
{
}

} // namespace swim::detectors
