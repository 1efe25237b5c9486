// SPDX-License-Identifier: GPL-2.0-only
//
// What each member moves in a second: a summary is told while the run goes on what a record of events tells later.
#include "lab/record/member-traffic.h"
#include "lab/record/metrics/metrics-pass.h"
#include "lab/record/metrics/traffic-file.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

namespace swimlab
{
namespace
{

class MemberTrafficTest : public testing::Test
{
  protected:
    void SetUp() override
    {
        std::filesystem::create_directories(m_folder);
        m_plan.members = 3;
        m_plan.names = {"m0", "m1", "m2"};
        m_plan.duration = std::chrono::seconds(10);
        m_plan.topology.routers = {{.label = "x", .region = "x"}};
        m_plan.routerOfMember = {0, 0, 0};
        m_plan.groups = {{{0, 1, 2}, {}}};
        m_plan.starts.assign(3, Start{.converged = true});
    }

    void TearDown() override
    {
        std::filesystem::remove_all(m_folder);
    }

    Plan m_plan;
    std::filesystem::path m_folder = std::filesystem::path(testing::TempDir()) /
                                     ("swimlab-member-traffic-" + std::to_string(getpid()));
};

TEST_F(MemberTrafficTest, TellsASummaryWhatARecordTellsLater)
{
    MetricsPass live(FactsOf(m_plan));
    MemberTraffic traffic(m_folder, m_plan, &live);
    traffic.Sent(0, 0, 100);
    traffic.Sent(SECOND_NS - 1, 0, 20);
    traffic.Sent(SECOND_NS - 1, 1, 120);
    traffic.Received(SECOND_NS, 2, 7);
    traffic.Sent(9 * SECOND_NS, 2, 5);
    traffic.Finish();
    std::ostringstream text;
    text << std::ifstream(m_folder / MemberTraffic::FILE_NAME).rdbuf();
    EXPECT_EQ(text.str(),
              "second,direction,bytes,members\n0,sent,120,2\n1,received,7,1\n9,sent,5,1\n");
    MetricsPass replayed(FactsOf(m_plan));
    ReplayMemberTraffic(m_folder / MemberTraffic::FILE_NAME, replayed);
    const Json found = live.Finish()["member_loads"];
    EXPECT_EQ(found["member_s"], 30.0);
    EXPECT_EQ(found["sent"]["max"], 120);
    EXPECT_EQ(replayed.Finish()["member_loads"], found);
}

TEST_F(MemberTrafficTest, RefusesARowThatIsNone)
{
    std::ofstream(m_folder / MemberTraffic::FILE_NAME)
        << "second,direction,bytes,members\n0,both,1,1\n";
    MetricsPass pass(FactsOf(m_plan));
    EXPECT_THROW(ReplayMemberTraffic(m_folder / MemberTraffic::FILE_NAME, pass), std::exception);
}

} // namespace
} // namespace swimlab
