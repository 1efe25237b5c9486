// SPDX-License-Identifier: MIT
//
// What members of a cluster send and conclude, as a number: two runs are the same if it is the same.
#pragma once

#include "swim/outbox.h"
#include "virtual/member.h"

namespace swim
{

/// FNV-1a over everything that the members send and conclude.
class TranscriptHash
{
  public:
    /// @param out what the member answered to an input at that time
    void Add(Member member, Instant now, const Outbox& out)
    {
        Number(member);
        Number(static_cast<std::uint64_t>(now.time_since_epoch().count()));
        for (const auto& datagram : out.Datagrams())
        {
            Bytes(datagram.to.Bytes());
            Bytes(out.Bytes(datagram));
        }
        for (const auto& stream : out.Streams())
        {
            Number(stream.id);
            Bytes(stream.to.Bytes());
            Bytes(out.Bytes(stream));
        }
        Bytes(out.StreamAnswer());
        for (const std::uint32_t id : out.Aborts())
        {
            Number(id);
        }
        for (const Event& event : out.Events())
        {
            Number(static_cast<std::uint64_t>(event.kind));
            Number(event.subject.Value());
            Number(event.incarnation);
            Number(event.source.Value());
        }
    }

    std::uint64_t Value() const
    {
        return m_hash;
    }

  private:
    void Bytes(wire::ByteView bytes)
    {
        Number(bytes.size());
        for (const std::uint8_t byte : bytes)
        {
            Byte(byte);
        }
    }

    void Number(std::uint64_t number)
    {
        for (int shift = 0; shift < 64; shift += 8)
        {
            Byte(static_cast<std::uint8_t>(number >> shift));
        }
    }

    void Byte(std::uint8_t byte)
    {
        m_hash = (m_hash ^ byte) * 0x100000001b3;
    }

    std::uint64_t m_hash = 0xcbf29ce484222325;
};

} // namespace swim
