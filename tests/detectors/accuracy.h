// SPDX-License-Identifier: MIT
//
// Chen's quality of service of a listener's turns, each with its standard error.
#pragma once

#include "one-way.h"

#include <cmath>
#include <vector>

namespace swim::detectors
{

/// The stream of what a test draws itself. Members have the streams from 0 on: who shared one with
/// them would crash them at times that go with their phases.
inline constexpr std::uint64_t OF_CRASHES = 1'000'000;

/// A mean and its standard error.
struct Estimate
{
    double mean = 0;
    double error = 0;
    std::size_t count = 0;
};

inline Estimate EstimateOf(const std::vector<double>& values)
{
    Estimate estimate;
    estimate.count = values.size();
    for (const double value : values)
    {
        estimate.mean += value / static_cast<double>(values.size());
    }
    double squares = 0;
    for (const double value : values)
    {
        squares += (value - estimate.mean) * (value - estimate.mean);
    }
    const auto count = static_cast<double>(values.size());
    estimate.error = std::sqrt(squares / (count - 1) / count);
    return estimate;
}

inline double SecondsOf(Duration time)
{
    return std::chrono::duration<double>(time).count();
}

inline Duration OfSeconds(double seconds)
{
    return Duration(static_cast<std::int64_t>(std::llround(seconds * 1e9)));
}

struct Accuracy
{
    Estimate recurrence; ///< T_MR
    Estimate mistake;    ///< T_M
    double right = 0;    ///< P_A
};

/// @param turns from the first mistake on @param of how long a run, from `from`
inline Accuracy AccuracyOf(const std::vector<OneWay::Turn>& turns, Instant from, Instant end)
{
    std::vector<double> recurrences;
    std::vector<double> mistakes;
    double wrong = 0;
    std::optional<Instant> begun;
    for (const OneWay::Turn& turn : turns)
    {
        if (turn.at < from)
        {
            continue;
        }
        if (turn.suspects)
        {
            if (begun)
            {
                recurrences.push_back(SecondsOf(turn.at - *begun));
            }
            begun = turn.at;
        }
        else if (begun)
        {
            mistakes.push_back(SecondsOf(turn.at - *begun));
            wrong += mistakes.back();
        }
    }
    return {EstimateOf(recurrences), EstimateOf(mistakes), 1 - wrong / SecondsOf(end - from)};
}

} // namespace swim::detectors
