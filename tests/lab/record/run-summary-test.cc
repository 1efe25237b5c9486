// SPDX-License-Identifier: GPL-2.0-only
//
// record = "summary": a few conclusions whose sums are known, the files, and what is refused. That
// whole runs give the same metrics both ways is test_end_to_end.py's.
#include "lab/record/recorder.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <gmock/gmock.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace swimlab
{

namespace
{

using swim::EventKind;
using testing::HasSubstr;
using Json = nlohmann::json;

constexpr std::int64_t SECOND = 1'000'000'000;

class RunSummaryTest : public ScenarioTest
{
  protected:
    static std::string Summarized(const std::vector<std::string>& events = {})
    {
        return "record = \"summary\"\n" + WithEvents(events);
    }

    static std::string ContentOf(const std::string& file)
    {
        std::ifstream in(file);
        return {std::istreambuf_iterator<char>(in), {}};
    }
};

} // namespace

TEST_F(RunSummaryTest, CountsWhoKnowsOfACrash)
{
    const Plan plan = MakePlanOf(Summarized({"at = \"10s\"; crash = 7"}));
    Recorder recorder(".", plan);
    recorder.Truth(10 * SECOND, "crash", 7, "");
    recorder.Conclude({11 * SECOND, 0, EventKind::SUSPECT, 7, 1, 0});
    for (std::uint32_t observer = 0; observer < 20; ++observer)
    {
        if (observer != 7)
        {
            recorder.Conclude({15 * SECOND + observer, observer, EventKind::DEAD, 7, 1, 0});
        }
    }
    recorder.Finish();
    const Json found = Json::parse(ContentOf("conclusions.json"));
    const Json& crash = found["crashes"][0];
    EXPECT_EQ(crash["member"], "m07");
    EXPECT_EQ(crash["first_suspect_ns"], SECOND);
    EXPECT_EQ(crash["first_dead_ns"], 5 * SECOND);
    EXPECT_EQ(crash["known_to_50_percent_ns"], 5 * SECOND + 10) << "ten of 19, one is dead";
    EXPECT_EQ(crash["known_to_100_percent_ns"], 5 * SECOND + 19);
    EXPECT_EQ(crash["should_know"], 19);
    EXPECT_EQ(crash["curve"]["knowing"][50], 1);
    EXPECT_EQ(crash["curve"]["knowing"][51], 19);
    EXPECT_EQ(found["false_positives"]["events"], 0);
    EXPECT_EQ(found["agreement"]["missing_pairs"], 0);
    EXPECT_EQ(found["agreement"]["stale_pairs"], 0);
}

TEST_F(RunSummaryTest, CountsLiveMembersThatWereBuriedOrRefuted)
{
    const Plan plan = MakePlanOf(Summarized());
    Recorder recorder(".", plan);
    recorder.Conclude({SECOND, 1, EventKind::SUSPECT, 5, 1, 1});
    recorder.Conclude({2 * SECOND, 2, EventKind::SUSPECT, 5, 1, 1});
    recorder.Conclude({3 * SECOND, 2, EventKind::REFUTED, 5, 2, 5});
    recorder.Conclude({4 * SECOND, 1, EventKind::DEAD, 5, 1, 1});
    recorder.Conclude({5 * SECOND, 1, EventKind::JOINED, 5, 2, 5});
    recorder.Conclude({6 * SECOND, 1, EventKind::DEAD, 5, 2, 3});
    recorder.Finish();
    const Json found = Json::parse(ContentOf("conclusions.json"));
    EXPECT_EQ(found["refuted_suspicions"], 1);
    EXPECT_EQ(found["false_positives"]["events"], 2);
    EXPECT_EQ(found["false_positives"]["pairs"], 1);
    EXPECT_EQ(found["false_positives"]["events_by_accuser"], Json({{"m01", 1}, {"m03", 1}}));
    EXPECT_EQ(found["agreement"]["missing_pairs"], 1);
    EXPECT_EQ(found["view_sizes"]["clusters"][0]["smallest"].back(), 19);
}

TEST_F(RunSummaryTest, HasTheSumOfTheEventsThatAreNotKept)
{
    std::vector<std::string> sums;
    for (const auto& record : {"events", "summary"})
    {
        const Plan plan = MakePlan(Load(Summarized(), {"record=" + std::string(record)}), 1);
        std::filesystem::create_directory(record);
        Recorder recorder(record, plan);
        recorder.Truth(SECOND, "crash", 3, "");
        recorder.Conclude({2 * SECOND, 1, EventKind::DEAD, 3, 1, 1});
        recorder.Finish();
        sums.push_back(recorder.EventsSha256());
    }
    EXPECT_EQ(sums[0], sums[1]);
    EXPECT_EQ(ContentOf("summary/truth.csv"),
              "time_ns,observer,event,subject,incarnation,source\n1000000000,,crash,m03,,\n");
    EXPECT_FALSE(std::filesystem::exists("summary/events.csv"));
    EXPECT_FALSE(std::filesystem::exists("events/truth.csv"));
}

TEST_F(RunSummaryTest, IsRefusedWhereSomebodyIsCutOff)
{
    for (const auto* verb : {"partition = \"0-9\"", "disconnect = 3"})
    {
        const std::string event = "at = \"1s\"; " + std::string(verb);
        EXPECT_THAT(ErrorOf(Summarized({event})), HasSubstr("record = \"events\" can"));
        EXPECT_EQ(ErrorOf(WithEvents({event})), "no error");
    }
    EXPECT_THAT(ErrorOf("record = \"nothing\"\n" + std::string(BASE)), HasSubstr("summary"));
    EXPECT_THAT(ErrorOf(std::string(BASE) + "[sweep]\nrecord = [\"events\", \"summary\"]\n"),
                HasSubstr("cannot be swept"));
}

TEST_F(RunSummaryTest, NeedsNoSquareOfTheMembersUnlessAllJoin)
{
    const auto bytes = [](const std::vector<std::string>& settings) {
        const std::string text = Summarized({"at = \"50s\"; crash = \"random 10\""});
        return EstimateRecorderBytes(MakePlan(Load(text, settings), 1));
    };
    EXPECT_LT(bytes({"cluster.members=100000"}), 30e6);
    EXPECT_GT(bytes({"cluster.members=10000", "cluster.start=join", "cluster.join_spacing=1ms"}),
              100e6);
    EXPECT_LT(bytes({"cluster.members=100000", "record=events"}), 5e6);
}

} // namespace swimlab
