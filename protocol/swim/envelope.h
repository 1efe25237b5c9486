// SPDX-License-Identifier: MIT
//
// What memberlist wraps around its messages on the way: compression, checksum, encryption, label.
//
// The layers lie outside of the rules of membership, so they are one object with no state of its
// own: bytes in, bytes out. Going out, everything happens at the tail of the caller's arena. Coming
// in, a layer that changes bytes writes into memory that the caller lends, and the answer points
// into that memory or, if no such layer was there, into the input. Nothing is allocated once that
// memory has grown.
//
//   datagram: label( encrypt( crc( compress( message or compound ))))
//   stream:   label( encrypt( compress( message )))
//
// A message may also be compressed inside a compound: that layer is opened by who walks the parts,
// with Inflate().
#pragma once

#include "swim/cipher.h"
#include "swim/rejection.h"
#include "swim/stream-scanner.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace swim
{

/**
 * How many bytes one datagram may become in all its compressed messages together. A sender fills a
 * datagram of at most 64 KiB before it compresses; 16 times as much leaves room for a user message
 * that fits only compressed, and keeps what a stranger's datagram costs to a millisecond or so.
 */
inline constexpr std::size_t DATAGRAM_INFLATION_LIMIT = 16 * 65536;

/// Wraps what one member sends and unwraps what it gets.
class Envelope
{
  public:
    struct Settings
    {
        bool compression = false; ///< of what is sent; what comes is understood either way
        /// Keeps clusters apart that share a network; at most MAX_LABEL_SIZE bytes.
        std::string label = {};
        /// Whoever hands us the bytes has checked the label and taken it off.
        bool skipInboundLabelCheck = false;
        bool verifyIncoming = true; ///< with a cipher: refuse what is not encrypted
        bool verifyOutgoing = true; ///< with a cipher: encrypt what is sent
        std::shared_ptr<Cipher> cipher = nullptr;
    };

    /// Which way a stream's message goes: only the request, from who dialed, has a label header.
    enum class Direction
    {
        REQUEST,
        ANSWER,
    };

    /// What came out of an envelope.
    struct Opened
    {
        wire::ByteView message;                ///< empty if refused
        std::optional<Rejection> refusal = {}; ///< none: the envelope was right
    };

    /// Memory for opening a stream's message: one buffer a layer.
    struct StreamMemory
    {
        wire::Bytes plain;
        wire::Bytes inflated;
    };

    Envelope() = default;

    explicit Envelope(Settings settings);

    /// @return whether nothing but a checksum is around a message, in either direction
    bool Plain() const
    {
        return !m_settings.compression && m_settings.label.empty() && !m_settings.cipher;
    }

    /// @return what it encrypts with, or null
    const Cipher* GetCipher() const
    {
        return m_settings.cipher.get();
    }

    /// @return how many bytes of a datagram label and encryption take; the checksum is not counted,
    ///         as in memberlist, and compression never takes any
    std::size_t Overhead() const
    {
        return m_headers;
    }

    /**
     * Wraps the message that reaches from `start` to the end of the arena. It is compressed if that
     * makes it shorter.
     *
     * @param crc whether the receiver understands a checksum
     * @param scratch memory for the compressed form; not the arena
     */
    void SealDatagram(wire::Bytes& arena, std::size_t start, bool crc, wire::Bytes& scratch) const;

    /// Unwraps label, encryption and checksum. @param plain memory for what is decrypted
    Opened OpenDatagram(wire::ByteView datagram, wire::Bytes& plain) const;

    /// Wraps the message that reaches from `start` to the end of the arena. As in memberlist, it is
    /// compressed even where that makes it longer.
    void SealStream(wire::Bytes& arena,
                    std::size_t start,
                    Direction direction,
                    wire::Bytes& scratch) const;

    /// Unwraps a message that wire::StreamScanner found whole. Any other bytes are refused.
    Opened OpenStream(wire::ByteView bytes, Direction direction, StreamMemory& memory) const;

    /**
     * Opens a compressed message.
     *
     * @param body the bytes behind the type byte COMPRESS
     * @param budget how much may come out; what did is taken off, so that one budget can serve all
     *        compressed messages of a datagram, side by side and inside each other
     * @param inflated memory for the message; not where the body lies
     */
    static Opened Inflate(wire::ByteView body, std::size_t& budget, wire::Bytes& inflated);

  private:
    bool Encrypts() const
    {
        return m_settings.cipher != nullptr && m_settings.verifyOutgoing;
    }

    wire::ByteView Label() const;
    Opened TakeLabel(wire::ByteView bytes, bool expected) const;
    void AddLabel(wire::Bytes& arena, std::size_t start) const;
    void SealFrame(wire::Bytes& arena, std::size_t start) const;
    Opened OpenFrame(wire::ByteView bytes, wire::Bytes& plain) const;

    Settings m_settings;
    std::size_t m_headers = 0;
};

} // namespace swim
