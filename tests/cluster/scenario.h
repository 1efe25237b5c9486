// SPDX-License-Identifier: MIT
//
// One random scenario, all of it drawn from its seed: how many members, which preset with which
// changes, which kinds of faults. What the cluster promises follows from the settings.
#pragma once

#include "violation.h"
#include "weather.h"

#include <optional>
#include <string>
#include <vector>

namespace swim
{

/// What the command line fixes instead of the seed.
struct Fixed
{
    std::optional<std::string> preset;
    std::optional<std::uint32_t> members;
};

struct Scenario
{
    std::uint64_t seed = 0;
    std::string preset;
    Config config;
    std::vector<std::string> changes; ///< of the preset: "udp_buffer_size = 576"
    std::uint32_t members = 0;
    bool joining = false; ///< everybody joins one after the other; otherwise all know all
    Weather weather = Weather::CALM;
    bool moves = false; ///< who restarts may have another address

    /**
     * Whether in the end everybody must be right about everybody.
     *
     * In any weather: where the dead are remembered and called on (reconnect_interval), whole
     * tables are exchanged, and a dead name may be reclaimed if names move. memberlist's own
     * presets forget the dead, so two that hold each other dead stay apart: they promise it in calm
     * weather, where nobody is buried who lives. Where a death is final, or nothing but piggybacked
     * news travels, nobody promises it.
     */
    bool Heals() const;

    /// How long that may take.
    Duration Bound() const;

    std::string Describe() const;
};

Scenario Draw(std::uint64_t seed, const Fixed& fixed);

} // namespace swim
