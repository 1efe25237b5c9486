// SPDX-License-Identifier: MIT
//
// Where a stream's message ends, and what a push/pull contains.
//
// memberlist marks no ends and closes no halves: a listener has to know from the bytes alone when
// the request is whole. It has to know cheaply, for a large table arrives in thousands of segments,
// and safely, for anybody may connect: what was read once is never read again, and what grows
// beyond a limit is refused.
#pragma once

#include "swim/state-line.h"
#include "swim/wire.h"

#include <cstddef>
#include <cstdint>

namespace swim::wire
{

/// memberlist's limit on an encrypted stream message.
inline constexpr std::size_t MAX_ENCRYPTED_SIZE = 20 * 1024 * 1024;
/// The longest message of a stream, and what memberlist lets one decompress to: a push/pull of some
/// 400 000 members.
inline constexpr std::size_t MAX_STREAM_SIZE = 40 * 1024 * 1024;

/**
 * Says when a stream's message is whole, in whatever envelope it comes: label header, encrypt
 * frame, compressed or plain. It finds ends only; whether an envelope is the right one is for
 * Envelope to say.
 */
class StreamScanner
{
  public:
    enum class Status
    {
        INCOMPLETE,
        COMPLETE,
        MALFORMED, ///< no further byte can make it a message
    };

    /// @param bytes everything received so far: what was there before, and more
    Status Scan(ByteView bytes);

  private:
    /// What is read next; a message passes through the stages in this order and leaves out some.
    enum class Stage
    {
        LABEL,
        TYPE,
        FRAME_LENGTH,
        HEAD,   ///< the map behind the type byte
        STATES, ///< of a push/pull
        RAW,    ///< bytes whose number is known
        END,
    };

    /// Tries to pass one stage. COMPLETE: passed.
    Status Pass(ByteView bytes);
    Status PassLabel(ByteView bytes);
    Status PassType(ByteView bytes);
    Status PassFrameLength(ByteView bytes);
    Status PassHead(ByteView bytes);
    Status PassStates(ByteView bytes);
    Status PassValues(ByteView bytes);
    Status ReadHead(ByteView head);

    Stage m_stage = Stage::LABEL;
    MessageType m_type = MessageType::ERROR;
    std::size_t m_position = 0; ///< of what is read next
    std::size_t m_head = 0;     ///< where the map behind the type byte starts
    std::uint64_t m_owed = 0;   ///< msgpack values still to pass in this stage
    std::uint64_t m_raw = 0;    ///< bytes behind them
};

/// Walks a whole push/pull message.
class PushPullReader
{
  public:
    /// @param message with its type byte
    explicit PushPullReader(ByteView message);

    /// @return whether the header could be read
    bool Valid() const
    {
        return m_valid;
    }

    const PushPullHeader& Header() const
    {
        return m_header;
    }

    /// @return whether another state was there; false at the end and at a malformed state
    bool Next(PushNodeState& state);

    /**
     * Passes the next state if it is this line, without decoding it.
     * @param state gets incarnation and state; what else it says is the line's
     * @return whether it was
     */
    bool Pass(const StateLine& line, PushNodeState& state);

    /// @return the application's state, once Next has passed all members; empty if cut short
    ByteView UserState() const;

  private:
    ByteView m_rest;
    PushPullHeader m_header;
    std::uint32_t m_statesLeft = 0;
    bool m_valid = false;
};

} // namespace swim::wire
