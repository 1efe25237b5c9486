// SPDX-License-Identifier: GPL-2.0-only
//
// Traffic between regions: what is written is what metrics read, whatever the regions are called.
#include "lab/record/metrics/metrics-pass.h"
#include "lab/record/metrics/traffic-file.h"
#include "lab/record/region-traffic.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

namespace swimlab
{
namespace
{

class RegionTrafficTest : public testing::Test
{
  protected:
    void SetUp() override
    {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        m_folder = std::filesystem::path(testing::TempDir()) /
                   (std::string("swimlab-") + test->test_suite_name() + "-" + test->name());
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(m_folder);
    }

    /// Two members in the first region, one in the second.
    static Plan TwoRegions(const std::string& first, const std::string& second)
    {
        Plan plan;
        plan.members = 3;
        plan.names = {"m0", "m1", "m2"};
        plan.duration = std::chrono::seconds(60);
        plan.topology.routers = {{.label = "x", .region = first}, {.label = "y", .region = second}};
        plan.routerOfMember = {0, 0, 1};
        plan.groups = {{{0, 1, 2}, {}}};
        plan.starts.assign(3, Start{.converged = true});
        return plan;
    }

    Json Replayed(const Plan& plan) const
    {
        MetricsPass pass(FactsOf(plan));
        ReplayRegions(m_folder / "regions.csv", pass);
        return pass.Finish()["traffic"]["by_region"];
    }

    std::string Text() const
    {
        std::ostringstream text;
        text << std::ifstream(m_folder / "regions.csv").rdbuf();
        return text.str();
    }

    std::filesystem::path m_folder;
};

TEST_F(RegionTrafficTest, IsWrittenBySecondAndPair)
{
    const Plan plan = TwoRegions("north", "south");
    RegionTraffic traffic(m_folder, plan);
    traffic.Sent(500'000'000, 0, 1, 10);
    traffic.Sent(600'000'000, 0, 2, 20);
    traffic.Sent(700'000'000, 1, 2, 21);
    traffic.Sent(5'000'000'000, 2, 0, 30);
    traffic.Finish(nullptr);
    EXPECT_EQ(Text(),
              "second,from,to,sent,sent_bytes\n"
              "0,north,north,1,10\n"
              "0,north,south,2,41\n"
              "5,south,north,1,30\n");
}

TEST_F(RegionTrafficTest, OfAnyNameIsReadBackAsWhileItGoesOn)
{
    const Plan plan = TwoRegions("Trinidad, \"and\" Tobago", "a\nb");
    RegionTraffic traffic(m_folder, plan);
    traffic.Sent(1, 0, 2, 20);
    traffic.Sent(2'000'000'000, 2, 1, 7);
    MetricsPass pass(FactsOf(plan));
    traffic.Finish(&pass);
    const Json during = pass.Finish()["traffic"]["by_region"];
    ASSERT_EQ(during.size(), 2u);
    EXPECT_EQ(during[0]["from"], "Trinidad, \"and\" Tobago");
    EXPECT_EQ(during[0]["to"], "a\nb");
    EXPECT_EQ(during[1]["bytes"], 7);
    EXPECT_EQ(Replayed(plan), during);
}

TEST_F(RegionTrafficTest, OutsideTheWindowIsOnRecordAndNotMeasured)
{
    Plan plan = TwoRegions("north", "south");
    plan.measure.from = std::chrono::seconds(10);
    plan.measure.to = std::chrono::seconds(20);
    plan.resolved = {{"measure.from", "10s"}, {"measure.to", "20s"}};
    RegionTraffic traffic(m_folder, plan);
    traffic.Sent(9'999'999'999, 0, 2, 1);
    traffic.Sent(10'000'000'000, 0, 2, 2);
    traffic.Sent(20'000'000'000, 0, 2, 4);
    traffic.Finish(nullptr);
    const Json found = Replayed(plan);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0]["bytes"], 2);
}

TEST_F(RegionTrafficTest, ThereIsNoneInOneRegionOrWithoutTheFile)
{
    const Plan plan = TwoRegions("leaf", "leaf");
    EXPECT_FALSE(RegionTraffic::IsAbout(plan));
    EXPECT_TRUE(RegionTraffic::IsAbout(TwoRegions("a", "b")));
    EXPECT_TRUE(Replayed(plan).is_null());
}

TEST_F(RegionTrafficTest, AnotherFormIsRefusedByLine)
{
    std::ofstream(m_folder / "regions.csv") << "second,from,to,sent,sent_bytes\n0,a,b,1,x\n";
    try
    {
        Replayed(TwoRegions("a", "b"));
        FAIL();
    }
    catch (const RecordError& error)
    {
        const std::string text = error.what();
        EXPECT_NE(text.find("regions.csv:2"), std::string::npos) << text;
        EXPECT_NE(text.find("'x' is no whole number"), std::string::npos) << text;
    }
}

} // namespace
} // namespace swimlab
