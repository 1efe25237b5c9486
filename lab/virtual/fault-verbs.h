// SPDX-License-Identifier: GPL-2.0-only
//
// Which verb of a scenario is which fault of the virtual network. The laboratory and the playground read
// it, each in its direction.
#ifndef LAB_VIRTUAL_FAULT_VERBS_H
#define LAB_VIRTUAL_FAULT_VERBS_H

#include "lab/scenario/verbs.h"
#include "virtual/fault.h"

#include <algorithm>
#include <array>
#include <optional>

namespace swimlab
{

/// In the order of Fault::Kind.
inline constexpr std::array FAULT_VERBS = {Verb::CRASH,
                                           Verb::RESTART,
                                           Verb::PAUSE,
                                           Verb::RESUME,
                                           Verb::STALL,
                                           Verb::UNSTALL,
                                           Verb::LEAVE,
                                           Verb::PARTITION,
                                           Verb::HEAL,
                                           Verb::DATAGRAM_LOSS,
                                           Verb::DUPLICATION,
                                           Verb::DELAY,
                                           Verb::JITTER};
static_assert(FAULT_VERBS.size() == static_cast<std::size_t>(swim::Fault::Kind::JITTER) + 1);

constexpr Verb VerbOf(swim::Fault::Kind kind)
{
    return FAULT_VERBS[static_cast<std::size_t>(kind)];
}

/// @return none: the virtual network cannot do it
constexpr std::optional<swim::Fault::Kind> FaultOf(Verb verb)
{
    const auto found = std::find(FAULT_VERBS.begin(), FAULT_VERBS.end(), verb);
    if (found == FAULT_VERBS.end())
    {
        return {};
    }
    return static_cast<swim::Fault::Kind>(found - FAULT_VERBS.begin());
}

} // namespace swimlab

#endif // LAB_VIRTUAL_FAULT_VERBS_H
