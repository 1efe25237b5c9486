// SPDX-License-Identifier: GPL-2.0-only
//
// See delay-shape.h.
#include "lab/topology/delay-shape.h"

#include <cstdint>

namespace swimlab
{

std::chrono::nanoseconds MeanOf(const std::vector<std::chrono::nanoseconds>& samples)
{
    std::chrono::nanoseconds sum{}; // ten minutes fit into it fifteen million times
    for (const std::chrono::nanoseconds sample : samples)
    {
        sum += sample;
    }
    const auto count = static_cast<std::int64_t>(samples.size());
    return (sum + std::chrono::nanoseconds(count / 2)) / count;
}

} // namespace swimlab
