// SPDX-License-Identifier: MIT
//
// See kind.h.
#include "detectors/kinds.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace swim::detectors
{

std::span<const Kind* const> ShippedKinds()
{
    static constexpr std::array<const Kind*, 9> ALL{
        &HEARTBEAT_KIND,
        &HEARTBEAT_RING_KIND,
        &GOSSIP_HEARTBEAT_KIND,
        &PHI_KIND,
        &PHI_PEKKO_KIND,
        &PHI_CASSANDRA_KIND,
        &RAPID_KIND,
        &REDIS_KIND,
        &SCYLLA_KIND,
    };
    return ALL;
}

std::span<const Kind* const> Kinds()
{
    static const std::vector<const Kind*> ALL = [] {
        std::vector<const Kind*> all(ShippedKinds().begin(), ShippedKinds().end());
        std::ranges::transform(Plugins(), std::back_inserter(all), &Plugin::kind);
        return all;
    }();
    return ALL;
}

const Kind* FindKind(std::string_view name)
{
    const auto found =
        std::ranges::find(Kinds(), name, [](const Kind* kind) { return kind->name; });
    return found == Kinds().end() ? nullptr : *found;
}

const Parameter* FindParameter(const Kind& kind, std::string_view name)
{
    const auto found = std::ranges::find(kind.parameters, name, &Parameter::name);
    return found == kind.parameters.end() ? nullptr : &*found;
}

} // namespace swim::detectors
