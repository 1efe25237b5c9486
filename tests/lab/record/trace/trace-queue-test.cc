// SPDX-License-Identifier: GPL-2.0-only
//
// Rows of a simulation: in order of sending, with what became of each message, and no others than
// those that were asked for.
#include "lab/record/trace/trace-queue.h"
#include "lab/scenario/trace-words.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <nlohmann/json.hpp>
#include <sstream>

namespace swimlab
{
namespace
{

constexpr std::int64_t MS = 1'000'000;

swim::wire::Bytes Ping(std::string_view target)
{
    swim::wire::Bytes bytes;
    swim::wire::Encode(swim::wire::Ping{1, target, {}, "m0"}, bytes);
    return bytes;
}

swim::wire::Bytes SuspicionOf(std::string_view subject)
{
    swim::wire::Bytes bytes;
    swim::wire::EncodeSuspect({1, subject, "m0"}, bytes);
    return bytes;
}

class TraceQueueTest : public ScenarioTest
{
  protected:
    /// With these lines in [trace].
    void Begin(const std::string& lines = "")
    {
        plan = MakePlanOf("duration = \"9s\"\n[cluster]\nmembers = 4\n[topology]\nkind = "
                          "\"star\"\n[trace]\n" +
                          lines);
        rows.emplace(".", plan);
        queue.emplace(plan, *rows, nullptr);
    }

    TraceQueue::Number Send(std::int64_t atMs,
                            MemberId from,
                            MemberId to,
                            const swim::wire::Bytes& bytes)
    {
        return queue->Send({.timeNs = atMs * MS, .sender = from, .receiver = to, .bytes = bytes});
    }

    /// The rows, each without what it has in common with all others here.
    std::vector<std::string> Finish()
    {
        queue->Finish();
        rows->Finish();
        std::vector<std::string> lines;
        std::ifstream file("trace.csv");
        for (std::string line; std::getline(file, line);)
        {
            lines.push_back(line);
        }
        EXPECT_EQ(lines.at(0), swim::TRACE_COLUMNS);
        lines.erase(lines.begin());
        return lines;
    }

    static nlohmann::json Summary()
    {
        return nlohmann::json::parse(std::ifstream("trace.json"));
    }

    Plan plan;
    std::optional<TraceRows> rows;
    std::optional<TraceQueue> queue;
};

TEST_F(TraceQueueTest, WritesInTheOrderOfSendingWhateverArrivesFirst)
{
    Begin();
    const auto slow = Send(10, 0, 1, Ping("m1"));
    const auto quick = Send(20, 0, 2, Ping("m2"));
    queue->Hear(quick, 21 * MS, 2);
    queue->Hear(slow, 40 * MS, 1);
    EXPECT_EQ(
        Finish(),
        (std::vector<std::string>{
            "0.010000000,message,m0,m1,1,datagram,ping,1,m1,,,0.040000000,,31,packet_bytes=31",
            "0.020000000,message,m0,m2,2,datagram,ping,1,m2,,,0.021000000,,31,packet_bytes="
            "31"}));
}

TEST_F(TraceQueueTest, SaysWhatLostAMessageAndWhatWasUnderWayAtTheEnd)
{
    Begin();
    queue->Lose(Send(10, 0, 1, Ping("m1")), "partition");
    Send(20, 0, 2, Ping("m2"));
    const auto lines = Finish();
    EXPECT_NE(lines.at(0).find(",,partition,31,"), std::string::npos);
    EXPECT_NE(lines.at(1).find(",,end,31,"), std::string::npos);
    EXPECT_EQ(Summary()["packets_lost"], (nlohmann::json{{"partition", 1}, {"end", 1}}));
}

TEST_F(TraceQueueTest, CountsACopyOnceAndTellsOfTheOther)
{
    Begin();
    const auto doubled = Send(10, 0, 1, Ping("m1"));
    queue->Double(doubled, 2);
    queue->Lose(doubled, "loss");
    queue->Hear(doubled, 12 * MS, 1);
    queue->Hear(doubled, 15 * MS, 1);
    const auto lines = Finish();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_NE(lines[0].find(",0.012000000,,31,"), std::string::npos) << "a copy came through";
    EXPECT_EQ(lines[1], "0.015000000,again,m1,m0,1,datagram,,,,,,,,,");
}

TEST_F(TraceQueueTest, LeavesOutWhatIsNotOfTheWindow)
{
    Begin("from = \"15ms\"\nto = \"30ms\"\n");
    EXPECT_EQ(Send(10, 0, 1, Ping("m1")), 0u);
    queue->Hear(Send(20, 0, 1, Ping("m1")), 35 * MS, 1);
    EXPECT_EQ(Send(30, 0, 1, Ping("m1")), 0u);
    EXPECT_EQ(Finish().size(), 1u);
    EXPECT_TRUE(Summary()["narrowed"]);
}

TEST_F(TraceQueueTest, KeepsPacketsThatNameAMemberAndDecisionsAboutIt)
{
    Begin("members = [3]\n");
    queue->Hear(Send(10, 0, 1, Ping("m1")), 11 * MS, 1);
    queue->Hear(Send(20, 0, 1, SuspicionOf("m3")), 21 * MS, 1);
    queue->Add({.timeNs = 30 * MS, .event = "probe-failed", .member = "m0", .about = "m3"});
    queue->Add({.timeNs = 40 * MS, .event = "probe-failed", .member = "m0", .about = "m1"});
    const auto lines = Finish();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_NE(lines[0].find("suspect,,m3,1,m0"), std::string::npos);
    EXPECT_NE(lines[1].find("probe-failed,m0"), std::string::npos);
}

TEST_F(TraceQueueTest, KeepsTheKindsThatAreAskedFor)
{
    Begin("kinds = [\"suspect\", \"refuted\"]\n");
    queue->Hear(Send(10, 0, 1, Ping("m1")), 11 * MS, 1);
    queue->Hear(Send(20, 0, 1, SuspicionOf("m3")), 21 * MS, 1);
    queue->Add({.timeNs = 30 * MS, .event = "probe-failed", .member = "m0", .about = "m3"});
    queue->Add({.timeNs = 40 * MS, .event = "refuted", .member = "m3", .about = "m3"});
    EXPECT_EQ(Finish().size(), 2u);
    EXPECT_EQ(Summary()["messages"], (nlohmann::json{{"suspect", 1}}));
    EXPECT_EQ(Summary()["events"], (nlohmann::json{{"message", 1}, {"refuted", 1}}));
}

TEST_F(TraceQueueTest, TellsOfMessagesThatNobodySent)
{
    Begin();
    queue->Inject(10 * MS, 2, 1, SuspicionOf("m3"));
    EXPECT_EQ(Finish(),
              (std::vector<std::string>{
                  "0.010000000,injected,m2,m1,,datagram,suspect,,m3,1,m0,0.010000000,,31,"}));
}

} // namespace
} // namespace swimlab
