// SPDX-License-Identifier: MIT
//
// The mathematics of phi against Pekko's own tests and the paper's formulas.
#include "accuracy.h"
#include "detectors/heartbeat.h"
#include "detectors/kinds.h"
#include "detectors/phi-accrual.h"
#include "watched-cluster.h"

#include <cmath>
#include <gtest/gtest.h>

namespace swim::detectors
{
namespace
{

using namespace std::chrono_literals;

TEST(LogisticPhi, HasTheValuesOfPekkosTest)
{
    constexpr std::pair<double, double> VALUES[] = {{0, 0.0},
                                                    {500, 0.000},
                                                    {1000, 0.301},
                                                    {1200, 1.643},
                                                    {1400, 4.737},
                                                    {1600, 10.783},
                                                    {1700, 15.369}};
    for (const auto& [time, phi] : VALUES)
    {
        EXPECT_NEAR(LogisticPhi(time, 1000, 100), phi, 0.001) << time;
    }
    EXPECT_NEAR(LogisticPhi(2000, 1000, 100), 38, 1);
    EXPECT_NEAR(LogisticPhi(-1500, 1000, 100), 0, 1e-12);
}

TEST(LogisticPhi, HasTheDistributionOfPekkosTest)
{
    constexpr std::pair<double, double> VALUES[] =
        {{0, 0.5}, {0.6, 0.7257}, {1.5, 0.9332}, {2, 0.97725}, {2.5, 0.99379}, {3.5, 0.99977}};
    for (const auto& [y, cdf] : VALUES)
    {
        EXPECT_NEAR(LogisticCdf(y), cdf, 0.001) << y;
    }
    EXPECT_NEAR(LogisticCdf(4), 0.99997, 0.0001);
}

TEST(Quantiles, AreThoseOfTheReference)
{
    constexpr std::tuple<double, double, double> VALUES[] = {{1, 1.2816, 1.2822},
                                                             {2, 2.3263, 2.3227},
                                                             {3, 3.0902, 3.0589},
                                                             {5, 4.2649, 4.1192},
                                                             {8, 5.6120, 5.2260},
                                                             {10, 6.3613, 5.7990},
                                                             {12, 7.0345, 6.2921},
                                                             {16, 8.2221, 7.1197}};
    for (const auto& [phi, normal, logistic] : VALUES)
    {
        EXPECT_NEAR(NormalQuantile(phi), normal, 1e-4) << phi;
        EXPECT_NEAR(LogisticQuantile(phi), logistic, 1e-4) << phi;
        EXPECT_NEAR(NormalPhi(NormalQuantile(phi), 0, 1), phi, 1e-6) << phi;
    }
}

TEST(NormalPhi, GoesOnWhereOneMinusTheDistributionWouldBeNothing)
{
    EXPECT_NEAR(NormalPhi(38, 0, 1) - NormalPhi(36, 0, 1), 32.15, 0.05);
    EXPECT_TRUE(std::isfinite(NormalPhi(1000, 0, 1)));
}

TEST(ExponentialPhi, ConvictsCassandraAtEighteenMeans)
{
    EXPECT_NEAR(ExponentialPhi(18.42, 1), 8, 0.001);
}

TEST(ArrivalWindow, KeepsMeanAndVarianceOfTheNewest)
{
    ArrivalWindow long_(20);
    for (const std::uint32_t interval : {100, 200, 125, 340, 130})
    {
        long_.Add(interval);
    }
    EXPECT_DOUBLE_EQ(long_.Mean(), 179);
    EXPECT_DOUBLE_EQ(long_.Variance(), 7584);

    ArrivalWindow window(3);
    for (const std::uint32_t interval : {100, 110, 90})
    {
        window.Add(interval);
    }
    EXPECT_NEAR(window.Mean(), 100, 1e-5);
    EXPECT_NEAR(window.Variance(), 66.6666667, 1e-5);
    window.Add(140);
    EXPECT_NEAR(window.Mean(), 113.333333, 1e-5);
    EXPECT_NEAR(window.Variance(), 422.222222, 1e-5);
    window.Add(80);
    EXPECT_NEAR(window.Mean(), 103.333333, 1e-5);
    EXPECT_NEAR(window.Variance(), 688.888889, 1e-5);
}

/// Box and Muller.
double Normal(Rng& rng)
{
    return std::sqrt(-2 * std::log(1 - rng.Unit())) * std::cos(2 * M_PI * rng.Unit());
}

TEST(Phi, TakesTheWorstCaseOfThePapersEstimate)
{
    constexpr double DELAY_S = 0.14;
    constexpr double JITTER_S = 0.002; // of a delay; of the time between two it is sqrt(2) as much
    for (const double phi : {1.0, 3.0, 8.0})
    {
        Heartbeat::Config config;
        config.rule = Heartbeat::Rule::PHI;
        config.interval = 100ms;
        config.window = 1000;
        config.threshold = phi;
        std::vector<double> times;
        for (std::uint64_t seed = 0; seed < 100; ++seed)
        {
            OneWay pair(Heartbeat::MakerOf(config), seed, [](Rng& rng) {
                return std::optional(OfSeconds(DELAY_S + JITTER_S * Normal(rng)));
            });
            pair.RunTo(Instant{} + 110s);
            pair.RunTo(pair.NextSend()); // it crashes right after it has sent
            times.push_back(SecondsOf(pair.CrashAndWait(10s)));
        }
        const double expected = DELAY_S + 0.1 + NormalQuantile(phi) * JITTER_S * std::sqrt(2.0);
        EXPECT_NEAR(EstimateOf(times).mean, expected, 0.02 * expected) << phi;
    }
}

TEST(Phi, ConvictsNobodyAtTheLongestIntervalThatItTakes)
{
    const Parameter* row = FindParameter(PHI_KIND, "interval");
    ASSERT_NE(row, nullptr);
    EXPECT_TRUE(Values::ProblemOf(*row, "3m")) << "above what a window can count";
    Heartbeat::Config config;
    config.rule = Heartbeat::Rule::PHI;
    config.interval = Duration(row->most);
    config.window = 1000;
    config.threshold = 8;
    WatchedCluster cluster(Heartbeat::MakerOf(config), 4, 1);
    cluster.network.StartConverged();
    cluster.network.RunFor(100 * config.interval);
    EXPECT_TRUE(cluster.conclusions.empty());
}

} // namespace
} // namespace swim::detectors
