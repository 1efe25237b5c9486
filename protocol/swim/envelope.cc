// SPDX-License-Identifier: MIT
//
// See envelope.h.
#include "swim/envelope.h"

#include "swim/assert.h"
#include "swim/lzw.h"
#include "swim/msgpack.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace swim
{

namespace
{

using wire::MessageType;

constexpr std::uint32_t LZW = 0;

bool StartsWith(wire::ByteView bytes, MessageType type)
{
    return !bytes.empty() && bytes[0] == static_cast<std::uint8_t>(type);
}

/// Makes room in front of the message at `start`.
void Insert(wire::Bytes& arena, std::size_t start, std::size_t count)
{
    arena.insert(arena.begin() + static_cast<std::ptrdiff_t>(start), count, 0);
}

/// @param always even where the message gets longer
void Compress(wire::Bytes& arena, std::size_t start, bool always, wire::Bytes& scratch)
{
    const std::size_t end = arena.size();
    lzw::Compress(wire::ByteView(arena).subspan(start), scratch);
    wire::Encode(wire::Compressed{LZW, scratch}, arena);
    const auto at = [&](std::size_t i) { return arena.begin() + static_cast<std::ptrdiff_t>(i); };
    const bool keep = always || arena.size() - end < end - start;
    if (keep)
    {
        arena.erase(at(start), at(end));
    }
    else
    {
        arena.erase(at(end), arena.end());
    }
}

/// The bytes that an encrypted stream message is bound to: the frame's head, then the label.
class FrameAad
{
  public:
    FrameAad(wire::ByteView head, wire::ByteView label)
        : m_size(head.size() + label.size())
    {
        std::ranges::copy(label, std::ranges::copy(head, m_bytes.begin()).out);
    }

    wire::ByteView View() const
    {
        return {m_bytes.data(), m_size};
    }

  private:
    std::array<std::uint8_t, wire::ENCRYPT_HEAD_SIZE + wire::MAX_LABEL_SIZE> m_bytes;
    std::size_t m_size;
};

} // namespace

Envelope::Envelope(Settings settings)
    : m_settings(std::move(settings))
{
    SWIM_ASSERT(m_settings.label.size() <= wire::MAX_LABEL_SIZE, "a label's length has one byte");
    if (!m_settings.label.empty())
    {
        m_headers += wire::LABEL_HEAD_SIZE + m_settings.label.size();
    }
    if (Encrypts())
    {
        m_headers += m_settings.cipher->Overhead();
    }
}

wire::ByteView Envelope::Label() const
{
    return {reinterpret_cast<const std::uint8_t*>(m_settings.label.data()),
            m_settings.label.size()};
}

void Envelope::AddLabel(wire::Bytes& arena, std::size_t start) const
{
    if (m_settings.label.empty())
    {
        return;
    }
    Insert(arena, start, wire::LABEL_HEAD_SIZE + m_settings.label.size());
    arena[start] = static_cast<std::uint8_t>(MessageType::LABEL);
    arena[start + 1] = static_cast<std::uint8_t>(m_settings.label.size());
    std::ranges::copy(Label(),
                      arena.begin() + static_cast<std::ptrdiff_t>(start + wire::LABEL_HEAD_SIZE));
}

/// @param expected whether a header belongs here where we have a label
Envelope::Opened Envelope::TakeLabel(wire::ByteView bytes, bool expected) const
{
    wire::ByteView label;
    if (StartsWith(bytes, MessageType::LABEL))
    {
        if (!expected)
        {
            return {{}, Rejection::LABEL_UNEXPECTED};
        }
        const std::size_t size = bytes.size() < wire::LABEL_HEAD_SIZE ? 0 : bytes[1];
        if (size == 0 || bytes.size() - wire::LABEL_HEAD_SIZE < size)
        {
            return {{}, Rejection::LABEL_MALFORMED};
        }
        label = bytes.subspan(wire::LABEL_HEAD_SIZE, size);
        bytes = bytes.subspan(wire::LABEL_HEAD_SIZE + size);
    }
    if (expected && !std::ranges::equal(label, Label()))
    {
        return {{}, label.empty() ? Rejection::LABEL_MISSING : Rejection::LABEL_FOREIGN};
    }
    return {bytes};
}

void Envelope::SealDatagram(wire::Bytes& arena,
                            std::size_t start,
                            bool crc,
                            wire::Bytes& scratch) const
{
    if (m_settings.compression)
    {
        Compress(arena, start, false, scratch);
    }
    if (crc)
    {
        Insert(arena, start, wire::CRC_SIZE);
        wire::FillCrc(arena, start);
    }
    if (Encrypts())
    {
        m_settings.cipher->Seal(arena, start, Label());
    }
    AddLabel(arena, start);
}

Envelope::Opened Envelope::OpenDatagram(wire::ByteView datagram, wire::Bytes& plain) const
{
    Opened opened = TakeLabel(datagram, !m_settings.skipInboundLabelCheck);
    if (opened.refusal)
    {
        return opened;
    }
    if (m_settings.cipher != nullptr)
    {
        // Only the failure to open it tells a datagram that is not encrypted from one that is.
        if (m_settings.cipher->Open(opened.message, Label(), plain))
        {
            opened.message = plain;
        }
        else if (m_settings.verifyIncoming)
        {
            return {{}, Rejection::UNDECRYPTABLE};
        }
    }
    if (StartsWith(opened.message, MessageType::CRC))
    {
        opened.message = wire::CheckCrc(opened.message.subspan(1));
        if (opened.message.empty())
        {
            return {{}, Rejection::WRONG_CRC};
        }
    }
    if (opened.message.empty())
    {
        return {{}, Rejection::EMPTY};
    }
    return opened;
}

void Envelope::SealStream(wire::Bytes& arena,
                          std::size_t start,
                          Direction direction,
                          wire::Bytes& scratch) const
{
    if (m_settings.compression)
    {
        Compress(arena, start, true, scratch);
    }
    if (Encrypts())
    {
        SealFrame(arena, start);
    }
    if (direction == Direction::REQUEST)
    {
        AddLabel(arena, start);
    }
}

void Envelope::SealFrame(wire::Bytes& arena, std::size_t start) const
{
    const std::size_t body = start + wire::ENCRYPT_HEAD_SIZE;
    const std::size_t size = arena.size() - start + m_settings.cipher->Overhead();
    Insert(arena, start, wire::ENCRYPT_HEAD_SIZE);
    arena[start] = static_cast<std::uint8_t>(MessageType::ENCRYPT);
    for (std::size_t i = 1; i < wire::ENCRYPT_HEAD_SIZE; ++i)
    {
        arena[start + i] = static_cast<std::uint8_t>(size >> (32 - 8 * i));
    }
    const wire::ByteView head = wire::ByteView(arena).subspan(start, wire::ENCRYPT_HEAD_SIZE);
    m_settings.cipher->Seal(arena, body, FrameAad(head, Label()).View());
    SWIM_ASSERT(arena.size() - body == size, "a cipher knows its overhead");
}

Envelope::Opened Envelope::OpenFrame(wire::ByteView bytes, wire::Bytes& plain) const
{
    if (m_settings.cipher == nullptr)
    {
        return {{}, Rejection::NO_KEY};
    }
    wire::Reader reader(bytes.subspan(1));
    std::uint64_t size = 0;
    if (!reader.BigEndian(4, size) || size > wire::MAX_ENCRYPTED_SIZE ||
        reader.Rest().size() < size)
    {
        return {{}, Rejection::ENCRYPTION_MALFORMED};
    }
    const FrameAad aad(bytes.first(wire::ENCRYPT_HEAD_SIZE), Label());
    if (!m_settings.cipher->Open(reader.Rest().first(size), aad.View(), plain))
    {
        return {{}, Rejection::UNDECRYPTABLE};
    }
    return {plain};
}

Envelope::Opened Envelope::OpenStream(wire::ByteView bytes,
                                      Direction direction,
                                      StreamMemory& memory) const
{
    const bool labeled = direction == Direction::REQUEST && !m_settings.skipInboundLabelCheck;
    Opened opened = TakeLabel(bytes, labeled);
    if (opened.refusal)
    {
        return opened;
    }
    if (StartsWith(opened.message, MessageType::ENCRYPT))
    {
        opened = OpenFrame(opened.message, memory.plain);
    }
    else if (m_settings.cipher != nullptr && m_settings.verifyIncoming)
    {
        return {{}, Rejection::NOT_ENCRYPTED};
    }
    if (StartsWith(opened.message, MessageType::COMPRESS))
    {
        std::size_t budget = wire::MAX_STREAM_SIZE;
        opened = Inflate(opened.message.subspan(1), budget, memory.inflated);
    }
    if (!opened.refusal && opened.message.empty())
    {
        return {{}, Rejection::EMPTY};
    }
    return opened;
}

Envelope::Opened Envelope::Inflate(wire::ByteView body, std::size_t& budget, wire::Bytes& inflated)
{
    wire::Compressed compressed;
    if (!wire::Decode(body, compressed))
    {
        return {{}, Rejection::COMPRESSION_MALFORMED};
    }
    if (compressed.algorithm != LZW)
    {
        return {{}, Rejection::COMPRESSION_UNKNOWN};
    }
    const lzw::Result result = lzw::Decompress(compressed.bytes, inflated, budget);
    budget -= inflated.size(); // failures too: their work has been done
    switch (result)
    {
    case lzw::Result::WHOLE:
        break;
    case lzw::Result::MALFORMED:
        return {{}, Rejection::COMPRESSION_MALFORMED};
    case lzw::Result::TOO_LARGE:
        return {{}, Rejection::COMPRESSION_TOO_LARGE};
    }
    if (inflated.empty())
    {
        return {{}, Rejection::EMPTY};
    }
    return {inflated};
}

} // namespace swim
