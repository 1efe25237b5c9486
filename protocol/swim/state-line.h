// SPDX-License-Identifier: MIT
//
// What all members say of one all the time, encoded once: its line in the table of a push/pull, which
// costs a tenth to copy and compare of what it costs to encode and decode; and that it lives.
#pragma once

#include "swim/wire.h"

#include <cstddef>
#include <cstdint>

namespace swim::wire
{

/// The bytes of a PushNodeState whose incarnation and state are open.
class StateLine
{
  public:
    /// @param member its incarnation does not matter
    explicit StateLine(const Alive& member);

    /// Whether a line with this incarnation is as long as all others: both numbers take one byte.
    static bool Fits(std::uint32_t incarnation)
    {
        return incarnation <= LARGEST;
    }

    /// Appends what Encode would. @param incarnation one that fits
    void Append(std::uint32_t incarnation, std::uint32_t state, Bytes& out) const;

    /**
     * Whether the bytes begin with this line, byte for byte, with an incarnation that fits.
     * @param state gets incarnation and state, and nothing else
     * @return how many bytes the line has; 0: they begin otherwise, which may mean the same
     */
    std::size_t Begins(ByteView bytes, PushNodeState& state) const;

  private:
    static constexpr std::uint32_t LARGEST = 127; ///< of a number that is its own byte in msgpack

    Bytes m_bytes;
    std::size_t m_incarnationAt = 0;
    std::size_t m_stateAt = 0;
};

/// The bytes of an Alive, with its type byte, whose incarnation is open.
class AliveLine
{
  public:
    /// @param member its incarnation does not matter
    explicit AliveLine(const Alive& member);

    /// Appends what Encode would. @param incarnation one that fits a StateLine
    void Append(std::uint32_t incarnation, Bytes& out) const;

  private:
    Bytes m_bytes;
    std::size_t m_incarnationAt = 0;
};

} // namespace swim::wire
