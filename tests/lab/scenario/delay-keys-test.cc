// SPDX-License-Identifier: GPL-2.0-only
//
// How scenarios say that a delay varies, and what they may not say.
#include "scenario-fixture.h"

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

class DelayKeys : public ScenarioTest
{
  protected:
    static std::string With(const std::string& network)
    {
        return std::string(BASE) + "[network]\n" + network;
    }

    static std::string Error(const std::string& network)
    {
        return ErrorOf(With(network));
    }
};

TEST_F(DelayKeys, SayTheLawItsSpreadAndItsSamples)
{
    const NetworkSpec constant = Load(BASE).network;
    EXPECT_FALSE(constant.delayShape.Varies());
    const NetworkSpec normal =
        Load(With("delay = \"20ms\"\ndelay_distribution = \"normal\"\ndelay_spread = \"7%\"\n"))
            .network;
    EXPECT_EQ(normal.delayShape.distribution, DelayDistribution::NORMAL);
    EXPECT_DOUBLE_EQ(normal.delayShape.spread, 0.07);
    const NetworkSpec exponential =
        Load(With("delay = \"20ms\"\ndelay_distribution = \"exponential\"\n")).network;
    EXPECT_EQ(exponential.delayShape.distribution, DelayDistribution::EXPONENTIAL);
    const NetworkSpec empirical =
        Load(With("delay_distribution = \"empirical\"\ndelay_samples = [\"9ms\", \"12ms\"]\n"))
            .network;
    EXPECT_EQ(empirical.delayShape.samples, (std::vector<Duration>{9ms, 12ms}));
    EXPECT_EQ(empirical.delay, 10500us) << "the samples' mean";
}

TEST_F(DelayKeys, ResolveToSettingsThatMakeThemAgain)
{
    for (const char* const network :
         {"delay = \"20ms\"\ndelay_distribution = \"lognormal\"\ndelay_spread = \"45%\"\n",
          "delay_distribution = \"empirical\"\ndelay_samples = [\"9ms\", \"12ms\", \"13ms\"]\n",
          "delay = \"1s\"\n"})
    {
        const Scenario scenario = Load(With(network));
        std::vector<std::string> settings;
        for (const auto& [key, text] : scenario.resolved)
        {
            settings.push_back(key + "=" + text);
        }
        const Scenario again = LoadScenario("s.toml", settings);
        EXPECT_EQ(again.resolved, scenario.resolved);
        EXPECT_EQ(again.network.delayShape, scenario.network.delayShape);
        EXPECT_EQ(again.network.delay, scenario.network.delay);
    }
}

TEST_F(DelayKeys, MayBeSweptOverAllLaws)
{
    const Scenario sweep =
        Load(With("delay = \"20ms\"\ndelay_spread = \"20%\"\ndelay_samples = [\"9ms\", \"12ms\"]\n"
                  "[sweep]\nnetwork.delay_distribution = [\"constant\", \"normal\", "
                  "\"lognormal\", \"exponential\", \"empirical\"]\n"));
    for (const auto& point : SweepPoints(sweep))
    {
        EXPECT_EQ(AtPoint(sweep, point).network.delay, 20ms);
    }
}

TEST_F(DelayKeys, ThatContradictEachOtherAreRefused)
{
    const std::string normal = "delay = \"20ms\"\ndelay_distribution = \"normal\"\n";
    EXPECT_EQ(Error(normal),
              "s.toml:8: network.delay_spread: is missing; normal needs the standard "
              "deviation as a share of the delay, such as delay_spread = \"20%\"");
    EXPECT_EQ(
        Error(normal + "delay_spread = \"40%\"\n"),
        "s.toml:11: network.delay_spread: 40% would make normal delays negative; at most 33%, "
        "or take lognormal");
    EXPECT_EQ(Error(normal + "delay_spread = \"20%\"\njitter = \"1ms\"\n"),
              "s.toml:12: network.jitter: says how the delay varies, and "
              "network.delay_distribution says it too; leave one of them out");
    EXPECT_EQ(Error("delay = \"20ms\"\ndelay_spread = \"20%\"\n"),
              "s.toml:10: network.delay_spread: says how far the delay varies, and nothing says by "
              "which law; give network.delay_distribution");
    EXPECT_EQ(Error("delay_distribution = \"exponential\"\n"),
              "s.toml:8: network.delay: is missing; network.delay_distribution is how it varies; "
              "give its mean, such as delay = \"20ms\"");
    for (const char* const samples : {"", "delay_samples = []\n", "delay_samples = [\"0s\"]\n"})
    {
        EXPECT_EQ(Error("delay_distribution = \"empirical\"\n" + std::string(samples)),
                  "s.toml:8: network.delay_samples: is missing; empirical needs delays to draw "
                  "from, such as delay_samples = [\"9ms\", \"12ms\"]");
    }
    EXPECT_EQ(
        Error("delay_distribution = \"empirical\"\ndelay_samples = \"9ms\"\n"),
        "s.toml:10: network.delay_samples: 9ms must be a list of durations, such as [\"9ms\", "
        "\"12ms\"]");
    EXPECT_EQ(Error("delay = \"1ms\"\ndelay_distribution = \"gamma\"\n"),
              "s.toml:10: network.delay_distribution: gamma must be one of \"constant\", "
              "\"normal\", \"lognormal\", \"exponential\", \"empirical\"");
}

} // namespace
} // namespace swimlab
