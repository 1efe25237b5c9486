// SPDX-License-Identifier: GPL-2.0-only
//
// The application against what is known otherwise: formulas of the papers, what every preset must
// do, and that a run is a function of its seed.
#include "swim-test-star.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <cmath>

using namespace ns3;

namespace
{

/// @return the rounds of all members, by what is asked of their statistics
uint64_t Sum(const SwimTestStar& star, uint64_t SwimApplication::Statistics::*count)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < star.Members().GetN(); ++i)
    {
        sum += star.Member(i).GetStatistics().*count;
    }
    return sum;
}

class PresetAccusesOnlyTheDead : public TestCase
{
  public:
    PresetAccusesOnlyTheDead(const std::string& preset)
        : TestCase("Where nothing is lost only the dead are accused: " + preset),
          m_preset(preset)
    {
    }

  private:
    void DoRun() override
    {
        SwimTestStar star(SwimHelper(m_preset), 10);
        star.Run(60);
        NS_TEST_EXPECT_MSG_EQ(star.Conclusions().size(), 0, "a calm cluster has no news");
        const uint64_t probes = Sum(star, &SwimApplication::Statistics::probes);
        NS_TEST_EXPECT_MSG_EQ(probes, star.Sent("ping"), "a probe was sent more than once");
        // The longest protocol period is 5 s: at least ten rounds each.
        NS_TEST_EXPECT_MSG_GT(probes, 99, "members hardly probed");

        star.Member(3).Kill();
        star.Run(300);
        NS_TEST_EXPECT_MSG_EQ(star.Observers("dead", 3), 9, "not all buried m3");
        NS_TEST_EXPECT_MSG_EQ(star.Count("dead"), 9, "a living member was buried");
        NS_TEST_EXPECT_MSG_EQ(star.Count("rejected"), 0, "a message was not understood");
    }

    std::string m_preset;
};

/// A probe fails if one of ping and ack is lost, and one of the four messages through the relay.
class FailedProbesMatchTheory : public TestCase
{
  public:
    FailedProbesMatchTheory()
        : TestCase("Under loss probes fail as often as SWIM's section 3.1 says")
    {
    }

  private:
    void DoRun() override
    {
        const double arrives = 0.95;
        const double expected = (1 - std::pow(arrives, 2)) * (1 - std::pow(arrives, 4));
        NS_TEST_EXPECT_MSG_EQ_TOL(expected, 0.018086, 0.0000005, "the formula");

        SwimHelper helper;
        helper.SetAttribute("DatagramLoss", DoubleValue(1 - arrives));
        helper.SetAttribute("IndirectChecks", UintegerValue(1));
        helper.SetAttribute("StreamFallback", BooleanValue(false));
        helper.SetAttribute("AwarenessMaxMultiplier", UintegerValue(1));
        SwimTestStar star(helper, 20);
        star.Run(2000);
        const auto probes = static_cast<double>(Sum(star, &SwimApplication::Statistics::probes));
        const auto failed =
            static_cast<double>(Sum(star, &SwimApplication::Statistics::probesFailed));
        NS_TEST_EXPECT_MSG_GT(probes, 39900, "20 members probe once a second");
        const double interval99 = 2.576 * std::sqrt(expected * (1 - expected) / probes);
        NS_TEST_EXPECT_MSG_EQ_TOL(failed / probes,
                                  expected,
                                  interval99,
                                  "outside the 99 % interval");
    }
};

class LoadMatchesTheory : public TestCase
{
  public:
    LoadMatchesTheory()
        : TestCase(
              "Without loss a member sends two messages in a protocol period, whatever the size")
    {
    }

  private:
    void DoRun() override
    {
        for (const uint32_t members : {5, 40})
        {
            SwimHelper helper;
            helper.SetAttribute("PushPullInterval", TimeValue(Seconds(0)));
            SwimTestStar star(helper, members);
            star.Run(500);
            const double perPeriod = star.SentInAll() / (500.0 * members);
            NS_TEST_EXPECT_MSG_EQ_TOL(perPeriod, 2.0, 0.01, members << " members");
        }
    }
};

class StreamsFixTheRun : public TestCase
{
  public:
    StreamsFixTheRun()
        : TestCase("Same streams, same messages; another stream or run, others")
    {
    }

  private:
    static std::string Transcript(int64_t stream)
    {
        SwimHelper helper;
        helper.SetAttribute("DatagramLoss", DoubleValue(0.1));
        SwimTestStar star(helper, 6);
        SwimHelper::AssignStreams(star.Members(), stream);
        star.Run(20);
        return star.Transcript();
    }

    void DoRun() override
    {
        const std::string first = Transcript(0);
        NS_TEST_EXPECT_MSG_GT(first.size(), 1000, "nothing happened");
        NS_TEST_EXPECT_MSG_EQ((first == Transcript(0)), true, "the same streams, another run");
        NS_TEST_EXPECT_MSG_EQ((first != Transcript(100)), true, "other streams, the same run");
        const uint64_t run = RngSeedManager::GetRun();
        RngSeedManager::SetRun(run + 1);
        NS_TEST_EXPECT_MSG_EQ((first != Transcript(0)), true, "another run number, the same run");
        RngSeedManager::SetRun(run);
    }
};

class SwimValidationTestSuite : public TestSuite
{
  public:
    SwimValidationTestSuite()
        : TestSuite("swim-validation", Type::SYSTEM)
    {
        for (const char* preset : {"swim-basic",
                                   "swim",
                                   "memlist",
                                   "memberlist-lan",
                                   "memberlist-wan",
                                   "memberlist-local",
                                   "lifeguard-paper",
                                   "recommended-lan",
                                   "recommended-wan"})
        {
            AddTestCase(new PresetAccusesOnlyTheDead(preset));
        }
        AddTestCase(new FailedProbesMatchTheory);
        AddTestCase(new LoadMatchesTheory);
        AddTestCase(new StreamsFixTheRun);
    }
};

SwimValidationTestSuite g_swimValidationTestSuite;

} // namespace
