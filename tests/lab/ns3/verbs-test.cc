// SPDX-License-Identifier: GPL-2.0-only
//
// Scenarios as a whole: what a verb does to real processes on simulated sockets.
#include "lab/ns3/runner.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace swimlab
{
namespace
{

/// A row of events.csv.
struct Row
{
    double timeS;
    std::string observer;
    std::string event;
    std::string subject;
    std::string incarnation;
    std::string source;
};

class Verbs : public testing::Test
{
  public:
    /// Rows with this event about this subject; @param observer empty: whoever
    std::size_t Count(const std::string& event,
                      const std::string& subject,
                      const std::string& observer = "") const
    {
        return std::count_if(m_rows.begin(), m_rows.end(), [&](const Row& row) {
            return row.event == event && row.subject == subject && !row.observer.empty() &&
                   (observer.empty() || row.observer == observer);
        });
    }

  protected:
    void SetUp() override
    {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        m_folder = std::filesystem::path(testing::TempDir()) /
                   (std::string("swimlab-verbs-") + test->name());
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(m_folder);
    }

    void TearDown() override
    {
        std::filesystem::remove_all(m_folder);
    }

    /// Runs ten members on a star with the default preset. @param cluster more keys of [cluster]
    void Run(const std::string& events, const std::string& cluster = "")
    {
        const auto file = m_folder / "s.toml";
        std::ofstream(file) << "duration = \"60s\"\n[topology]\nkind = \"star\"\n"
                            << "[protocol]\npush_pull_interval = \"5s\"\n"
                            << "dead_node_reclaim_time = \"1s\"\n[cluster]\nmembers = 10\n"
                            << cluster << events;
        const Plan plan = MakePlan(LoadScenario(file), 1);
        Recorder recorder(m_folder, plan);
        RunOnNs3(plan, recorder, [](const RunProgress&) {});
        recorder.Finish();
        ReadRows();
    }

    std::size_t CountAll(const std::string& event) const
    {
        return std::count_if(m_rows.begin(), m_rows.end(), [&](const Row& row) {
            return row.event == event && !row.observer.empty();
        });
    }

    const Row* Find(const std::string& observer, const std::string& event) const
    {
        const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& row) {
            return row.observer == observer && row.event == event;
        });
        return found == m_rows.end() ? nullptr : &*found;
    }

  private:
    void ReadRows()
    {
        std::ifstream file(m_folder / "events.csv");
        std::string line;
        std::getline(file, line);
        while (std::getline(file, line))
        {
            std::stringstream fields(line);
            std::vector<std::string> cells(6);
            for (auto& cell : cells)
            {
                std::getline(fields, cell, ',');
            }
            m_rows.push_back(
                {std::stod(cells[0]) * 1e-9, cells[1], cells[2], cells[3], cells[4], cells[5]});
        }
    }

    std::filesystem::path m_folder;
    std::vector<Row> m_rows;
};

TEST_F(Verbs, InjectReachesTheProcessAsFromTheNetwork)
{
    Run("[[event]]\nat = \"5s\"\ninject = \"dead\"\ninto = 3\nabout = 5\nincarnation = 4\n"
        "from = 7\n");
    const Row* truth = Find("", "inject");
    ASSERT_NE(truth, nullptr);
    EXPECT_EQ(truth->subject, "m3");
    EXPECT_EQ(truth->source, "dead m5 incarnation 4 from m7");
    const Row* believed = Find("m3", "dead");
    ASSERT_NE(believed, nullptr);
    EXPECT_DOUBLE_EQ(believed->timeS, 5);
    EXPECT_EQ(believed->subject, "m5");
    EXPECT_EQ(believed->incarnation, "4");
    EXPECT_EQ(believed->source, "m7");
    EXPECT_EQ(Count("refuted", "m5", "m5"), 1U) << "the accused answers";
}

TEST_F(Verbs, UpdateReachesEverybody)
{
    Run("[[event]]\nat = \"5s\"\nupdate = 3\nmeta = \"v2\"\n");
    ASSERT_NE(Find("", "update"), nullptr);
    EXPECT_EQ(Find("", "update")->source, "v2");
    EXPECT_GE(Count("updated", "m3"), 9U);
}

