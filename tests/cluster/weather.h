// SPDX-License-Identifier: MIT
//
// How much goes wrong in a random cluster.
#pragma once

namespace swim
{

/// Each includes what is before it.
enum class Weather
{
    CALM,  ///< processes crash, leave and start
    ROUGH, ///< processes pause and lag
    STORM, ///< the network loses, delays, doubles and cuts
};

} // namespace swim
