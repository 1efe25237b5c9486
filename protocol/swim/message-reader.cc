// SPDX-License-Identifier: MIT
//
// See message-reader.h.
#include "swim/message-reader.h"

#include "swim/stream-scanner.h"

#include <utility>

namespace swim
{

namespace
{

constexpr std::string_view MALFORMED = "malformed";

/// What a push/pull tells of a member in the state that it names.
std::string_view KindOfState(std::uint32_t state)
{
    constexpr std::string_view KINDS[] = {"alive", "suspect", "dead", "left"};
    return state < std::size(KINDS) ? KINDS[state] : MALFORMED;
}

/// Whether the row of a table says what needs no words: alive, and never accused.
bool IsPlain(const wire::PushNodeState& state)
{
    return state.state == static_cast<std::uint32_t>(MemberState::ALIVE) &&
           state.member.incarnation <= 1;
}

} // namespace

MessageReader::MessageReader(Envelope::Settings envelope)
    : m_envelope(std::move(envelope))
{
}

std::string& MessageReader::Detail()
{
    m_detail.clear();
    return m_detail;
}

bool MessageReader::ReadDatagram(wire::ByteView datagram, const OnMessage& onMessage)
{
    m_onMessage = &onMessage;
    m_shown = 0;
    const Envelope::Opened opened = m_envelope.OpenDatagram(datagram, m_opening.outer.plain);
    if (opened.refusal)
    {
        ShowMalformed(datagram.size(), *opened.refusal);
        return false;
    }
    std::size_t budget = DATAGRAM_INFLATION_LIMIT;
    ReadPart(opened.message, 0, budget);
    return m_shown > 0;
}

bool MessageReader::ReadStream(wire::ByteView message,
                               Envelope::Direction direction,
                               const OnMessage& onMessage)
{
    m_onMessage = &onMessage;
    m_shown = 0;
    const Envelope::Opened opened = m_envelope.OpenStream(message, direction, m_opening.outer);
    if (opened.refusal || opened.message.empty())
    {
        ShowMalformed(message.size(), opened.refusal.value_or(Rejection::STREAM_EMPTY));
        return false;
    }
    if (static_cast<wire::MessageType>(opened.message[0]) == wire::MessageType::PUSH_PULL)
    {
        ReadPushPull(opened.message);
    }
    else
    {
        ReadMessage(opened.message);
    }
    return m_shown > 0;
}

void MessageReader::ReadPart(wire::ByteView part, std::size_t depth, std::size_t& budget)
{
    if (part.empty())
    {
        ShowMalformed(0, Rejection::EMPTY);
        return;
    }
    const auto type = static_cast<wire::MessageType>(part[0]);
    if (type != wire::MessageType::COMPOUND && type != wire::MessageType::COMPRESS)
    {
        ReadMessage(part);
        return;
    }
    if (depth == MAX_NESTING)
    {
        ShowMalformed(part.size(), Rejection::NESTED_TOO_DEEPLY);
        return;
    }
    const wire::ByteView body = part.subspan(1);
    if (type == wire::MessageType::COMPRESS)
    {
        const Envelope::Opened opened = Envelope::Inflate(body, budget, m_opening.inflated[depth]);
        if (opened.refusal)
        {
            ShowMalformed(part.size(), *opened.refusal);
            return;
        }
        ReadPart(opened.message, depth + 1, budget);
        return;
    }
    wire::CompoundParts parts(body);
    for (wire::ByteView inner; parts.Next(inner);)
    {
        ReadPart(inner, depth + 1, budget);
    }
    if (parts.Truncated() > 0)
    {
        ShowMalformed(0, Rejection::COMPOUND_TRUNCATED);
    }
}

void MessageReader::ShowMalformed(std::size_t bytes, Rejection reason)
{
    std::string& detail = Detail();
    detail += "reason=";
    detail += RejectionName(reason);
    (*m_onMessage)({.kind = MALFORMED, .bytes = bytes, .detail = detail});
}

void MessageReader::ReadMessage(wire::ByteView message)
{
    MessageView view{.kind = MALFORMED, .bytes = message.size()};
    Detail();
    if (!ReadKnown(static_cast<wire::MessageType>(message[0]), message.subspan(1), view))
    {
        ShowMalformed(message.size(), Rejection::MALFORMED);
        return;
    }
    view.detail = m_detail;
    ++m_shown;
    (*m_onMessage)(view);
}

/// @return whether the body is what its type says
bool MessageReader::ReadKnown(wire::MessageType type, wire::ByteView body, MessageView& view)
{
    const auto accuse = [&](std::string_view kind) {
        wire::Accusation accusation;
        const bool read = wire::Decode(body, accusation);
        view.kind = kind;
        view.about = accusation.node;
        view.incarnation = accusation.incarnation;
        view.accuser = accusation.from;
        return read;
    };
    switch (type)
    {
    case wire::MessageType::PING: {
        wire::Ping ping;
        const bool read = wire::Decode(body, ping);
        view.kind = "ping";
        view.sequence = ping.seqNo;
        view.about = ping.node;
        return read;
    }
    case wire::MessageType::PING_REQ: {
        wire::PingReq request;
        const bool read = wire::Decode(body, request);
        view.kind = "ping-req";
        view.sequence = request.seqNo;
        view.about = request.node;
        m_detail += request.nack ? "nack=1" : "nack=0";
        return read;
    }
    case wire::MessageType::ACK: {
        wire::Ack ack;
        const bool read = wire::Decode(body, ack);
        view.kind = "ack";
        view.sequence = ack.seqNo;
        return read;
    }
    case wire::MessageType::NACK: {
        wire::Nack nack;
        const bool read = wire::Decode(body, nack);
        view.kind = "nack";
        view.sequence = nack.seqNo;
        return read;
    }
    case wire::MessageType::SUSPECT:
        return accuse("suspect");
    case wire::MessageType::DEAD: {
        const bool read = accuse("dead");
        view.kind = view.accuser == view.about ? "left" : "dead";
        return read;
    }
    case wire::MessageType::ALIVE: {
        wire::Alive alive;
        const bool read = wire::Decode(body, alive);
        view.kind = "alive";
        view.about = alive.node;
        view.incarnation = alive.incarnation;
        return read;
    }
    case wire::MessageType::USER: {
        wire::Broadcast broadcast;
        view.kind = "user";
        if (wire::Decode(body, broadcast))
        {
            view.about = broadcast.sender;
            m_detail += "broadcast=" + std::to_string(broadcast.number);
        }
        return true;
    }
    case wire::MessageType::ERROR: {
        wire::Error error;
        const bool read = wire::Decode(body, error);
        view.kind = "error";
        m_detail += "text=";
        m_detail += error.text;
        return read;
    }
    default:
        return false;
    }
}

void MessageReader::ReadPushPull(wire::ByteView message)
{
    wire::PushPullReader reader(message);
    if (!reader.Valid())
    {
        ShowMalformed(message.size(), Rejection::PUSH_PULL_MALFORMED);
        return;
    }
    const wire::PushPullHeader& header = reader.Header();
    std::string& detail = Detail();
    detail += "members=" + std::to_string(header.nodes);
    detail += header.join ? ";join=1" : ";join=0";
    ++m_shown;
    (*m_onMessage)({.kind = "push-pull", .bytes = message.size(), .detail = detail});
    for (wire::PushNodeState state; reader.Next(state);)
    {
        if (!IsPlain(state))
        {
            (*m_onMessage)({.kind = KindOfState(state.state),
                            .about = state.member.node,
                            .incarnation = state.member.incarnation,
                            .detail = "table=1"});
        }
    }
}

} // namespace swim