TEST_F(Verbs, SlowMembersAreSuspectedAndOthersAreNot)
{
    Run("[[event]]\nat = \"5s\"\nslow = 3\nby = \"1500ms\"\nfor = \"30s\"\n");
    EXPECT_GT(Count("suspect", "m3"), 0U);
    EXPECT_EQ(Count("dead", "m3"), 0U) << "it refutes in time";
}

TEST_F(Verbs, ALittleSlowHarmsNobody)
{
    Run("[[event]]\nat = \"5s\"\nslow = \"all\"\nby = \"20ms\"\n");
    EXPECT_EQ(CountAll("suspect"), 0U);
}

TEST_F(Verbs, AStalledMemberIsBuriedAndSuspectsOneWhenItGoesOn)
{
    Run("[[event]]\nat = \"5s\"\nstall = 3\nfor = \"30s\"\n");
    EXPECT_EQ(Count("dead", "m3"), 9U);
    EXPECT_EQ(Count("refuted", "m3", "m3"), 1U) << "of all that it is told only the first is news";
    EXPECT_EQ(CountAll("dead"), 9U) << "whom it suspects answers in time";
    std::size_t suspected = 0;
    for (int member = 0; member < 10; ++member)
    {
        suspected += member != 3 ? Count("suspect", "m" + std::to_string(member), "m3") : 0;
    }
    EXPECT_EQ(suspected, 1U) << "of the one probe that blocked";
}

/// @return how many others m3 buries
std::size_t BuriedBy(const Verbs& verbs)
{
    std::size_t buried = 0;
    for (int member = 0; member < 10; ++member)
    {
        buried += verbs.Count("dead", "m" + std::to_string(member), "m3");
    }
    return buried;
}

/// The second one begins a millisecond after the first one ended.
constexpr const char* TWO_STALLS =
    "[[event]]\nat = \"5s\"\nstall = 3\nfor = \"28s\"\ngap = \"1ms\"\ntimes = 2\n";

TEST_F(Verbs, AMemberThatStallsAgainBuriesWhomItSuspected)
{
    Run(TWO_STALLS);
    EXPECT_EQ(BuriedBy(*this), 1U) << "its suspicion ran out while the answer waited in its socket";
}

TEST_F(Verbs, AMemberThatStallsAgainDoesSoOnPathsToo)
{
    Run(std::string("[network]\nmodel = \"path\"\n") + TWO_STALLS);
    EXPECT_EQ(BuriedBy(*this), 1U);
}

/// What has waited takes its time: m3 hears late that it is suspected, as no stream tells it.
constexpr const char* SLOW_TO_WAKE =
    "[[event]]\nat = \"4s\"\nblock = 3\ncarries = \"streams\"\n"
    "[[event]]\nat = \"5s\"\nstall = 3\nfor = \"15s\"\nby = \"100ms\"\n";

TEST_F(Verbs, WhatHasWaitedIsHandledOneByOne)
{
    Run(SLOW_TO_WAKE);
    ASSERT_NE(Find("m3", "refuted"), nullptr);
    EXPECT_GT(Find("m3", "refuted")->timeS, 20.1) << "pings had come before";
    EXPECT_LT(Find("m3", "refuted")->timeS, 30);
}

TEST_F(Verbs, WhatHasWaitedIsHandledOneByOneOnPathsToo)
{
    Run(std::string("[network]\nmodel = \"path\"\n") + SLOW_TO_WAKE);
    ASSERT_NE(Find("m3", "refuted"), nullptr);
    EXPECT_GT(Find("m3", "refuted")->timeS, 20.1);
    EXPECT_LT(Find("m3", "refuted")->timeS, 30);
}

TEST_F(Verbs, DisconnectedMembersAreBuriedAndBuryTheOthers)
{
    Run("[[event]]\nat = \"5s\"\ndisconnect = 3\n");
    EXPECT_EQ(Count("dead", "m3"), 9U);
    EXPECT_GE(CountAll("dead"), 9U + 1U) << "m3 gives up others, as nobody answers";
}

TEST_F(Verbs, BlockedDatagramsAreBridgedByStreams)
{
    Run("[[event]]\nat = \"5s\"\nblock = 3\ncarries = \"datagrams\"\n");
    EXPECT_EQ(CountAll("dead"), 0U);
    EXPECT_EQ(CountAll("suspect"), 0U);
}

TEST_F(Verbs, BlockedMembersAreBuried)
{
    Run("[[event]]\nat = \"5s\"\nblock = 3\n");
    EXPECT_EQ(Count("dead", "m3"), 9U);
}

