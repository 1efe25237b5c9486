// SPDX-License-Identifier: MIT
//
// What the protocol wants done: datagrams, streams, and what it concluded.
//
// A node writes here instead of calling back, so nothing can re-enter it and tests compare plain
// data. One outbox serves all nodes of a simulation: Clear() keeps the memory. All bytes of one
// batch lie in one arena; entries name their part of it.
#pragma once

#include "swim/broadcast.h"
#include "swim/decision.h"
#include "swim/envelope.h"
#include "swim/event-kind.h"
#include "swim/ids.h"
#include "swim/rejection.h"
#include "swim/traffic-kind.h"
#include "swim/types.h"
#include "swim/wire.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace swim
{

/// memberlist lets compounds nest without bound; nobody nests at all, but for a compound that is
/// compressed or has compressed parts. Bounds what a hostile packet costs.
inline constexpr std::size_t MAX_NESTING = 4;

/// @return the kind of a message or compound that came in a datagram, without its envelope
TrafficKind ClassifyMessage(wire::ByteView message);

/// One conclusion of a member.
struct Event
{
    EventKind kind;
    NameId subject = NONE;
    std::uint32_t incarnation = 0;
    NameId source = NONE;                    ///< whose word it was
    std::optional<Rejection> rejection = {}; ///< why; of REJECTED only
    Address claimed = {};                    ///< of CONFLICT only: what the other one claims
};

/// What nodes want done, until the caller has done it and clears it.
class Outbox
{
  public:
    static constexpr std::size_t MOST_KEPT = 1024 * 1024;

    struct Datagram
    {
        Address to;
        TrafficKind kind;
        std::size_t offset;
        std::size_t size;
    };

    /// Open a stream, send the bytes, hand the answer to Node::ReceiveStreamAnswer or report
    /// failure.
    struct Stream
    {
        std::uint32_t id; ///< names the exchange in the answer, the failure or the abort
        Address to;
        TrafficKind kind;
        std::size_t offset;
        std::size_t size;
    };

    /// Keeps the memory for the next batch.
    void Clear();

    /// Clears, and gives back the buffers that a rare large message made longer than MOST_KEPT.
    void Trim();

    std::span<const Datagram> Datagrams() const
    {
        return m_datagrams;
    }

    std::span<const Stream> Streams() const
    {
        return m_streams;
    }

    /// Exchanges to close without waiting longer; an id that is gone already is to be ignored.
    std::span<const std::uint32_t> Aborts() const
    {
        return m_aborts;
    }

    /// What to write back on the stream that was just received, then close it; empty: just close.
    wire::ByteView StreamAnswer() const
    {
        return wire::ByteView(m_arena).subspan(m_answerOffset, m_answerSize);
    }

    /// What was just received is counted as; nothing if it could not be read.
    std::optional<TrafficKind> Received() const
    {
        return m_received;
    }

    /// What the answer to a stream is counted as.
    TrafficKind AnswerKind() const
    {
        return m_answerKind;
    }

    std::span<const Event> Events() const
    {
        return m_events;
    }

    /// Whether decisions are wanted, which cost time where nobody looks at them. Outlasts Clear.
    void TraceDecisions(bool wanted)
    {
        m_traces = wanted;
    }

    bool TracesDecisions() const
    {
        return m_traces;
    }

    /// What led to the rest; empty unless they are wanted.
    std::span<const Decision> Decisions() const
    {
        return m_decisions;
    }

    wire::ByteView Bytes(const Datagram& datagram) const
    {
        return wire::ByteView(m_arena).subspan(datagram.offset, datagram.size);
    }

    wire::ByteView Bytes(const Stream& stream) const
    {
        return wire::ByteView(m_arena).subspan(stream.offset, stream.size);
    }

    // For the node: append to the arena, then say what the bytes since `offset` are.

    wire::Bytes& Arena()
    {
        return m_arena;
    }

    void AddDatagram(const Address& to, TrafficKind kind, std::size_t offset)
    {
        m_datagrams.push_back({to, kind, offset, m_arena.size() - offset});
    }

    void AddStream(std::uint32_t id, const Address& to, TrafficKind kind, std::size_t offset)
    {
        m_streams.push_back({id, to, kind, offset, m_arena.size() - offset});
    }

    void AddAbort(std::uint32_t id)
    {
        m_aborts.push_back(id);
    }

    void SetStreamAnswer(std::size_t offset, TrafficKind kind)
    {
        m_answerKind = kind;
        m_answerOffset = offset;
        m_answerSize = m_arena.size() - offset;
    }

    /// The first call after Clear counts: what is inside of it is a part of it.
    void SetReceived(TrafficKind kind)
    {
        if (!m_received)
        {
            m_received = kind;
        }
    }

    void AddEvent(const Event& event)
    {
        m_events.push_back(event);
    }

    void AddDecision(const Decision& decision)
    {
        if (m_traces) [[unlikely]]
        {
            m_decisions.push_back(decision);
        }
    }

    /// Memory for what comes out of envelopes, one for each that lies in another.
    struct Opening
    {
        Envelope::StreamMemory outer; ///< of a datagram only `plain` is used
        std::array<wire::Bytes, MAX_NESTING> inflated;
    };

    Opening& Opened()
    {
        return m_opening;
    }

    /// Memory for compressing.
    wire::Bytes& SealScratch()
    {
        return m_sealScratch;
    }

    /// Memory for composing one message, cleared.
    wire::Bytes& Scratch()
    {
        m_scratch.clear();
        return m_scratch;
    }

    /// Memory for the updates of one message.
    std::vector<UpdateQueue::Taken>& ScratchUpdates()
    {
        return m_updates;
    }

    /// Memory for the user broadcasts of one message.
    std::vector<UserQueue::Taken>& ScratchBroadcasts()
    {
        return m_broadcasts;
    }

  private:
    wire::Bytes m_arena;
    wire::Bytes m_scratch;
    wire::Bytes m_sealScratch;
    Opening m_opening;
    std::optional<TrafficKind> m_received;
    std::vector<UpdateQueue::Taken> m_updates;
    std::vector<UserQueue::Taken> m_broadcasts;
    std::vector<Datagram> m_datagrams;
    std::vector<Stream> m_streams;
    std::vector<std::uint32_t> m_aborts;
    std::vector<Event> m_events;
    std::vector<Decision> m_decisions;
    bool m_traces = false;
    TrafficKind m_answerKind = TrafficKind::PUSH_PULL;
    std::size_t m_answerOffset = 0;
    std::size_t m_answerSize = 0;
};

} // namespace swim
