// SPDX-License-Identifier: MIT
//
// Mistakes of heartbeats against closed forms: the time-out restarted at each arrival, and NFD-S.
#include "accuracy.h"
#include "detectors/heartbeat.h"

#include <cmath>
#include <gtest/gtest.h>

namespace swim::detectors
{
namespace
{

using namespace std::chrono_literals;

constexpr double STANDARD_ERRORS = 3;

/// Where a mean is known from `count` independent values that spread like their mean.
double RelativeError(std::size_t count)
{
    return STANDARD_ERRORS / std::sqrt(static_cast<double>(count));
}

struct RestartCase
{
    double timeoutS;
    double loss;
};

class RestartedTimeout : public testing::TestWithParam<RestartCase>
{
};

TEST_P(RestartedTimeout, ErrsAsTheFormulasOfIndependentLossSay)
{
    const double timeoutS = GetParam().timeoutS;
    const double loss = GetParam().loss;
    Heartbeat::Config config;
    config.rule = Heartbeat::Rule::RESTART;
    config.timeout = OfSeconds(timeoutS);
    constexpr int HEARTBEATS = 200'000;
    OneWay pair(Heartbeat::MakerOf(config), 5, [&](Rng& rng) -> std::optional<Duration> {
        return rng.Unit() < loss ? std::nullopt : std::optional<Duration>(10ms);
    });
    const Instant end = Instant{} + 1s * HEARTBEATS;
    pair.RunTo(end);
    const Accuracy found = AccuracyOf(pair.Turns(), Instant{} + 10s, end);
    const double inARow = std::floor(timeoutS);
    const double recurrence = 1 / ((1 - loss) * std::pow(loss, inARow));
    const double mistake = inARow + 1 - timeoutS + loss / (1 - loss);
    ASSERT_GT(found.recurrence.count, 100u);
    EXPECT_NEAR(found.recurrence.mean,
                recurrence,
                recurrence * RelativeError(found.recurrence.count));
    EXPECT_NEAR(found.mistake.mean, mistake, STANDARD_ERRORS * found.mistake.error);
    const double share = mistake / recurrence;
    EXPECT_NEAR(found.right, 1 - share, share * 2 * RelativeError(found.recurrence.count));
}

INSTANTIATE_TEST_SUITE_P(Cases,
                         RestartedTimeout,
                         testing::Values(RestartCase{2.5, 0.1},
                                         RestartCase{3.5, 0.2},
                                         RestartCase{5.5, 0.3}));

struct NfdCase
{
    double delta;
    double loss;
    double meanDelayS; ///< exponential; negative: always its amount
    double recurrence; ///< the closed forms' values
    double mistake;
    double right;
};

class NfdS : public testing::TestWithParam<NfdCase>
{
};

TEST_P(NfdS, ErrsAsChensTheoremSays)
{
    const NfdCase& row = GetParam();
    Heartbeat::Config config;
    config.rule = Heartbeat::Rule::NFD_S;
    config.delta = OfSeconds(row.delta);
    constexpr int HEARTBEATS = 400'000;
    OneWay pair(Heartbeat::MakerOf(config), 11, [&](Rng& rng) -> std::optional<Duration> {
        if (rng.Unit() < row.loss)
        {
            return std::nullopt;
        }
        return row.meanDelayS < 0 ? OfSeconds(-row.meanDelayS)
                                  : OfSeconds(-row.meanDelayS * std::log(1 - rng.Unit()));
    });
    const Instant end = Instant{} + 1s * HEARTBEATS;
    pair.RunTo(end);
    const Accuracy found = AccuracyOf(pair.Turns(), Instant{} + 10s, end);
    EXPECT_NEAR(found.recurrence.mean, row.recurrence, STANDARD_ERRORS * found.recurrence.error);
    EXPECT_NEAR(found.mistake.mean, row.mistake, STANDARD_ERRORS * found.mistake.error);
    EXPECT_NEAR(found.right, row.right, 5e-4);
}

INSTANTIATE_TEST_SUITE_P(Vectors,
                         NfdS,
                         testing::Values(NfdCase{0.5, 0.01, 0.02, 101.01, 0.5301, 0.99475},
                                         NfdCase{1.5, 0.10, 0.02, 111.11, 0.6311, 0.99432},
                                         NfdCase{1.5, 0.01, 0.5, 45.84, 0.2744, 0.99401},
                                         NfdCase{2.0, 0.20, 0.02, 31.25, 0.2700, 0.99136},
                                         NfdCase{0.3, 0.05, 0.2, 4.024, 0.3415, 0.91513},
                                         NfdCase{0.5, 0.10, -0.01, 11.111, 0.6211, 0.94410}));

TEST(NfdE, TurnsAsNfdSDoesWhereTheDelayIsConstant)
{
    static constexpr Duration DELAY = 30ms;
    const auto turnsOf = [](Heartbeat::Rule rule) {
        Heartbeat::Config config;
        config.rule = rule;
        config.alpha = 1200ms;
        config.delta = config.alpha + DELAY;
        OneWay pair(Heartbeat::MakerOf(config), 3, [](Rng& rng) -> std::optional<Duration> {
            return rng.Unit() < 0.2 ? std::nullopt : std::optional<Duration>(DELAY);
        });
        pair.RunTo(Instant{} + 10'000s);
        return pair.Turns();
    };
    const auto estimated = turnsOf(Heartbeat::Rule::NFD_E);
    const auto known = turnsOf(Heartbeat::Rule::NFD_S);
    ASSERT_GT(known.size(), 100u);
    ASSERT_EQ(estimated.size(), known.size());
    for (std::size_t i = 0; i < known.size(); ++i)
    {
        EXPECT_EQ(estimated[i].at, known[i].at) << i;
        EXPECT_EQ(estimated[i].suspects, known[i].suspects) << i;
    }
}

} // namespace
} // namespace swim::detectors
