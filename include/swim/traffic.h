// SPDX-License-Identifier: MIT
//
// What an agent sent and received since it was made, by kind of message.
#pragma once

#include "swim/traffic-kind.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace swim
{

/// Messages as the protocol hands them to the transport and gets them: without the headers of UDP,
/// TCP and IP, and whether or not they arrive.
struct TrafficCount
{
    std::uint64_t sent = 0;          ///< messages
    std::uint64_t sentBytes = 0;     ///< all their bytes
    std::uint64_t received = 0;      ///< messages
    std::uint64_t receivedBytes = 0; ///< all their bytes

    /// Counts a message of ours.
    void Sent(std::size_t bytes)
    {
        ++sent;
        sentBytes += bytes;
    }

    /// Counts a message that came.
    void Received(std::size_t bytes)
    {
        ++received;
        receivedBytes += bytes;
    }

    /// @return whether all parts are the same
    friend bool operator==(const TrafficCount&, const TrafficCount&) = default;
};

/// The counts of each kind.
class TrafficCounts
{
  public:
    /// Those of one kind.
    TrafficCount& operator[](TrafficKind kind)
    {
        return m_counts[static_cast<std::size_t>(kind)];
    }

    /// Those of one kind.
    const TrafficCount& operator[](TrafficKind kind) const
    {
        return m_counts[static_cast<std::size_t>(kind)];
    }

  private:
    std::array<TrafficCount, TRAFFIC_KINDS> m_counts{};
};

} // namespace swim
