// SPDX-License-Identifier: GPL-2.0-only
//
// The spread of new metadata, and how unevenly members are loaded: small tables with known answers.
#include "lab/record/metrics/metrics-json.h"
#include "lab/record/metrics/recorded-run.h"
#include "tests/lab/record/metrics/run-table.h"

#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>

namespace swimlab
{

namespace
{

Json UpdatesOf(const RunTable& table)
{
    return table.Metrics()["updates"];
}

} // namespace

TEST(UpdatesTest, TellWhenHowManyHaveHeard)
{
    RunTable table(5);
    table.Truth(10, "update", "m0", "new").Says(10.5, "m1", "updated", "m0", "2");
    table.Says(11, "m2 m3", "updated", "m0", "2").Says(13, "m4", "updated", "m0", "2");
    EXPECT_EQ(UpdatesOf(table),
              Json::array({{{"member", "m0"},
                            {"time_s", 10.0},
                            {"observers", 4},
                            {"known_by", 4},
                            {"median_s", 1.0},
                            {"known_to_50_percent_s", 1.0},
                            {"known_to_90_percent_s", 3.0},
                            {"known_to_99_percent_s", 3.0},
                            {"known_to_all_s", 3.0}}}));
}

TEST(UpdatesTest, HaveAMedianOfAllTheMemberItselfIncluded)
{
    RunTable table(4);
    table.Truth(10, "update", "m0", "new").Says(11, "m1", "updated", "m0", "2");
    EXPECT_EQ(UpdatesOf(table).at(0)["median_s"], nullptr) << "of 0, 1 s and two that never heard";
    table.Says(14, "m2", "updated", "m0", "2").Says(15, "m3", "updated", "m0", "2");
    EXPECT_EQ(UpdatesOf(table).at(0)["median_s"], 2.5) << "of 0, 1, 4 and 5 s";
}

TEST(UpdatesTest, AskThoseWhoAreLiveUpToTheNextOneOrTheEndOfTheWindow)
{
    RunTable table(3);
    table.Setting("measure.to", "50s")
        .Truth(10, "update", "m0", "new")
        .Truth(30, "update", "m0", "2");
    EXPECT_EQ(UpdatesOf(table.Truth(40, "crash", "m2")).at(0)["observers"], 2);
    EXPECT_EQ(UpdatesOf(table).at(1)["observers"], 1);
    EXPECT_EQ(UpdatesOf(table.DropLast().Truth(90, "crash", "m2")).at(1)["observers"], 2);
}

TEST(UpdatesTest, CountEachObserverOnceAndNotTheMemberItself)
{
    RunTable table(3);
    table.Truth(10, "update", "m0", "new").Says(10, "m0", "updated", "m0", "2");
    table.Says(11, "m1", "updated", "m0", "2").Says(12, "m1", "updated", "m0", "2");
    const Json update = UpdatesOf(table).at(0);
    EXPECT_EQ(update["known_by"], 1);
    EXPECT_EQ(update["known_to_50_percent_s"], 1.0);
    EXPECT_EQ(update["known_to_all_s"], nullptr);
}

TEST(UpdatesTest, AskOnlyWhoLivesUntilTheEnd)
{
    RunTable table(4);
    table.Truth(10, "update", "m0", "new").Truth(11, "crash", "m3");
    table.Says(12, "m1 m2", "updated", "m0", "2");
    EXPECT_EQ(UpdatesOf(table).at(0)["observers"], 2);
    EXPECT_EQ(UpdatesOf(table).at(0)["known_to_all_s"], 2.0);
}

TEST(UpdatesTest, EndWithTheNextOneAndWithTheMember)
{
    RunTable table(3);
    table.Truth(10, "update", "m0", "new").Truth(20, "update", "m0", "newer");
    table.Says(21, "m1 m2", "updated", "m0", "3").Truth(30, "update", "m1", "x");
    table.Truth(31, "crash", "m1").Says(32, "m0", "updated", "m1", "2");
    const Json found = UpdatesOf(table);
    EXPECT_EQ(found.at(0)["known_by"], 0);
    EXPECT_EQ(found.at(1)["known_to_all_s"], 1.0);
    EXPECT_EQ(found.at(2)["known_by"], 0) << "a crashed member's news is nobody's business";
}

class MemberLoadsTest : public testing::Test
{
  protected:
    void SetUp() override
    {
        std::filesystem::create_directories(m_folder);
    }

    void TearDown() override
    {
        std::filesystem::remove_all(m_folder);
    }

    /// Of metrics.json, where the record has such rows.
    Json LoadsOf(const RunTable& table, const std::string& rows)
    {
        table.Write(m_folder);
        std::ofstream(m_folder / "member-traffic.csv") << "second,direction,bytes,members\n"
                                                       << rows;
        WriteMetricsOf(m_folder, SumCheck::SKIP);
        std::ifstream in(m_folder / METRICS_FILE);
        return Json::parse(in)["member_loads"];
    }

    std::filesystem::path m_folder = std::filesystem::path(testing::TempDir()) /
                                     ("swimlab-member-loads-" + std::to_string(getpid()));
};

TEST_F(MemberLoadsTest, AreOfAllProcessesAndSeconds)
{
    RunTable table(2, 100);
    const Json found = LoadsOf(table, "0,sent,50,2\n5,sent,300,1\n5,received,300,1\n");
    EXPECT_EQ(found["member_s"], 200.0);
    EXPECT_EQ(found["sent"], Json({{"mean", 2.0}, {"p99", 50}, {"max", 300}}));
    EXPECT_EQ(found["received"], Json({{"mean", 1.5}, {"p99", 0}, {"max", 300}}));
}

TEST_F(MemberLoadsTest, DoNotCountTheSecondsOfTheDead)
{
    RunTable table(2, 100);
    table.Truth(50, "crash", "m1");
    EXPECT_EQ(LoadsOf(table, "0,sent,300,1\n")["sent"]["mean"], 2.0);
}

TEST_F(MemberLoadsTest, AreOfTheWindow)
{
    RunTable table(2, 100);
    table.Setting("measure.from", "10s").Setting("measure.to", "20s");
    const Json found = LoadsOf(table, "9,sent,7,1\n10,sent,40,1\n20,sent,70,1\n");
    EXPECT_EQ(found["member_s"], 20.0);
    EXPECT_EQ(found["sent"], Json({{"mean", 2.0}, {"p99", 40}, {"max", 40}}));
}

TEST_F(MemberLoadsTest, AreNothingWhereTheRecordDoesNotTell)
{
    EXPECT_EQ(RunTable().Metrics()["member_loads"], nullptr);
}

TEST_F(MemberLoadsTest, RefuseADirectionThatIsNone)
{
    EXPECT_THROW(LoadsOf(RunTable(), "0,both,50,2\n"), std::exception);
}

} // namespace swimlab
