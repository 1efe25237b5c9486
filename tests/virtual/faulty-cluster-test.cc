// SPDX-License-Identifier: MIT
//
// What is done to a cluster on the virtual network, and what its drivers owe it.
#include "virtual/cluster.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

namespace swim
{
namespace
{

using namespace std::chrono_literals;

constexpr std::uint32_t MEMBERS = 20;

/// Counts what it is told.
class Listener : public ClusterListener
{
  public:
    void OnConclusion(Member observer, const Event& event) override
    {
        ++conclusions[{event.kind, VirtualNetwork::MemberOf(event.subject)}];
        if (event.kind == EventKind::REFUTED && VirtualNetwork::MemberOf(event.subject) == observer)
        {
            ++objections[observer];
        }
    }

    void OnSent(const Passage& passage) override
    {
        ++fates[passage.fate];
        datagramFates[passage.fate] += passage.isStream ? 0 : 1;
        sentBy[passage.from] += 1;
        bytes += passage.bytes;
    }

    void OnReceived(Member, TrafficKind, std::size_t count) override
    {
        ++received;
        receivedBytes += count;
    }

    std::map<std::pair<EventKind, Member>, int> conclusions;
    std::map<Member, int> objections;
    std::map<Passage::Fate, int> fates;
    std::map<Passage::Fate, int> datagramFates;
    std::map<Member, int> sentBy;
    int received = 0;
    std::size_t bytes = 0;
    std::size_t receivedBytes = 0;
};

class FaultyCluster : public testing::Test
{
  protected:
    static Cluster::Setup Lan()
    {
        Cluster::Setup setup;
        setup.protocol = Preset("memberlist-lan").value();
        setup.members = MEMBERS;
        setup.seed = 3;
        setup.path = 1ms;
        setup.jitter = 2ms;
        return setup;
    }

    void Run(Duration time)
    {
        cluster.RunTo(cluster.Now() + time);
    }

    void Do(Fault::Kind kind, std::vector<Member> members)
    {
        cluster.Do({.kind = kind, .members = std::move(members)});
    }

    void SetUp() override
    {
        cluster.Start();
    }

    Listener listener;
    Cluster cluster{Lan(), listener};
};

TEST_F(FaultyCluster, LosesNothingWhereNothingIsDone)
{
    Run(10s);
    Run(1s);
    EXPECT_EQ(listener.fates.size(), 1u);
    EXPECT_GT(listener.fates[Passage::Fate::ARRIVES], 300);
    EXPECT_TRUE(listener.conclusions.empty());
    // What is on its way at the end is sent and not received.
    EXPECT_LE(listener.received, listener.fates[Passage::Fate::ARRIVES]);
    EXPECT_GE(listener.received, listener.fates[Passage::Fate::ARRIVES] - 20);
    EXPECT_LE(listener.receivedBytes, listener.bytes);
}

TEST_F(FaultyCluster, DoesNotSendWhileItStallsAndSendsAllOfItAfterwards)
{
    Run(2s);
    Do(Fault::Kind::STALL, {7});
    const int before = listener.sentBy[7];
    Run(5s);
    EXPECT_EQ(listener.sentBy[7], before);
    EXPECT_GT(listener.sentBy[8], 5);
    EXPECT_TRUE(cluster.Network().Stalled(7));
    Do(Fault::Kind::UNSTALL, {7});
    EXPECT_GT(listener.sentBy[7], before) << "what waited goes out at once";
    Run(10s);
    EXPECT_GT(listener.objections[7], 0) << "it was suspected, and hears of it";
    EXPECT_EQ(listener.conclusions.count({EventKind::DEAD, 7}), 0u);
}

TEST_F(FaultyCluster, StalledMemberThatCrashesSaysNothingMore)
{
    Run(2s);
    Do(Fault::Kind::STALL, {7});
    Run(3s);
    const int before = listener.sentBy[7];
    Do(Fault::Kind::CRASH, {7});
    Run(60s);
    EXPECT_EQ(listener.sentBy[7], before);
    EXPECT_EQ((listener.conclusions[{EventKind::DEAD, 7}]), int{MEMBERS} - 1);
}

TEST_F(FaultyCluster, RemembersTheIncarnationOfAProcessThatIsGone)
{
    Run(2s);
    Do(Fault::Kind::PAUSE, {4});
    Run(6s);
    Do(Fault::Kind::RESUME, {4});
    Run(5s);
    ASSERT_GT(listener.objections[4], 0);
    const std::uint32_t incarnation = cluster.Network().At(4)->Incarnation();
    Do(Fault::Kind::CRASH, {4});
    EXPECT_EQ(cluster.StartingIncarnation(4, true), incarnation + 1);
    EXPECT_EQ(cluster.StartingIncarnation(4, false), 1u);
}

TEST_F(FaultyCluster, WhoFindsNoSeedAsksAgainUntilOneAnswers)
{
    Do(Fault::Kind::CRASH, {0, 5});
    Run(30s);
    cluster.Do({.kind = Fault::Kind::RESTART, .members = {5}, .seeds = {0}});
    Run(10s);
    EXPECT_EQ(cluster.Network().At(5)->Members().Size(), 1u) << "its only seed is down";
    cluster.Do({.kind = Fault::Kind::RESTART, .members = {0}, .seeds = {1}});
    Run(10s);
    EXPECT_EQ(cluster.Network().At(5)->Members().Size(), MEMBERS);
}

TEST_F(FaultyCluster, CutsBothWaysBetweenSidesAndNowhereElse)
{
    std::vector<std::uint32_t> sideOf(MEMBERS, 1);
    std::fill_n(sideOf.begin(), 8, 0);
    cluster.Do({.kind = Fault::Kind::PARTITION, .sideOf = sideOf});
    Run(60s);
    EXPECT_GT(listener.fates[Passage::Fate::CUT], 100);
    for (Member member = 0; member < MEMBERS; ++member)
    {
        const auto& table = cluster.Network().At(member)->Members();
        EXPECT_EQ(table.Count(MemberState::ALIVE), member < 8 ? 8u : 12u) << member;
    }
    cluster.Do({.kind = Fault::Kind::HEAL});
    listener.fates.clear();
    Run(10s);
    EXPECT_EQ(listener.fates.count(Passage::Fate::CUT), 0u);
}

TEST_F(FaultyCluster, LosesTheShareOfDatagramsThatItIsTold)
{
    cluster.Do({.kind = Fault::Kind::DATAGRAM_LOSS, .share = 0.3});
    Run(60s);
    const double lost = listener.datagramFates[Passage::Fate::LOST];
    const double share = lost / (lost + listener.datagramFates[Passage::Fate::ARRIVES]);
    EXPECT_NEAR(share, 0.3, 0.03);
}

TEST_F(FaultyCluster, RunsTheSameInOneStepAsInMany)
{
    Listener other;
    Cluster inSteps(Lan(), other);
    inSteps.Start();
    for (int ms = 0; ms < 20000; ms += 7)
    {
        inSteps.RunTo(Instant(std::chrono::milliseconds(ms)));
    }
    inSteps.RunTo(Instant(20s));
    cluster.RunTo(Instant(20s));
    EXPECT_EQ(other.sentBy, listener.sentBy);
    EXPECT_EQ(other.bytes, listener.bytes);
}

} // namespace
} // namespace swim
