// SPDX-License-Identifier: GPL-2.0-only
//
// Records that do not fit docs/records.md are refused by file, line and what would be right.
#include "lab/scenario/sha256.h"
#include "tests/lab/record/metrics/run-table.h"

#include <fstream>
#include <gmock/gmock.h>

namespace swimlab
{

namespace
{

using testing::HasSubstr;
using testing::StartsWith;

/// What a run is refused for whose events.csv holds these lines and whose run.json agrees.
std::string RefusalOfRows(const std::vector<std::string>& rows)
{
    RunTable table;
    table.rows = rows;
    const auto folder = OwnFolder();
    table.Write(folder);
    return RefusalOf(folder);
}

/// The same of a table.
std::string RefusalOfTable(const RunTable& table)
{
    const auto folder = OwnFolder();
    table.Write(folder);
    return RefusalOf(folder);
}

} // namespace

TEST(RecordedRunTest, RefusesAWrongRowByItsLine)
{
    const struct
    {
        std::vector<std::string> rows;
        const char* complaint;
    } CASES[] = {
        {{"5,m0,dead,m9,1,m0"}, "2: subject is 'm9', must be a member of run.json or empty"},
        {{"5,m9,dead,m0,1,m0"}, "2: observer is 'm9', must be a member of run.json or empty"},
        {{"5,m0,dead,m1,1,m0", "6,m0,died,m2,1,m0"}, "3: event is 'died', must be one of joined,"},
        {{"5,m0,,m1,1,m0"}, "2: event is empty"},
        {{"5,,,m1,1,m0"}, "2: event is empty"},
        {{"5,m0,dead,m1,1,m0", "4,m0,dead,m2,1,m0"}, "3: time_ns runs backwards"},
        {{"5,m0,dead,,1,m0"}, "2: subject is empty, a dead row must name one"},
        {{"5,,crash,,,"}, "2: subject is empty, a crash row must name one"},
        {{"5,,dead,m1,1,"}, "2: a dead row must name its observer"},
        {{"5,m0,crash,m1,,"}, "2: a crash row is ground truth: no observer"},
        {{"x,m0,dead,m1,1,m0"}, "2: time_ns is 'x', must be"},
        {{",m0,dead,m1,1,m0"}, "2: time_ns is empty, must be"},
        {{"-5,m0,dead,m1,1,m0"}, "2: time_ns is '-5', must be"},
        {{"5,m0,dead,m1,one,m0"}, "2: incarnation is 'one', must be a whole number"},
        {{"5,m0,dead,m1,4294967296,m0"}, "2: incarnation is '4294967296', must be"},
        {{"5,m0,dead,m1,1"}, "2: has fewer than six cells"},
        {{"5,m0,dead,m1,1,m0,m0"}, "2: has more than six cells"},
        {{"5,\"m0,dead,m1,1,m0"}, "2: a quoted cell does not end"},
    };

    for (const auto& [rows, complaint] : CASES)
    {
        EXPECT_THAT(RefusalOfRows(rows), HasSubstr("events.csv:" + std::string(complaint)));
    }
}

TEST(RecordedRunTest, TakesRowsAsTablesOfOthersWriteThem)
{
    // Quoted cells, line ends of Windows, numbers that were broken ones, a blank line at the end.
    RunTable table;
    table.rows = {"10000000000,,crash,m3,,\r",
                  "12000000000,\"m0\",dead,\"m3\",4294967295,m0\r",
                  "13000000000,m1,dead,m3,1.0,\"some, \"\"one\"\"\"\r",
                  "14000000000,m2,rejected,,,bad checksum\r",
                  ""};
    const Json crash = table.Metrics()["crashes"][0];
    EXPECT_EQ(crash["first_dead_s"], 2);
    EXPECT_EQ(crash["known_by"], 2);
}

TEST(RecordedRunTest, TakesMembersOfAnyName)
{
    RunTable table(3);
    table.Truth(10, "crash", "serf-west-member-of-thirty-letters");
    table.Says(12, "NA ü", "dead", "serf-west-member-of-thirty-letters");
    table.Describe("member_names", {"NA", "ü", "serf-west-member-of-thirty-letters"});
    const Json crash = table.Metrics()["crashes"][0];
    EXPECT_EQ(crash["member"], "serf-west-member-of-thirty-letters");
    EXPECT_EQ(crash["full_dissemination_s"], 2);
}

TEST(RecordedRunTest, RefusesWrongColumns)
{
    const auto folder = OwnFolder();
    RunTable().Write(folder);
    std::ofstream(folder / "traffic.csv") << "second,kind\n";
    EXPECT_THAT(RefusalOf(folder), HasSubstr("traffic.csv:1: the columns are 'second,kind', must"));
    const std::string text = "time,observer\n";
    RunTable().Describe("events_sha256", Sha256OfBytes(text)).Write(folder);
    std::ofstream(folder / "events.csv") << text;
    EXPECT_THAT(RefusalOf(folder),
                HasSubstr("events.csv:1: the columns are 'time,observer', must be 'time_ns,"));
}

TEST(RecordedRunTest, RefusesEventsThatChangedSinceTheRun)
{
    const auto folder = OwnFolder();
    RunTable().Write(folder);
    std::ofstream(folder / "events.csv", std::ios::app) << "6,m0,dead,m1,1,m0\n";
    EXPECT_THAT(RefusalOf(folder), HasSubstr("run.json says"));
}

TEST(RecordedRunTest, RefusesAMissingFileByName)
{
    for (const auto* name : {"run.json", "events.csv", "traffic.csv"})
    {
        const auto folder = OwnFolder();
        RunTable().Write(folder);
        std::filesystem::remove(folder / name);
        EXPECT_THAT(RefusalOf(folder), HasSubstr(std::string(name) + ": no such file"));
        EXPECT_FALSE(std::filesystem::exists(folder / "metrics.json"));
    }
}

TEST(RecordedRunTest, RefusesAWrongDescriptionByItsKey)
{
    const struct
    {
        const char* key;
        Json value;
        const char* complaint;
    } CASES[] = {
        {"format", 2, "format is 2, this reader knows 1"},
        {"members", 5, "members is 5, member_names has 4"},
        {"member_names", {"m0", "m0", "m1", "m2"}, "each once"},
        {"simulated_s", nullptr, "simulated_s is null, which is missing"},
        {"simulated_s", -1, "must be a time in seconds"},
        {"scenario", {{"resolved", {{"cluster.start", "warm"}}}}, "cluster.start is \"warm\""},
        {"groups", Json::array({{"m0", "m9"}}), "groups names \"m9\""},
        {"scenario", {{"resolved", {{"record", "summary"}}}}, "kept no events"},
        {"scenario",
         {{"resolved", {{"protocol.probe_interval", "soon"}}}},
         "protocol.probe_interval is \"soon\", which is no duration"},
    };

    for (const auto& [key, value, complaint] : CASES)
    {
        RunTable table;
        EXPECT_THAT(RefusalOfTable(table.Describe(key, value)), HasSubstr(complaint)) << key;
    }
    const auto folder = OwnFolder();
    RunTable().Write(folder);
    std::ofstream(folder / "run.json") << "{";
    EXPECT_THAT(RefusalOf(folder), StartsWith((folder / "run.json").string() + ": not JSON"));
}

TEST(RecordedRunTest, RefusesNegativeTrafficByItsLine)
{
    RunTable table;
    EXPECT_THAT(RefusalOfTable(table.Sent(0, "ping", 1, 10).Sent(1, "ping", -1, 10)),
                HasSubstr("traffic.csv:3: a negative number"));
}

} // namespace swimlab
