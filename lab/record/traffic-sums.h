// SPDX-License-Identifier: GPL-2.0-only
//
// Messages and payload bytes that moved, of one kind.
#pragma once

#include <cstdint>

namespace swimlab
{

struct TrafficSums
{
    std::uint64_t sent = 0;
    std::uint64_t sentBytes = 0;
    std::uint64_t received = 0;
    std::uint64_t receivedBytes = 0;

    friend bool operator==(const TrafficSums&, const TrafficSums&) = default;
};

} // namespace swimlab
