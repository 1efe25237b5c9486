// SPDX-License-Identifier: GPL-2.0-only
//
// Messages by member and protocol period: what is written is what metrics read.
#include "lab/record/metrics/metrics-pass.h"
#include "lab/record/metrics/traffic-file.h"
#include "lab/record/period-traffic.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

namespace swimlab
{
namespace
{

class PeriodTrafficTest : public testing::Test
{
  protected:
    void SetUp() override
    {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        m_folder = std::filesystem::path(testing::TempDir()) /
                   (std::string("swimlab-") + test->test_suite_name() + "-" + test->name());
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(m_folder);
        m_plan.members = 3;
        m_plan.names = {"m0", "m1", "m2"};
        m_plan.duration = std::chrono::seconds(7);
        m_plan.topology.routers = {{.label = "x", .region = "x"}};
        m_plan.routerOfMember = {0, 0, 0};
        m_plan.groups = {{{0, 1, 2}, {}}};
        m_plan.groups[0].protocol.probeInterval = std::chrono::seconds(2);
        m_plan.starts.assign(3, Start{.converged = true});
    }

    /// m0 sends two messages in the first period and m1 three in the third; m2 gets all.
    void Record(MetricsPass* pass) const
    {
        PeriodTraffic traffic(m_folder, m_plan.members, *PeriodTraffic::PeriodOf(m_plan), pass);
        for (const TimeNs atNs : {0, 1'999'999'999})
        {
            traffic.Sent(atNs, 0);
            traffic.Received(atNs, 2);
        }
        for (int i = 0; i < 3; ++i)
        {
            traffic.Sent(4'000'000'000, 1);
            traffic.Received(4'000'000'000, 2);
        }
        traffic.Sent(6'500'000'000, 0); // in a period that the run cuts off
        traffic.Finish(m_plan.duration.count());
    }

    Json Replayed() const
    {
        MetricsPass pass(FactsOf(m_plan));
        ReplayPeriods(m_folder / "periods.csv", pass);
        return pass.Finish()["traffic"]["by_period"];
    }

    std::string Text() const
    {
        std::ostringstream text;
        text << std::ifstream(m_folder / "periods.csv").rdbuf();
        return text.str();
    }

    std::filesystem::path m_folder;
    Plan m_plan;
};

TEST_F(PeriodTrafficTest, CountsTheMembersByMessagesInEachWholePeriod)
{
    Record(nullptr);
    EXPECT_EQ(Text(),
              "from_ns,to_ns,messages,senders,receivers\n"
              "0,2000000000,0,2,2\n"
              "0,2000000000,2,1,1\n"
              "2000000000,4000000000,0,3,3\n"
              "4000000000,6000000000,0,2,2\n"
              "4000000000,6000000000,3,1,1\n");
}

TEST_F(PeriodTrafficTest, IsReadBackAsWhileItGoesOn)
{
    MetricsPass pass(FactsOf(m_plan));
    Record(&pass);
    const Json expected = {{"period_s", 2.0},
                           {"sent", {{0, 7}, {2, 1}, {3, 1}}},
                           {"received", {{0, 7}, {2, 1}, {3, 1}}}};
    EXPECT_EQ(pass.Finish()["traffic"]["by_period"], expected);
    EXPECT_EQ(Replayed(), expected);
}

TEST_F(PeriodTrafficTest, OfAWindowAreThePeriodsThatLieInItWhole)
{
    Record(nullptr);
    m_plan.measure.from = std::chrono::seconds(1);
    m_plan.measure.to = std::chrono::seconds(5);
    m_plan.resolved = {{"measure.from", "1s"}, {"measure.to", "5s"}};
    EXPECT_EQ(Replayed()["sent"], Json({{0, 3}}));
}

TEST_F(PeriodTrafficTest, IsUntoldWhereClustersHaveDifferentPeriodsAndWithoutTheFile)
{
    EXPECT_EQ(Replayed(), nullptr);
    m_plan.groups = {{{0, 1}, {}}, {{2}, {}}};
    m_plan.groups[1].protocol.probeInterval = std::chrono::seconds(3);
    EXPECT_EQ(PeriodTraffic::PeriodOf(m_plan), std::nullopt);
}

TEST_F(PeriodTrafficTest, AnotherFormIsRefusedByLine)
{
    std::ofstream(m_folder / "periods.csv")
        << "from_ns,to_ns,messages,senders,receivers\n0,2000000000,two,1,1\n";
    MetricsPass pass(FactsOf(m_plan));
    try
    {
        ReplayPeriods(m_folder / "periods.csv", pass);
        FAIL() << "was taken";
    }
    catch (const RecordError& error)
    {
        const std::string text = error.what();
        EXPECT_NE(text.find("periods.csv:2"), std::string::npos) << text;
        EXPECT_NE(text.find("'two' is no whole number"), std::string::npos) << text;
    }
}

} // namespace
} // namespace swimlab
