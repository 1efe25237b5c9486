// SPDX-License-Identifier: MIT
//
// A member's place in the space of round trips, from which the round trip between any two members
// can be estimated. See parameter `coordinates`.
#pragma once

#include "swim/types.h"

#include <array>
#include <cstddef>

namespace swim
{

/// A place in the space of round trips. Lengths are seconds.
struct Coordinate
{
    /// Of the space, without the height: as serf.
    static constexpr std::size_t DIMENSIONS = 8;

    /// The worst that a member thinks of its own coordinate, and what it starts with.
    static constexpr double ERROR_MAX = 1.5;

    /// No access link is faster.
    static constexpr double HEIGHT_MIN = 10e-6;

    std::array<double, DIMENSIONS> vec{}; ///< from the origin that all share
    double error = ERROR_MAX;             ///< relative: how far off its owner thinks it is
    double adjustment = 0;                ///< added to distances from and to here
    double height = HEIGHT_MIN;           ///< of the access link, which each path crosses

    /// @return whether all parts are the same
    friend bool operator==(const Coordinate&, const Coordinate&) = default;
};

/**
 * @return whether an honest member can hold the coordinate: every part a number, none beyond a
 *         million seconds, error and height not negative. serf takes any finite number, with which
 *         one member can throw another's coordinate out of all proportion.
 */
bool Plausible(const Coordinate& coordinate);

/// @return the estimated round trip between two plausible coordinates
Duration EstimateRtt(const Coordinate& a, const Coordinate& b);

} // namespace swim
