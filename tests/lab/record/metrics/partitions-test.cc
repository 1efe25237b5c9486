// SPDX-License-Identifier: GPL-2.0-only
//
// How soon sides part and meet again, and what a run moves, on tables with known answers.
#include "tests/lab/record/metrics/run-table.h"

#include <gmock/gmock.h>

namespace swimlab
{

namespace
{

Json PartitionsOf(const RunTable& table)
{
    return table.Metrics()["partitions"];
}

/// Of the only one.
Json Separated(const RunTable& table)
{
    return PartitionsOf(table).at(0)["separated_s"];
}

Json Remerged(const RunTable& table)
{
    return PartitionsOf(table).at(0)["remerged_s"];
}

RunTable Parted()
{
    RunTable table;
    table.Partition(10, {"m0", "m1 m2 m3"}).Says(15, "m0", "dead", "m1");
    table.Says(16, "m0", "dead", "m2").Says(16, "m1 m2", "dead", "m0").Says(17, "m0", "dead", "m3");
    return table.Says(19.5, "m3", "dead", "m0");
}

} // namespace

TEST(PartitionsTest, AreSeparatedWhenTheLastPairAcrossIsDead)
{
    EXPECT_EQ(PartitionsOf(Parted()),
              Json::array({{{"at_s", 10.0},
                            {"healed_at_s", nullptr},
                            {"separated_s", 9.5},
                            {"remerged_s", nullptr}}}));
}

TEST(PartitionsTest, WantARevivedPairToDieAgain)
{
    auto table = Parted();
    EXPECT_EQ(Separated(table.BeforeLast("18000000000,m0,joined,m1,2,m0")), nullptr);
    EXPECT_EQ(Separated(table.Says(25, "m0", "dead", "m1", "2")), 15);
}

TEST(PartitionsTest, AreSeparatedByTheMajorityWhereSystemsNeedOne)
{
    RunTable table;
    table.Describe("member_kinds", Json::array({"quorate", "quorate", "quorate", "quorate"}));
    table.Describe("majority_kinds", Json::array({"quorate"}));
    table.Partition(10, {"m0", "m1 m2 m3"}).Says(15, "m1 m2", "dead", "m0");
    EXPECT_EQ(Separated(table), nullptr);
    EXPECT_EQ(Separated(table.Says(17, "m3", "dead", "m0")), 7); // m0 waits for ever
}

TEST(PartitionsTest, AreNeverSeparatedByHalvesWhereSystemsNeedAMajority)
{
    RunTable table;
    table.Describe("member_kinds", Json::array({"quorate", "quorate", "quorate", "quorate"}));
    table.Describe("majority_kinds", Json::array({"quorate"}));
    table.Partition(10, {"m0 m1", "m2 m3"}).Truth(30, "heal");
    EXPECT_EQ(Separated(table), nullptr);
    EXPECT_EQ(Remerged(table), 0); // nobody buried anybody
}

TEST(PartitionsTest, LeaveOutWhoCrashesMeanwhile)
{
    EXPECT_EQ(Separated(Parted().DropLast().Truth(18, "crash", "m3")), 6);
}

TEST(PartitionsTest, AreOneAgainWhenEverybodyIsAliveToEverybody)
{
    auto table = Parted();
    table.Truth(30, "heal").Says(31, "m0", "joined", "m1", "2").Says(32, "m0", "joined", "m2", "2");
    table.Says(33, "m0", "joined", "m3", "2").Says(33, "m1 m2", "joined", "m0", "2");
    EXPECT_EQ(PartitionsOf(table)[0]["healed_at_s"], 30);
    EXPECT_EQ(Remerged(table), nullptr);
    EXPECT_EQ(Remerged(table.Says(34, "m3", "joined", "m0", "2")), 4);
}

TEST(PartitionsTest, WantASuspicionThatWasOpenAtTheHealToEnd)
{
    RunTable table(2);
    table.Partition(10, {"m0", "m1"}).Says(19, "m0", "suspect", "m1").Truth(20, "heal");
    EXPECT_EQ(Remerged(table), nullptr);
    EXPECT_EQ(Remerged(table.Says(22, "m0", "refuted", "m1", "2")), 2);
}

TEST(PartitionsTest, AreBrokenByALaterDeathButNoLaterSuspicion)
{
    RunTable table(2);
    table.Partition(10, {"m0", "m1"}).Says(15, "m0", "dead", "m1").Says(16, "m1", "dead", "m0");
    table.Truth(20, "heal")
        .Says(21, "m0", "joined", "m1", "2")
        .Says(22, "m0", "suspect", "m1", "2");
    EXPECT_EQ(Remerged(table.Says(23, "m1", "joined", "m0", "2")), 3);
    EXPECT_EQ(Remerged(table.BeforeLast("22500000000,m0,dead,m1,2,m0")), nullptr);
}

TEST(PartitionsTest, NeedNoMendingIfNobodyNoticed)
{
    RunTable table;
    table.Partition(10, {"m0 m1", "m2 m3"}).Truth(10.5, "heal");
    EXPECT_EQ(Separated(table), nullptr);
    EXPECT_EQ(Remerged(table), 0);
}

TEST(PartitionsTest, LetMembersOnNoSideStayConnected)
{
    RunTable table(3);
    table.Partition(10, {"m0", "m1"}).Says(15, "m0", "dead", "m1").Says(16, "m1", "dead", "m0");
    const Json metrics = table.Says(17, "m2", "dead", "m0").Metrics();
    EXPECT_EQ(metrics["partitions"][0]["separated_s"], 6);
    EXPECT_EQ(metrics["false_positives"]["events"], 1);
}

TEST(PartitionsTest, AreMeasuredFromTheViewsOfTheirOwnTime)
{
    RunTable table(2);
    table.Partition(10, {"m0", "m1"}).Says(15, "m0", "dead", "m1").Says(15, "m1", "dead", "m0");
    table.Truth(20, "heal").Says(22, "m0", "joined", "m1", "2").Says(23, "m1", "joined", "m0", "2");
    table.Partition(50, {"m0", "m1"}).Says(57, "m0", "dead", "m1", "2");
    const Json found = PartitionsOf(table.Says(58, "m1", "dead", "m0", "2"));
    EXPECT_EQ(found[0]["separated_s"], 5);
    EXPECT_EQ(found[0]["remerged_s"], 3);
    EXPECT_EQ(found[1]["separated_s"], 8);
    EXPECT_EQ(found[1]["remerged_s"], nullptr);
}

TEST(PartitionsTest, AreOneAgainInEachClusterByItself)
{
    RunTable table;
    table.Describe("groups", Json::array({{"m0", "m1"}, {"m2", "m3"}}));
    table.Partition(10, {"m0 m2", "m1 m3"}).Says(15, "m0", "dead", "m1").Truth(20, "heal");
    EXPECT_EQ(Remerged(table.Says(22, "m0", "joined", "m1", "2")), 2);
}

TEST(PartitionsTest, DoNotForeseeWhatIsPastTheWindow)
{
    RunTable table(3);
    table.Setting("measure.to", "50s").Partition(10, {"m0 m1", "m2"});
    table.Says(15, "m0 m1", "dead", "m2").Says(16, "m2", "dead", "m0").Says(17, "m2", "dead", "m1");
    EXPECT_EQ(Separated(table), 7);
    EXPECT_EQ(Separated(table.Truth(90, "crash", "m2")), 7);
    RunTable healed(3);
    healed.Setting("measure.to", "50s").Partition(10, {"m0 m1", "m2"});
    healed.Says(11, "m0", "dead", "m2").Truth(20, "heal").Truth(90, "crash", "m2");
    EXPECT_EQ(Remerged(healed), nullptr) << "m0 still waits for m2 when the window ends";
}

TEST(PartitionsTest, MayFollowEachOther)
{
    RunTable table(3);
    table.Partition(10, {"m0 m1", "m2"})
        .Says(14, "m0 m1", "dead", "m2")
        .Says(15, "m2", "dead", "m0");
    table.Says(16, "m2", "dead", "m1").Partition(30, {"m0", "m1 m2"});
    const Json found =
        PartitionsOf(table.Says(33, "m0", "dead", "m1").Says(37, "m1", "dead", "m0"));
    EXPECT_EQ(found[0]["separated_s"], 6);
    EXPECT_EQ(found[0]["healed_at_s"], nullptr);
    EXPECT_EQ(found[1]["separated_s"], 7);
}

TEST(PartitionsTest, LookAtViewsThatWereBuiltByJoining)
{
    RunTable table(2, 100, "join");
    // m1 never hears of m0, so there is nobody to bury.
    table.Truth(0, "join", "m0 m1").Says(1, "m0", "joined", "m1").Partition(10, {"m0", "m1"});
    EXPECT_EQ(Separated(table.Says(15, "m0", "dead", "m1")), 5);
}

TEST(TrafficTest, SumsWhatWasSentByKind)
{
    RunTable table(4, 3);
    table.Sent(0, "ping", 8, 320)
        .Sent(0, "ack", 6, 60)
        .Sent(2, "ping", 4, 160)
        .Sent(3, "ping", 1, 40);
    const Json found = table.Metrics()["traffic"];
    EXPECT_EQ(found["members"], 4);
    EXPECT_EQ(found["messages"], Json({{"ack", 6}, {"ping", 13}}));
    EXPECT_EQ(found["bytes"], Json({{"ack", 60}, {"ping", 520}}));
    EXPECT_EQ(found["messages_per_second"], Json({{"ack", {6, 0, 0}}, {"ping", {8, 0, 5}}}));
    EXPECT_EQ(found["bytes_per_second"]["ping"], Json({320, 0, 200}));
}

TEST(TrafficTest, IsOfTheMembersThatTellIt)
{
    RunTable table;
    table.Describe("traffic_members", 2).Sent(0, "ping", 8, 320);
    EXPECT_EQ(table.Metrics()["traffic"]["members"], 2);
}

} // namespace swimlab
