// SPDX-License-Identifier: GPL-2.0-only
//
// What processes tell becomes the records that analyses read: rows by time, traffic by second.
#include "lab/live/live-records.h"
#include "tests/lab/scenario/scenario-fixture.h"

namespace swimlab
{

namespace
{

using swim::EventKind;

constexpr std::int64_t MS = 1'000'000;
constexpr std::int64_t ZERO = 1'000'000 * MS; ///< the machine runs for a while already

class LiveRecordsTest : public ScenarioTest
{
  protected:
    static TrafficTable Pings(std::uint64_t count)
    {
        TrafficTable table{};
        table[0] = {count, 10 * count, count, 10 * count};
        return table;
    }

    std::string Written(const std::string& file)
    {
        Recorder recorder(".", plan);
        records.Write(recorder);
        recorder.Finish();
        std::ifstream stream(file);
        std::string text((std::istreambuf_iterator<char>(stream)), {});
        return text.substr(text.find('\n') + 1);
    }

    Plan plan = MakePlanOf("duration = \"3s\"\n[cluster]\nmembers = 3\n[topology]\nkind = "
                           "\"star\"\n");
    LiveRecords records{plan};
};

} // namespace

TEST_F(LiveRecordsTest, RowsAreInOrderOfTimeAndWithinTheRun)
{
    records.Conclude({ZERO - 1, 0, EventKind::JOINED, 1, 1, 1});
    records.Begin(ZERO);
    records.Conclude({ZERO + 20, 1, EventKind::DEAD, 2, 4, 0});
    records.Conclude({ZERO - 1, 1, EventKind::DEAD, 0, 1, 1});
    records.Truth(ZERO + 5, {"crash", 2, "", 0});
    records.Truth(ZERO + 6, {"loss", {}, "10%", 0});
    records.Conclude({ZERO + 10, 0, EventKind::SUSPECT, 2, 4, 0});
    records.Conclude({ZERO + 3001 * MS, 0, EventKind::DEAD, 1, 4, 0});
    EXPECT_EQ(Written("events.csv"),
              "5,,crash,m2,,\n6,,loss,,,10%\n10,m0,suspect,m2,4,m0\n20,m1,dead,m2,4,m0\n");
}

TEST_F(LiveRecordsTest, TrafficBetweenTwoLinesIsSharedOutAmongSeconds)
{
    records.ProcessStarted(ZERO - 5000 * MS, 0);
    records.Traffic(ZERO - 500 * MS, 0, Pings(100));
    records.Begin(ZERO);
    records.Traffic(ZERO + 500 * MS, 0, Pings(110)); // half of it before the run
    records.Traffic(ZERO + 1500 * MS, 0, Pings(120));
    records.Traffic(ZERO + 2500 * MS, 0, Pings(120));
    records.Traffic(ZERO + 3500 * MS, 0, Pings(130)); // half of it after the run
    EXPECT_EQ(Written("traffic.csv"), "0,ping,10,100,10,100\n1,ping,5,50,5,50\n2,ping,5,50,5,50\n");
}

TEST_F(LiveRecordsTest, NothingIsCountedTwiceHoweverItIsRounded)
{
    records.Begin(ZERO);
    records.ProcessStarted(ZERO, 0);
    std::uint64_t sent = 0;
    for (std::int64_t at = 333 * MS; at < 3000 * MS; at += 333 * MS)
    {
        records.Traffic(ZERO + at, 0, Pings(sent += 7));
    }
    const std::string text = Written("traffic.csv");
    std::uint64_t sum = 0;
    for (std::size_t i = text.find("ping,"); i != std::string::npos; i = text.find("ping,", i + 1))
    {
        sum += std::stoull(text.substr(i + 5));
    }
    EXPECT_EQ(sum, sent);
}

TEST_F(LiveRecordsTest, AnotherProcessBeginsAtNothing)
{
    records.Begin(ZERO);
    records.ProcessStarted(ZERO, 0);
    records.Traffic(ZERO + 100 * MS, 0, Pings(50));
    records.Count(ZERO + 100 * MS, 0, {{"probes", 5}});
    records.ProcessStarted(ZERO + 200 * MS, 0);
    records.Traffic(ZERO + 300 * MS, 0, Pings(10));
    records.Count(ZERO + 300 * MS, 0, {{"probes", 2}});
    EXPECT_EQ(Written("traffic.csv"), "0,ping,60,600,60,600\n");
    EXPECT_EQ(records.Total(), (Counts{{"probes", 7}}));
}

TEST_F(LiveRecordsTest, CountsAreThoseOfTheRun)
{
    records.ProcessStarted(ZERO - 2000 * MS, 0);
    records.Count(ZERO - 1000 * MS, 0, {{"probes", 5}, {"rejected", 0}});
    records.Begin(ZERO);
    records.Count(ZERO + 1000 * MS, 0, {{"probes", 9}, {"rejected", 0}});
    EXPECT_EQ(records.Total(), (Counts{{"probes", 4}, {"rejected", 0}}));
}

} // namespace swimlab
