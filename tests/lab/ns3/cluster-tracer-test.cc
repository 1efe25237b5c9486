// SPDX-License-Identifier: GPL-2.0-only
//
// A simulation that is traced: the same run, with a row for each of its messages.
#include "lab/ns3/runner.h"
#include "lab/record/recorder.h"
#include "lab/scenario/sha256.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <map>
#include <sstream>

namespace swimlab
{
namespace
{

/// Faults of every kind that loses messages.
constexpr const char* SCENARIO = R"(duration = "40s"
[cluster]
members = 12
preset = "memberlist-lan"
[topology]
kind = "leaf-spine"
leaves = 3
spines = 2
[network]
loss = "2%"
datagram_loss = "1%"
duplication = "2%"
[[event]]
at = "5s"
crash = [5]
[[event]]
at = "8s"
partition = ["0-5", "6-11"]
for = "6s"
[[event]]
at = "18s"
pause = [3]
for = "6s"
[[event]]
at = "20s"
block = [7]
direction = "in"
carries = "datagrams"
for = "5s"
[[event]]
at = "28s"
stall = [9]
for = "5s"
[[event]]
at = "30s"
disconnect = [2]
for = "4s"
[[event]]
at = "35s"
restart = [5]
)";

class TracedCluster : public ScenarioTest, public testing::WithParamInterface<const char*>
{
  protected:
    using Row = std::map<std::string, std::string>;

    static std::vector<std::string> Split(const std::string& line)
    {
        std::vector<std::string> fields;
        std::string field;
        for (std::istringstream in(line); std::getline(in, field, ',');)
        {
            fields.push_back(field);
        }
        return fields;
    }

    static std::vector<Row> Rows(const std::string& file)
    {
        std::vector<Row> rows;
        std::ifstream in(file);
        std::string line;
        std::getline(in, line);
        const auto columns = Split(line);
        while (std::getline(in, line))
        {
            const auto fields = Split(line);
            Row& row = rows.emplace_back();
            for (std::size_t i = 0; i < columns.size(); ++i)
            {
                row[columns[i]] = i < fields.size() ? fields[i] : "";
            }
        }
        return rows;
    }

    /// @param folder of the records
    static void Run(const std::string& folder, const std::vector<std::string>& settings)
    {
        std::filesystem::create_directory(folder);
        std::vector<std::string> all{std::string("network.model=") + GetParam()};
        all.insert(all.end(), settings.begin(), settings.end());
        const Plan plan = MakePlan(Load(SCENARIO, all), 1);
        Recorder recorder(folder, plan);
        RunOnNs3(plan, recorder, [](const RunProgress&) {});
        recorder.Finish();
    }

    /// As traffic.csv counts it.
    static std::string TrafficKindOf(const Row& first)
    {
        const std::string& kind = first.at("kind");
        if (first.at("channel") == "stream")
        {
            return kind == "push-pull" ? kind : "stream-" + kind;
        }
        return kind == "ping" || kind == "ping-req" || kind == "ack" || kind == "nack" ? kind
                                                                                       : "gossip";
    }
};

TEST_P(TracedCluster, ChangesNothingElseOfTheRun)
{
    Run("with", {"trace.pcap=true"});
    Run("without", {});
    for (const char* file : {"/events.csv", "/traffic.csv"})
    {
        EXPECT_EQ(Sha256OfFile(std::string("with") + file),
                  Sha256OfFile(std::string("without") + file))
            << file;
    }
    EXPECT_FALSE(std::filesystem::exists("without/trace.csv"));
}

TEST_P(TracedCluster, IsTheSameToTheByteEachTime)
{
    Run("one", {"trace.pcap=true"});
    Run("two", {"trace.pcap=true"});
    for (const char* file : {"/trace.csv", "/trace.json", "/trace.pcapng"})
    {
        EXPECT_EQ(Sha256OfFile(std::string("one") + file), Sha256OfFile(std::string("two") + file))
            << file;
    }
}

TEST_P(TracedCluster, HasAsManyMessagesAsTheRunSentAndHeard)
{
    Run("run", {"trace.on=true"});
    std::map<std::string, std::array<std::uint64_t, 3>> traced;
    std::map<std::string, std::string> kindOf;
    for (const Row& row : Rows("run/trace.csv"))
    {
        const std::string& event = row.at("event");
        if (event == "again")
        {
            ++traced[kindOf.at(row.at("packet"))][2];
        }
        if (event != "message" || kindOf.contains(row.at("packet")))
        {
            continue;
        }
        const std::string kind = TrafficKindOf(row);
        kindOf[row.at("packet")] = kind;
        ++traced[kind][0];
        traced[kind][1] +=
            std::stoull(row.at("detail").substr(std::string("packet_bytes=").size()));
        traced[kind][2] += row.at("arrived_s").empty() ? 0 : 1;
        EXPECT_NE(row.at("arrived_s").empty(), row.at("lost_by").empty()) << row.at("packet");
    }
    std::map<std::string, std::array<std::uint64_t, 3>> counted;
    for (const Row& row : Rows("run/traffic.csv"))
    {
        auto& sums = counted[row.at("kind")];
        sums[0] += std::stoull(row.at("sent"));
        sums[1] += std::stoull(row.at("sent_bytes"));
        sums[2] += std::stoull(row.at("received"));
    }
    EXPECT_EQ(traced, counted);
    EXPECT_GT(counted.at("ping")[0], 100u);
}

TEST_P(TracedCluster, SaysOfEveryLossWhatItWas)
{
    Run("run", {"trace.on=true"});
    std::map<std::string, int> lost;
    for (const Row& row : Rows("run/trace.csv"))
    {
        ++lost[row.at("lost_by")];
    }
    for (const char* why : {"loss", "socket-loss", "partition", "block-udp", "link-down", "down"})
    {
        EXPECT_GT(lost[why], 0) << why;
    }
    EXPECT_EQ(lost["unknown"], 0);
}

INSTANTIATE_TEST_SUITE_P(Models, TracedCluster, testing::Values("path", "packet"));

} // namespace
} // namespace swimlab
