// SPDX-License-Identifier: GPL-2.0-only
//
// Whether delays have a shape: moments and quantiles against those of the law, in closed form.
#pragma once

#include "lab/topology/delay-shape.h"
#include "swim/key-table.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace swimlab
{

/// One of each law.
inline std::vector<DelayShape> SomeShapes()
{
    using std::chrono::milliseconds;
    return {{DelayDistribution::NORMAL, 0.2, {}},
            {DelayDistribution::LOGNORMAL, 0.5, {}},
            {DelayDistribution::EXPONENTIAL, 0, {}},
            {DelayDistribution::EMPIRICAL,
             0,
             {milliseconds(9), milliseconds(30), milliseconds(9), milliseconds(13)}}};
}

/// For the names of tests, which would else show where the samples are in memory.
inline void PrintTo(const DelayShape& shape, std::ostream* out)
{
    *out << swim::NameOf(DELAY_DISTRIBUTIONS, shape.distribution);
}

inline std::string NameOfShape(const testing::TestParamInfo<DelayShape>& info)
{
    return std::string(swim::NameOf(DELAY_DISTRIBUTIONS, info.param.distribution));
}

/// Of a factor of mean 1: its standard deviation.
inline double DeviationOf(const DelayShape& shape)
{
    if (shape.distribution == DelayDistribution::EXPONENTIAL)
    {
        return 1;
    }
    if (shape.distribution != DelayDistribution::EMPIRICAL)
    {
        return shape.spread;
    }
    double sum = 0;
    double squares = 0;
    for (const auto sample : shape.samples)
    {
        const auto value = static_cast<double>(sample.count());
        sum += value;
        squares += value * value;
    }
    const auto count = static_cast<double>(shape.samples.size());
    return std::sqrt(squares / count / (sum / count * sum / count) - 1);
}

/// Of a factor of mean 1: the share that is at most this.
inline double ShareUpTo(const DelayShape& shape, double factor)
{
    const auto ofNormal = [](double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; };
    switch (shape.distribution)
    {
    case DelayDistribution::NORMAL:
        return ofNormal((factor - 1) / shape.spread);
    case DelayDistribution::LOGNORMAL: {
        const double variance = std::log(1 + shape.spread * shape.spread);
        return ofNormal((std::log(factor) + variance / 2) / std::sqrt(variance));
    }
    case DelayDistribution::EXPONENTIAL:
        return 1 - std::exp(-factor);
    default: {
        const double mean = static_cast<double>(MeanOf(shape.samples).count());
        const auto upTo = std::ranges::count_if(shape.samples, [&](auto sample) {
            return static_cast<double>(sample.count()) <= factor * mean;
        });
        return static_cast<double>(upTo) / static_cast<double>(shape.samples.size());
    }
    }
}

/// Fails where delays are not drawn from the shape with that mean.
inline void ExpectShape(const std::vector<double>& delays, const DelayShape& shape, double mean)
{
    constexpr double ERRORS = 4;
    const auto count = static_cast<double>(delays.size());
    ASSERT_GT(count, 1000);
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    for (const double delay : delays)
    {
        ASSERT_GE(delay, 0);
        sum += delay / mean;
    }
    const double average = sum / count;
    for (const double delay : delays)
    {
        const double square = (delay / mean - average) * (delay / mean - average);
        squares += square;
        fourths += square * square;
    }
    const double variance = squares / count;
    const double deviation = DeviationOf(shape);
    EXPECT_NEAR(average, 1, ERRORS * deviation / std::sqrt(count));
    EXPECT_NEAR(variance,
                deviation * deviation,
                ERRORS * std::sqrt((fourths / count - variance * variance) / count));
    for (const double factor : {0.3, 0.62, 0.8, 0.95, 1.1, 1.4, 2.1, 3.0})
    {
        const double share = ShareUpTo(shape, factor);
        const auto upTo = static_cast<double>(
            std::ranges::count_if(delays, [&](double delay) { return delay <= factor * mean; }));
        EXPECT_NEAR(upTo / count, share, ERRORS * std::sqrt(share * (1 - share) / count) + 1e-9)
            << "up to " << factor << " of the mean";
    }
}

} // namespace swimlab
