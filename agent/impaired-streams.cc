// SPDX-License-Identifier: MIT
//
// Streams of the impaired transport: TCP's waits, as whoever uses a stream sees them.
#include "agent/impaired-transport.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace swim
{

namespace
{

using namespace std::chrono_literals;

/// Bytes of a stream that a segment carries, with Ethernet's 1500 and time stamps.
constexpr std::size_t SEGMENT_SIZE = 1448;

// Linux's waits before it sends again, each twice the one before.
constexpr Duration SYN_RETRANSMISSION = 1s;
constexpr Duration SEGMENT_RETRANSMISSION = 200ms;
constexpr int SYN_RETRIES = 6;
constexpr int SEGMENT_RETRIES = 15;

double EitherOf(double a, double b)
{
    return a + b - a * b;
}

} // namespace

/// A connection needs both ways.
bool ImpairedTransport::IsStreamBlocked(const Address& peer) const
{
    return m_impairment.down || m_impairment.PeerAt(peer).down ||
           IsBlocked(peer, &Block::out, &Block::streams) ||
           IsBlocked(peer, &Block::in, &Block::streams);
}

double ImpairedTransport::SegmentLoss(const Address& peer, Way way) const
{
    const PeerImpairment& theirs = m_impairment.PeerAt(peer);
    return way == Way::THERE ? EitherOf(m_impairment.out.loss, theirs.in.loss)
                             : EitherOf(theirs.out.loss, m_impairment.in.loss);
}

Duration ImpairedTransport::SegmentDelay(const Address& peer, Way way)
{
    const PeerImpairment& theirs = m_impairment.PeerAt(peer);
    const PathImpairment& from = way == Way::THERE ? m_impairment.out : theirs.out;
    const PathImpairment& to = way == Way::THERE ? theirs.in : m_impairment.in;
    return m_impairment.PathDelay(peer) + from.delay + to.delay + Jitter(from.jitter) +
           Jitter(to.jitter);
}

/// The segments leave together, and the message is whole when the last of them is there.
Duration ImpairedTransport::MessageDelay(const Address& peer, std::size_t size, Way way)
{
    const double loss = SegmentLoss(peer, way);
    Duration longest{};
    for (std::size_t sent = 0; sent < size && loss > 0; sent += SEGMENT_SIZE)
    {
        Duration waited{};
        Duration wait = SEGMENT_RETRANSMISSION;
        for (int i = 0; i < SEGMENT_RETRIES && Draws(loss); ++i)
        {
            waited += std::exchange(wait, 2 * wait);
        }
        longest = std::max(longest, waited);
    }
    return longest + SegmentDelay(peer, way);
}

void ImpairedTransport::OpenStream(std::uint32_t id,
                                   const Address& to,
                                   Bytes bytes,
                                   bool awaitsAnswer)
{
    if (m_stalled)
    {
        m_streams[id] = {to, {}, awaitsAnswer};
        m_blocked.push_back([this, id, to, bytes = std::move(bytes), awaitsAnswer] {
            if (m_streams.contains(id)) // it is not aborted
            {
                OpenStream(id, to, bytes, awaitsAnswer);
            }
        });
        return;
    }
    m_streams[id] = {to, std::move(bytes), awaitsAnswer};
    if (!m_impairment.down)
    {
        Connect(id, 0);
        return;
    }
    m_inner->Post([this, id] {
        End(id, [this, id] { m_handler->OnStreamFailed(id, "Network is unreachable"); });
    });
}

void ImpairedTransport::Connect(std::uint32_t id, int attempt)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end())
    {
        return; // aborted
    }
    const Stream& stream = found->second;
    if (IsStreamBlocked(stream.to) || Draws(SegmentLoss(stream.to, Way::THERE)) ||
        Draws(SegmentLoss(stream.to, Way::BACK)))
    {
        After(SYN_RETRANSMISSION * (1 << attempt), [this, id, attempt] {
            if (attempt < SYN_RETRIES)
            {
                Connect(id, attempt + 1);
            }
            else
            {
                End(id, [this, id] { m_handler->OnStreamFailed(id, "Connection timed out"); });
            }
        });
        return;
    }
    const Duration delay = SegmentDelay(stream.to, Way::THERE) +
                           SegmentDelay(stream.to, Way::BACK) +
                           MessageDelay(stream.to, stream.bytes.size(), Way::THERE) +
                           m_impairment.PeerAt(stream.to).slow;
    if (delay == Duration::zero())
    {
        Request(id);
        return;
    }
    After(delay, [this, id] { Request(id); });
}

void ImpairedTransport::Request(std::uint32_t id)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end())
    {
        return; // aborted
    }
    Stream& stream = found->second;
    stream.open = true;
    m_inner->OpenStream(id, stream.to, std::exchange(stream.bytes, {}), stream.awaitsAnswer);
}

void ImpairedTransport::AbortStream(std::uint32_t id)
{
    const auto aborted = m_streams.extract(id);
    if (aborted && aborted.mapped().open)
    {
        m_inner->AbortStream(id);
    }
}

/// Whoever opened the stream let its message wait for all that delays it.
std::optional<Bytes> ImpairedTransport::OnRequest(const Address& from, ByteView message)
{
    return m_handler->OnRequest(from, message);
}

bool ImpairedTransport::AnsweredItself(std::uint32_t id) const
{
    return m_answeredItself == id;
}

void ImpairedTransport::Answer(std::uint32_t id, bool itself, ByteView message)
{
    m_answeredItself = itself ? std::optional(id) : std::nullopt;
    m_handler->OnAnswer(id, message);
    m_answeredItself.reset();
}

void ImpairedTransport::OnAnswer(std::uint32_t id, ByteView message)
{
    Stream& stream = m_streams.at(id);
    stream.open = false;
    const bool itself = m_inner->AnsweredItself(id);
    const Duration delay = MessageDelay(stream.to, message.size(), Way::BACK) + m_impairment.slow;
    if (delay == Duration::zero() && !IsStreamBlocked(stream.to) && !m_stalled)
    {
        m_streams.erase(id);
        Answer(id, itself, message);
        return;
    }
    After(delay, [this, id, itself, bytes = Bytes(message.begin(), message.end())] {
        Finish(id, 0, [this, id, itself, bytes] { Answer(id, itself, bytes); });
    });
}

void ImpairedTransport::OnStreamFailed(std::uint32_t id, const std::string& reason)
{
    Stream& stream = m_streams.at(id);
    stream.open = false;
    After(SegmentDelay(stream.to, Way::BACK), [this, id, reason] {
        Finish(id, 0, [this, id, reason] { m_handler->OnStreamFailed(id, reason); });
    });
}

void ImpairedTransport::Finish(std::uint32_t id, int attempt, const Task& deliver)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end())
    {
        return; // aborted
    }
    if (!IsStreamBlocked(found->second.to))
    {
        End(id, deliver);
    }
    else if (attempt < SEGMENT_RETRIES)
    {
        After(SEGMENT_RETRANSMISSION * (1 << attempt),
              [this, id, attempt, deliver] { Finish(id, attempt + 1, deliver); });
    }
}

} // namespace swim
