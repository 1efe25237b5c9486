// SPDX-License-Identifier: MIT
//
// What a driver does with streams, those of others and the ends of its own.
#include "agent/driver.h"

#include <optional>
#include <string>
#include <string_view>

namespace swim
{

std::optional<Bytes> Driver::OnRequest(const Address& from, ByteView message)
{
    const Source source(*this, from);
    std::optional<Bytes> answer;
    Trace(m_transport.Now(), false, PacketChannel::REQUEST, from, message);
    Tell([&](Instant now) {
        m_node->ReceiveStream(now, message, m_out);
        CountReceived(TrafficKind::PUSH_PULL, message.size());
        const ByteView bytes = m_out.StreamAnswer();
        if (!bytes.empty() || m_out.Received() == TrafficKind::STREAM_USER)
        {
            answer.emplace(bytes.begin(), bytes.end());
        }
    });
    m_out.Trim();
    Trace(m_transport.Now(), true, PacketChannel::ANSWER, from, answer.value_or(Bytes{}));
    return answer;
}

void Driver::OnAnswer(std::uint32_t id, ByteView message)
{
    const auto exchange = m_exchanges.find(id);
    if (exchange != m_exchanges.end() && exchange->second.join && m_transport.AnsweredItself(id))
    {
        OnStreamFailed(id, OURSELVES);
        return;
    }
    const auto to = m_streams.extract(id);
    const Source source(*this, to ? to.mapped() : Address());
    Trace(m_transport.Now(), false, PacketChannel::ANSWER, m_from, message);
    const bool amongSerf = m_amongSerf; // who learns it by this answer announces itself for that
    Failure failure;
    Tell([&](Instant now) {
        m_node->ReceiveStreamAnswer(now, id, message, m_out);
        if (!message.empty())
        {
            CountReceived(TrafficKind::PUSH_PULL, message.size());
        }
        const auto found = m_exchanges.find(id);
        const bool join = found != m_exchanges.end() && found->second.join;
        failure = join ? JoinFailure() : std::nullopt;
        if (amongSerf && join && !failure && !m_hasLeft)
        {
            m_serf->Announce();
        }
    });
    m_out.Trim();
    Settle(id, failure);
}

void Driver::OnStreamFailed(std::uint32_t id, const std::string& reason)
{
    m_streams.erase(id);
    Tell([&](Instant now) { m_node->StreamFailed(now, id, m_out); });
    Settle(id, reason);
}

void Driver::OnForbidden(const Address& from)
{
    m_audience.TellForbidden(from, m_transport.Now());
}

/// What the answer to a join says: only the exchange just answered can have succeeded.
Failure Driver::JoinFailure() const
{
    std::string_view reason = "its answer cannot be read";
    for (const Event& event : m_out.Events())
    {
        if (event.kind == EventKind::JOIN_SUCCEEDED)
        {
            return std::nullopt;
        }
        if (event.rejection)
        {
            reason = RejectionName(*event.rejection);
        }
    }
    return std::string(reason);
}

} // namespace swim
