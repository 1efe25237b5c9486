// SPDX-License-Identifier: MIT
//
// Whole clusters on the virtual network: a few stories with a known end, and that a seed says it
// all. Random stories are cluster-check's (tests/cluster).
#include "agreement.h"
#include "virtual/faulty-run.h"

#include <gtest/gtest.h>

namespace swim
{
namespace
{

using namespace std::chrono_literals;

constexpr std::uint32_t MEMBERS = FAULTY_RUN_MEMBERS;

/// Starts everybody alone, a new one each 50 ms, who joins through the first.
void StartByJoining(VirtualNetwork& network)
{
    constexpr Member FIRST[] = {0};
    network.Boot(0, 1, {});
    for (Member member = 1; member < network.Members(); ++member)
    {
        network.RunFor(50ms);
        network.Boot(member, 1, FIRST);
    }
}

TEST(Cluster, SaysTheSameBytesForTheSameSeedOnEveryPlatform)
{
    EXPECT_EQ(HashOfFaultyRun(FAULTY_RUN_SEED), FAULTY_RUN_HASH)
        << "now 0x" << std::hex << HashOfFaultyRun(FAULTY_RUN_SEED) << ", was 0x"
        << FAULTY_RUN_HASH;
}

TEST(Cluster, SaysOtherBytesForAnotherSeed)
{
    EXPECT_NE(HashOfFaultyRun(FAULTY_RUN_SEED), HashOfFaultyRun(8));
}

TEST(Cluster, JoinedMembersSeeWhatConvergedMembersSee)
{
    VirtualNetwork joined(FaultyRunConfig(), 20, 1);
    StartByJoining(joined);
    VirtualNetwork converged(FaultyRunConfig(), 20, 1);
    converged.StartConverged();
    for (VirtualNetwork* network : {&joined, &converged})
    {
        network->RunFor(10s);
        EXPECT_TRUE(AllRight(*network));
        network->Crash(13);
        network->Leave(4);
        network->RunFor(120s);
    }
    for (Member observer = 0; observer < 20; ++observer)
    {
        ASSERT_EQ(joined.At(observer) == nullptr, converged.At(observer) == nullptr);
        for (Member subject = 0; joined.At(observer) && subject < 20; ++subject)
        {
            EXPECT_EQ(StateIn(*joined.At(observer), subject),
                      StateIn(*converged.At(observer), subject));
        }
    }
    EXPECT_EQ(StateIn(*joined.At(0), 13), MemberState::DEAD);
    EXPECT_EQ(StateIn(*joined.At(0), 4), MemberState::LEFT);
}

TEST(Cluster, WithoutReconnectAPartitionOutlivesTheMemoryOfTheDead)
{
    VirtualNetwork network(Preset("memberlist-lan").value(), MEMBERS, 3);
    network.StartConverged();
    network.Partition(MEMBERS / 2);
    network.RunFor(180s);
    network.Heal();
    network.RunFor(600s);
    EXPECT_EQ(network.At(0)->Members().Size(), MEMBERS / 2);
    EXPECT_EQ(network.At(MEMBERS - 1)->Members().Size(), MEMBERS / 2);
}

TEST(Cluster, WithReconnectThePartitionHeals)
{
    VirtualNetwork network(FaultyRunConfig(), MEMBERS, 3);
    network.StartConverged();
    network.Partition(MEMBERS / 2);
    network.RunFor(180s);
    EXPECT_EQ(StateIn(*network.At(0), MEMBERS - 1), MemberState::DEAD);
    network.Heal();
    network.RunFor(ConvergenceBound(FaultyRunConfig(), MEMBERS));
    EXPECT_TRUE(AllRight(network));
}

TEST(Cluster, APausedMemberFindsItselfBuriedAndComesBack)
{
    VirtualNetwork network(FaultyRunConfig(), MEMBERS, 5);
    network.StartConverged();
    network.RunFor(5s);
    network.Pause(2);
    network.RunFor(60s);
    EXPECT_EQ(StateIn(*network.At(0), 2), MemberState::DEAD);
    network.Resume(2);
    network.RunFor(ConvergenceBound(FaultyRunConfig(), MEMBERS));
    EXPECT_TRUE(AllRight(network));
    EXPECT_GT(network.At(2)->Incarnation(), 1u);
}

} // namespace
} // namespace swim
