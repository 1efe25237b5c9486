// SPDX-License-Identifier: MIT
//
// See state-line.h.
#include "swim/state-line.h"

#include "swim/assert.h"

#include <algorithm>
#include <cstring>

namespace swim::wire
{

namespace
{

Bytes Encoded(Alive member, std::uint32_t incarnation, std::uint32_t state)
{
    member.incarnation = incarnation;
    Bytes bytes;
    Encode(PushNodeState{member, state}, bytes);
    return bytes;
}

Bytes Encoded(Alive member, std::uint32_t incarnation)
{
    member.incarnation = incarnation;
    Bytes bytes;
    Encode(member, bytes);
    bytes.shrink_to_fit();
    return bytes;
}

std::size_t FirstDifference(const Bytes& a, const Bytes& b)
{
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

} // namespace

StateLine::StateLine(const Alive& member)
    : m_bytes(Encoded(member, 0, 0)),
      m_incarnationAt(FirstDifference(m_bytes, Encoded(member, 1, 0))),
      m_stateAt(FirstDifference(m_bytes, Encoded(member, 0, 1)))
{
    m_bytes.shrink_to_fit();
}

void StateLine::Append(std::uint32_t incarnation, std::uint32_t state, Bytes& out) const
{
    SWIM_ASSERT(Fits(incarnation) && Fits(state), "both numbers are bytes");
    const std::size_t start = out.size();
    out.insert(out.end(), m_bytes.begin(), m_bytes.end());
    out[start + m_incarnationAt] = static_cast<std::uint8_t>(incarnation);
    out[start + m_stateAt] = static_cast<std::uint8_t>(state);
}

std::size_t StateLine::Begins(ByteView bytes, PushNodeState& state) const
{
    if (bytes.size() < m_bytes.size() || bytes[m_incarnationAt] > LARGEST ||
        bytes[m_stateAt] > LARGEST)
    {
        return 0;
    }
    const auto same = [&](std::size_t from, std::size_t to) {
        return std::memcmp(bytes.data() + from, m_bytes.data() + from, to - from) == 0;
    };
    if (!same(0, m_incarnationAt) || !same(m_incarnationAt + 1, m_stateAt) ||
        !same(m_stateAt + 1, m_bytes.size()))
    {
        return 0;
    }
    state.member.incarnation = bytes[m_incarnationAt];
    state.state = bytes[m_stateAt];
    return m_bytes.size();
}

AliveLine::AliveLine(const Alive& member)
    : m_bytes(Encoded(member, 0)),
      m_incarnationAt(FirstDifference(m_bytes, Encoded(member, 1)))
{
}

void AliveLine::Append(std::uint32_t incarnation, Bytes& out) const
{
    SWIM_ASSERT(StateLine::Fits(incarnation), "the number is a byte");
    out.insert(out.end(), m_bytes.begin(), m_bytes.end());
    out[out.size() - m_bytes.size() + m_incarnationAt] = static_cast<std::uint8_t>(incarnation);
}

} // namespace swim::wire