TEST_F(Verbs, InboundDatagramLossLeavesWhatAMemberSends)
{
    // Whoever hears no pings still gossips: its accusations arrive, and so do its streams.
    Run("[[event]]\nat = \"5s\"\ndatagram_loss = \"100%\"\nmembers = 3\ndirection = \"in\"\n"
        "[[event]]\nat = \"10s\"\nblock = 3\ncarries = \"streams\"\n");
    EXPECT_EQ(Count("dead", "m3"), 9U);
    const bool othersHearIt = Count("suspect", "m0", "m1") + Count("suspect", "m1", "m0") +
                                  Count("suspect", "m2", "m0") + Count("suspect", "m4", "m0") >
                              0;
    EXPECT_TRUE(othersHearIt) << "m3 suspects everybody, and says so";
}

TEST_F(Verbs, RestartAtANewAddressIsTakenInOnceTheOldOneIsDead)
{
    Run("[[event]]\nat = \"5s\"\ncrash = 3\nfor = \"20s\"\naddress = \"new\"\n");
    EXPECT_EQ(Count("dead", "m3"), 9U);
    EXPECT_EQ(Count("joined", "m3"), 9U);
}

TEST_F(Verbs, RestartAtANewAddressConflictsWhileTheOldOneIsAlive)
{
    Run("[[event]]\nat = \"5s\"\ncrash = 3\nfor = \"1s\"\naddress = \"new\"\n");
    EXPECT_GT(Count("conflict", "m3"), 0U);
}

/// Five of the ten join while their only seed is out of reach, for as long as three attempts take.
constexpr const char* JOIN_BEHIND_A_CUT =
    "[[event]]\nat = \"0s\"\npartition = [\"0-4\", \"5-9\"]\nfor = \"40s\"\n";

constexpr const char* JOINING = "start = \"join\"\njoin_spacing = \"1s\"\njoin_retry = ";

TEST_F(Verbs, JoinsThatAreNotRetriedLeaveIslands)
{
    Run(JOIN_BEHIND_A_CUT, std::string(JOINING) + "\"never\"\n");
    EXPECT_GT(Count("joined", "m4", "m0"), 0U);
    for (const char* const islander : {"m5", "m6", "m7", "m8", "m9"})
    {
        EXPECT_EQ(Count("joined", islander), 0U) << islander << " is known to nobody, ever";
    }
}

TEST_F(Verbs, AJoinThatIsRetriedOnceTooEarlyLeavesIslandsToo)
{
    Run(JOIN_BEHIND_A_CUT, std::string(JOINING) + "\"once\"\n");
    EXPECT_EQ(Count("joined", "m5"), 0U);
    EXPECT_EQ(Count("joined", "m9"), 0U);
}

TEST_F(Verbs, JoinsThatAreRetriedEndInOneCluster)
{
    Run(JOIN_BEHIND_A_CUT, std::string(JOINING) + "\"500ms\"\n");
    for (const char* const late : {"m5", "m6", "m7", "m8", "m9"})
    {
        EXPECT_EQ(Count("joined", late), 9U) << late;
    }
}

constexpr const char* TWO_GROUPS = "[[cluster.group]]\nmembers = \"0-4\"\n";

TEST_F(Verbs, GroupsKeepToThemselves)
{
    Run("[[event]]\nat = \"5s\"\ncrash = [2, 7]\nfor = \"15s\"\n", TWO_GROUPS);
    EXPECT_EQ(Count("dead", "m2"), 4U);
    EXPECT_EQ(Count("dead", "m7"), 4U);
    EXPECT_EQ(Count("joined", "m2"), 4U);
    EXPECT_EQ(Count("joined", "m7"), 4U);
    EXPECT_EQ(Count("dead", "m7", "m0"), 0U);
}

TEST_F(Verbs, GroupsMergeWhenOneTakesOverAnAddressOfTheOther)
{
    Run("[[event]]\nat = \"5s\"\ncrash = 7\n"
        "[[event]]\nat = \"5s\"\ncrash = 2\nfor = \"1s\"\naddress = \"of 7\"\n",
        TWO_GROUPS);
    EXPECT_GT(Count("joined", "m0", "m9") + Count("joined", "m9", "m0"), 0U)
        << "gossip to the old address reaches the other cluster";
}

} // namespace
} // namespace swimlab
