// SPDX-License-Identifier: MIT
//
// One run with some of everything that can go wrong, as a number: what shows that a compiler, a platform
// or a browser makes of the protocol what all others make of it.
#pragma once

#include "swim/config.h"

#include <cstdint>

namespace swim
{

inline constexpr std::uint32_t FAULTY_RUN_MEMBERS = 12;

inline constexpr std::uint64_t FAULTY_RUN_SEED = 7;

/// Changes with the protocol's behaviour and with nothing else: not with compiler, optimisation or
/// platform. A change of this number changes every simulation's result.
inline constexpr std::uint64_t FAULTY_RUN_HASH = 0xbf73625ae5793211;

/// memberlist's LAN settings with what heals a partition: it remembers the dead and calls on them.
Config FaultyRunConfig();

/// Loss, a partition, a crash, a restart and a pause: some of everything that changes what is said.
/// @return FNV-1a over everything that the members send and conclude
std::uint64_t HashOfFaultyRun(std::uint64_t seed);

} // namespace swim
