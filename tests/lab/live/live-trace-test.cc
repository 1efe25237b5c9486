// SPDX-License-Identifier: GPL-2.0-only
//
// Traces of members' processes become one: joined, in order, and honest about what nobody saw.
#include "lab/backend/backend.h"
#include "lab/live/live-trace.h"
#include "tests/lab/scenario/scenario-fixture.h"

namespace swimlab
{
namespace
{

constexpr std::int64_t SECOND = 1'000'000'000;
constexpr std::int64_t TRACE_ZERO = 1000 * SECOND; ///< the machine runs for a while already

class LiveTraceTest : public ScenarioTest
{
  protected:
    static constexpr const char* HEADER =
        "time_s,event,member,peer,packet,channel,kind,sequence,about,incarnation,accuser,"
        "arrived_s,lost_by,bytes,detail\n";

    LiveTraceTest()
    {
        for (MemberId member = 0; member < plan.members; ++member)
        {
            const std::array<std::uint8_t, 4> bytes{127,
                                                    0,
                                                    0,
                                                    static_cast<std::uint8_t>(10 + member)};
            live.Starts(0, member, swim::Address(bytes, 7946));
        }
    }

    void Tell(MemberId member, const std::string& lines)
    {
        Write(live.FileOf(member).string(), HEADER + lines);
    }

    std::vector<std::string> Written()
    {
        {
            Trace trace(".", plan);
            live.Write(trace, TRACE_ZERO, false);
            trace.Finish();
        }
        std::vector<std::string> lines;
        std::ifstream file("trace.csv");
        for (std::string line; std::getline(file, line);)
        {
            lines.push_back(line);
        }
        lines.erase(lines.begin());
        return lines;
    }

    Plan plan = MakePlanOf("duration = \"9s\"\n[cluster]\nmembers = 3\n[topology]\nkind = "
                           "\"star\"\n[trace]\n");
    LiveTrace live{plan, "."};
};

TEST_F(LiveTraceTest, JoinsADatagramWithItsArrivalByTheClockThatBothRead)
{
    Tell(0,
         "1001.000000000,sent,m0,127.0.0.11:7946,77,datagram,ping,4,m1,,,,,36,packet_bytes=36\n"
         "1003.000000000,probe-failed,m0,,,,,4,m1,1,,,,,nacks=0;nacks_expected=3\n");
    Tell(1,
         "1001.250000000,received,m1,127.0.0.10:7946,77,datagram,ping,4,m1,,,,,36,"
         "packet_bytes=36\n");
    EXPECT_EQ(
        Written(),
        (std::vector<std::string>{
            "1.000000000,message,m0,m1,1,datagram,ping,4,m1,,,1.250000000,,36,packet_bytes=36",
            "3.000000000,probe-failed,m0,,,,,4,m1,1,,,,,nacks=0;nacks_expected=3"}));
}

TEST_F(LiveTraceTest, TakesEqualPacketsInTheOrderOfSending)
{
    const auto row = [](const std::string& time, const std::string& what, int peer) {
        return time + "," + what + ",127.0.0." + std::to_string(peer) +
               ":7946,5,datagram,suspect,,m2,1,m0,,,32,packet_bytes=32\n";
    };
    Tell(0, row("1001.000000000", "sent,m0", 11) + row("1002.000000000", "sent,m0", 11));
    Tell(1,
         row("1001.500000000", "received,m1", 10) + row("1002.100000000", "received,m1", 10) +
             row("1002.200000000", "received,m1", 10));
    const auto lines = Written();
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_NE(lines[0].find(",1.500000000,"), std::string::npos);
    EXPECT_NE(lines[1].find(",2.100000000,"), std::string::npos);
    EXPECT_TRUE(lines[2].starts_with("2.200000000,again,m1,m0,")) << lines[2];
}

TEST_F(LiveTraceTest, FindsWhoOpenedAStreamByItsRequest)
{
    Tell(0,
         "1001.000000000,sent,m0,127.0.0.11:7946,8,stream,push-pull,,,,,,,200,"
         "packet_bytes=200;way=request;members=3;join=0\n"
         "1001.300000000,received,m0,127.0.0.11:7946,9,stream,push-pull,,,,,,,210,"
         "packet_bytes=210;way=answer;members=3;join=0\n");
    Tell(1,
         "1001.100000000,received,m1,127.0.0.10:50123,8,stream,push-pull,,,,,,,200,"
         "packet_bytes=200;way=request;members=3;join=0\n"
         "1001.200000000,sent,m1,127.0.0.10:50123,9,stream,push-pull,,,,,,,210,"
         "packet_bytes=210;way=answer;members=3;join=0\n");
    EXPECT_EQ(Written(),
              (std::vector<std::string>{
                  "1.000000000,message,m0,m1,1,stream,push-pull,,,,,1.100000000,,200,"
                  "packet_bytes=200;members=3;join=0",
                  "1.200000000,message,m1,m0,2,stream,push-pull,,,,,1.300000000,,210,"
                  "packet_bytes=210;members=3;join=0"}));
}

TEST_F(LiveTraceTest, SaysThatNobodySawItArriveAndWhoWasGone)
{
    live.Ends(TRACE_ZERO + SECOND, 2);
    const std::string rest = ":7946,5,datagram,ping,1,x,,,,,32,packet_bytes=32\n";
    Tell(0,
         "1002.000000000,sent,m0,127.0.0.11" + rest + "1003.000000000,sent,m0,127.0.0.12" + rest +
             "1004.000000000,sent,m0,127.0.0.99" + rest);
    const auto lines = Written();
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_NE(lines[0].find(",m0,m1,1,datagram,ping,1,x,,,,unknown,"), std::string::npos);
    EXPECT_NE(lines[1].find(",m0,m2,2,datagram,ping,1,x,,,,down,"), std::string::npos);
    EXPECT_NE(lines[2].find(",m0,127.0.0.99:7946,3,datagram,ping,1,x,,,,nobody,"),
              std::string::npos);
}

TEST_F(LiveTraceTest, TellsOfASenderThatWritesNoTraceThatItDoesNotKnowWhenItSent)
{
    Tell(1,
         "1001.250000000,received,m1,127.0.0.10:7946,77,datagram,ping,4,m1,,,,,36,"
         "packet_bytes=36\n");
    EXPECT_EQ(Written(),
              std::vector<std::string>{"1.250000000,message,m0,m1,1,datagram,ping,4,m1,,,"
                                       "1.250000000,,36,packet_bytes=36;sent=unknown"});
}

TEST_F(LiveTraceTest, LeavesOutWhatWasBeforeTheRunAndHalfALine)
{
    Tell(0,
         "999.000000000,refuted,m0,,,,,,m0,2,m1,,,,\n"
         "1001.000000000,refuted,m0,,,,,,m0,3,m1,,,,\n"
         "1002.000000000,refuted,m0,,,,,,m0,4,");
    EXPECT_EQ(Written(), std::vector<std::string>{"1.000000000,refuted,m0,,,,,,m0,3,m1,,,,"});
}

TEST_F(LiveTraceTest, FailsTheRunWhereAMemberLostRows)
{
    Tell(0, "1001.000000000,lost,m0,,,,,,,,,,,,rows=7;reason=no space\n");
    EXPECT_THROW(Written(), RunFailure);
}

} // namespace
} // namespace swimlab
