// SPDX-License-Identifier: GPL-2.0-only
//
// The histogram of lags: its quantiles decide whether a run is valid.
#include "lag-meter.h"

#include <gtest/gtest.h>

namespace swimlab
{
namespace
{

TEST(LagMeter, HasNoLagWithoutRecords)
{
    const LagMeter meter;
    EXPECT_EQ(meter.Count(), 0);
    EXPECT_EQ(meter.Quantile(0.99), 0);
    EXPECT_EQ(meter.Max(), 0);
}

TEST(LagMeter, TellsQuantilesToItsResolution)
{
    LagMeter meter;
    for (std::int64_t i = 1; i <= 1000; i++)
    {
        meter.Record(i * 100'000);
    }
    EXPECT_EQ(meter.Count(), 1000);
    EXPECT_GE(meter.Quantile(0.5), 50'000'000);
    EXPECT_LE(meter.Quantile(0.5), 50'000'000 + LagMeter::RESOLUTION_NS);
    EXPECT_GE(meter.Quantile(0.99), 99'000'000);
    EXPECT_LE(meter.Quantile(0.99), 99'000'000 + LagMeter::RESOLUTION_NS);
    EXPECT_EQ(meter.Quantile(1), 100'000'000);
}

TEST(LagMeter, DoesNotLetTheLastPercentDecide)
{
    LagMeter meter;
    for (int i = 0; i < 99; i++)
    {
        meter.Record(1'000);
    }
    meter.Record(40'000'000'000);
    EXPECT_LE(meter.Quantile(0.99), LagMeter::RESOLUTION_NS);
    EXPECT_EQ(meter.Max(), 40'000'000'000);
}

/// The clock may have been read before the event's own time.
TEST(LagMeter, CountsAnEarlyEventAsOnTime)
{
    LagMeter meter;
    meter.Record(-5);
    EXPECT_EQ(meter.Count(), 1);
    EXPECT_EQ(meter.Max(), 0);
}

} // namespace
} // namespace swimlab
