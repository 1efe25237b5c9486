// SPDX-License-Identifier: GPL-2.0-only
//
// record = "summary": the same metrics, computed while the run goes on, and what is foretold of a plan.
#include "lab/plan/plan-json.h"
#include "lab/plan/truth.h"
#include "lab/record/metrics/recorded-run.h"
#include "lab/record/recorder.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <gmock/gmock.h>
#include <iterator>

namespace swimlab
{

namespace
{

using swim::EventKind;
using testing::HasSubstr;

class SummaryTest : public ScenarioTest
{
  protected:
    /// Of every kind: a crash, a partition that heals, a leave, a restart, an unplugged member.
    static std::string Eventful(const std::string& record)
    {
        return "record = \"" + record + "\"\n" +
               WithEvents({"at = \"5s\"; crash = 7",
                           "at = \"10s\"; partition = [\"0-9\", \"10-19\"]",
                           "at = \"20s\"; heal = true",
                           "at = \"25s\"; leave = 3",
                           "at = \"30s\"; restart = 7",
                           "at = \"40s\"; disconnect = 4",
                           "at = \"45s\"; reconnect = 4"});
    }

    /// Performs the timeline of the plan, with a few words of members in between.
    static void Perform(Recorder& recorder, const Plan& plan)
    {
        for (const Action& action : plan.timeline)
        {
            const TimeNs now = action.at.count();
            for (const TruthRow& row : TruthOf(plan, action, [](MemberId) { return 2; }))
            {
                if (row.subject)
                {
                    recorder.Truth(now, row.event, *row.subject, row.value, row.incarnation);
                }
                else
                {
                    recorder.Truth(now, row.event, row.value);
                }
            }
            for (std::uint32_t observer = 0; observer < 6; ++observer)
            {
                const TimeNs then = now + SECOND_NS + observer;
                recorder.Conclude({then, observer, EventKind::SUSPECT, 7, 1, 0});
                recorder.Conclude({then, observer, EventKind::DEAD, 12, 1, 2});
                recorder.Conclude({then, observer, EventKind::JOINED, 12, 2, 2});
                recorder.Conclude({then, observer, EventKind::LEFT, 3, 1, 3});
                recorder.Conclude({then, observer, EventKind::REFUTED, 7, 2, 7});
            }
            recorder.Sent(now, swim::TrafficKind::PING, 40);
        }
    }

    static std::string ContentOf(const std::string& file)
    {
        std::ifstream in(file);
        return {std::istreambuf_iterator<char>(in), {}};
    }
};

} // namespace

TEST_F(SummaryTest, HasTheMetricsAndTheSumOfTheEventsThatAreNotKept)
{
    std::vector<Json> metrics;
    for (const auto* record : {"events", "summary"})
    {
        const Plan plan = MakePlanOf(Eventful(record));
        std::filesystem::create_directory(record);
        Recorder recorder(record, plan);
        Perform(recorder, plan);
        recorder.Finish();
        const auto run = std::filesystem::path(record) / "run.json";
        Json description = Json::parse(RunPlanJson(plan));
        description["events_sha256"] = recorder.EventsSha256();
        std::ofstream(run) << description.dump();
        if (plan.record == Record::EVENTS)
        {
            WriteMetricsOf(record, SumCheck::REFUSE_OTHERS);
        }
        else
        {
            EXPECT_EQ(recorder.MetricsSha256(), Sha256OfBytes(ContentOf("summary/metrics.json")));
        }
        metrics.push_back(Json::parse(ContentOf(std::string(record) + "/metrics.json")));
    }
    EXPECT_EQ(metrics[0], metrics[1]);
    for (const auto* key : {"crashes", "partitions", "leaves", "restarts", "disconnects"})
    {
        EXPECT_EQ(metrics[1][key].size(), 1u) << key;
    }
    EXPECT_GT(metrics[1]["false_positives"]["events"], 0);
    EXPECT_EQ(metrics[1]["traffic"]["messages"]["ping"], 7);
    EXPECT_FALSE(std::filesystem::exists("summary/events.csv"));
    EXPECT_FALSE(std::filesystem::exists("events/truth.csv"));
    EXPECT_THAT(ContentOf("summary/truth.csv"), HasSubstr("\n5000000000,,crash,m07,,\n"));
}

TEST_F(SummaryTest, RefusesDeedsThatWereNotPlanned)
{
    const Plan plan = MakePlanOf(Eventful("summary"));
    Recorder recorder(".", plan);
    EXPECT_THROW(recorder.Truth(SECOND_NS, "crash", 8, ""), std::logic_error);
}

TEST_F(SummaryTest, KeepsAnUntoldIncarnationApartFromZero)
{
    const Plan plan = MakePlanOf(WithEvents({}));
    Recorder recorder(".", plan);
    recorder.Conclude({SECOND_NS, 1, EventKind::DEAD, 5, {}, 1});
    recorder.Conclude({SECOND_NS, 2, EventKind::DEAD, 5, 0, 1});
    recorder.Finish();
    EXPECT_THAT(ContentOf("events.csv"), HasSubstr("m01,dead,m05,,m01\n"));
    EXPECT_THAT(ContentOf("events.csv"), HasSubstr("m02,dead,m05,0,m01\n"));
}

TEST_F(SummaryTest, IsAKindOfRecordThatCannotBeSwept)
{
    EXPECT_THAT(ErrorOf("record = \"nothing\"\n" + std::string(BASE)), HasSubstr("summary"));
    EXPECT_THAT(ErrorOf(std::string(BASE) + "[sweep]\nrecord = [\"events\", \"summary\"]\n"),
                HasSubstr("cannot be swept"));
}

TEST_F(SummaryTest, NeedsNoSquareOfTheMembersUnlessAllJoin)
{
    const auto bytes = [](const std::vector<std::string>& settings) {
        const std::string text =
            "record = \"summary\"\n" + WithEvents({"at = \"50s\"; crash = \"random 10\""});
        return EstimateRecorderBytes(MakePlan(Load(text, settings), 1));
    };
    EXPECT_LT(bytes({"cluster.members=100000"}), 40e6);
    EXPECT_GT(bytes({"cluster.members=10000", "cluster.start=join", "cluster.join_spacing=1ms"}),
              100e6);
}

} // namespace swimlab
