// SPDX-License-Identifier: GPL-2.0-only
//
// The histogram of lags: its quantiles decide whether a run is valid.
#include "lab/emulation/lag-histogram.h"

#include <gtest/gtest.h>

namespace swimlab
{
namespace
{

TEST(LagHistogram, HasNoLagWithoutRecords)
{
    const LagHistogram histogram;
    EXPECT_EQ(histogram.Count(), 0);
    EXPECT_EQ(histogram.Quantile(0.99), 0);
    EXPECT_EQ(histogram.Max(), 0);
}

TEST(LagHistogram, TellsQuantilesToItsResolution)
{
    LagHistogram histogram;
    for (std::int64_t i = 1; i <= 1000; i++)
    {
        histogram.Record(i * 100'000);
    }
    EXPECT_EQ(histogram.Count(), 1000);
    EXPECT_GE(histogram.Quantile(0.5), 50'000'000);
    EXPECT_LE(histogram.Quantile(0.5), 50'000'000 + LagHistogram::RESOLUTION_NS);
    EXPECT_GE(histogram.Quantile(0.99), 99'000'000);
    EXPECT_LE(histogram.Quantile(0.99), 99'000'000 + LagHistogram::RESOLUTION_NS);
    EXPECT_EQ(histogram.Quantile(1), 100'000'000);
}

TEST(LagHistogram, DoesNotLetTheLastPercentDecide)
{
    LagHistogram histogram;
    for (int i = 0; i < 99; i++)
    {
        histogram.Record(1'000);
    }
    histogram.Record(40'000'000'000);
    EXPECT_LE(histogram.Quantile(0.99), LagHistogram::RESOLUTION_NS);
    EXPECT_EQ(histogram.Max(), 40'000'000'000);
}

/// The clock may have been read before the event's own time.
TEST(LagHistogram, CountsAnEarlyEventAsOnTime)
{
    LagHistogram histogram;
    histogram.Record(-5);
    EXPECT_EQ(histogram.Count(), 1);
    EXPECT_EQ(histogram.Max(), 0);
}

} // namespace
} // namespace swimlab
