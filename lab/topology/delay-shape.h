// SPDX-License-Identifier: GPL-2.0-only
//
// How a delay varies from packet to packet, apart from how long it is in the mean.
//
// Every draw is the mean times a factor whose own mean is 1, so that one shape goes with delays of
// any length, and a change of the delay keeps it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace swimlab
{

/// Names of the enumerators, in their order.
inline constexpr std::string_view DELAY_DISTRIBUTIONS =
    "constant|normal|lognormal|exponential|empirical";

/// The law of a delay.
enum class DelayDistribution : std::uint8_t
{
    CONSTANT,    ///< every packet takes as long
    NORMAL,      ///< cut off at 0
    LOGNORMAL,   ///< skewed, with a long tail: what measured paths resemble most
    EXPONENTIAL, ///< its standard deviation is its mean
    EMPIRICAL,   ///< one of the samples, each with the same chance
};

/// The most spread of a normal delay: of wider ones more than one in 700 would be negative.
inline constexpr double MOST_NORMAL_SPREAD = 0.33;

struct DelayShape
{
    DelayDistribution distribution = DelayDistribution::CONSTANT;
    double spread = 0; ///< NORMAL, LOGNORMAL: the standard deviation over the mean
    /// EMPIRICAL: in any unit, since their mean is made that of the delay; not all 0.
    std::vector<std::chrono::nanoseconds> samples;

    bool Varies() const
    {
        return distribution != DelayDistribution::CONSTANT;
    }

    friend bool operator==(const DelayShape&, const DelayShape&) = default;
};

/// Of samples, rounded. @pre there are some
std::chrono::nanoseconds MeanOf(const std::vector<std::chrono::nanoseconds>& samples);

} // namespace swimlab
