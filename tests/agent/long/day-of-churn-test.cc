// SPDX-License-Identifier: MIT
//
// A simulated day in which members come, go, change their metadata and gossip: what nodes hold is
// the same after 24 hours as after two.
#include "process-usage.h"
#include "virtual/virtual-network.h"

#include <cstdio>
#include <gtest/gtest.h>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

constexpr std::uint32_t MEMBERS = 20;
constexpr std::array<std::string_view, 4> METAS{"", "rack 1", "rack 2", "leader"};

/// The most that nodes held in some time.
struct Held
{
    std::size_t slots = 0;
    std::size_t updates = 0;
    std::size_t broadcasts = 0;

    void See(const Node& node)
    {
        slots = std::max<std::size_t>(slots, node.Members().Slots());
        updates = std::max(updates, node.QueuedUpdates());
        broadcasts = std::max(broadcasts, node.QueuedBroadcasts());
    }
};

class DayOfChurn : public testing::Test
{
  protected:
    DayOfChurn()
        : network(*Preset("recommended-lan"), MEMBERS, 1),
          rng(1, 1)
    {
        network.SetConditions({.loss = 0.01, .duplication = 0.01});
        network.StartConverged();
    }

    /// One thing happens to one member.
    void Befall(Member member)
    {
        const std::array<Member, 3> seeds{0, 1, 2};
        if (network.At(member) == nullptr)
        {
            network.Boot(member, network.Life(member) + 1, seeds);
            return;
        }
        switch (rng.Below(member < seeds.size() ? 2 : 4)) // the seeds stay
        {
        case 0:
            network.UpdateMeta(member, METAS[rng.Below(METAS.size())]);
            return;
        case 1:
            network.Broadcast(member, rng.Below(200), Relay::EVERYBODY);
            return;
        case 2:
            network.Crash(member);
            return;
        case 3:
            network.Leave(member);
            return;
        }
    }

    Held Churn(Duration time)
    {
        Held held;
        for (const Instant end = network.Now() + time; network.Now() < end;)
        {
            if (rng.Below(3) == 0)
            {
                Befall(static_cast<Member>(rng.Below(MEMBERS)));
            }
            network.RunFor(1s);
            for (Member member = 0; member < MEMBERS; ++member)
            {
                if (network.At(member) != nullptr)
                {
                    held.See(*network.At(member));
                }
            }
        }
        return held;
    }

    VirtualNetwork network;
    Rng rng;
};

TEST_F(DayOfChurn, NothingGrowsBetweenTheSecondHourAndTheLast)
{
    const Held early = Churn(2h);
    const std::size_t identities = network.Known().Identities();
    const std::size_t bytes = ResidentBytes();
    const Held late = Churn(22h);
    EXPECT_EQ(network.Known().Names(), MEMBERS);
    EXPECT_LE(identities, MEMBERS * METAS.size());
    EXPECT_LE(network.Known().Identities(), MEMBERS * METAS.size());
    EXPECT_EQ(early.slots, MEMBERS);
    EXPECT_EQ(late.slots, MEMBERS);
    EXPECT_LE(late.updates, MEMBERS);                     // at most one about each
    EXPECT_LE(late.broadcasts, 3 * early.broadcasts + 3); // eleven times as many chances
    EXPECT_LE(ResidentBytes(), bytes + 2'000'000);
    std::printf("held: %zu slots, %zu updates, %zu broadcasts, %zu identities; %.1f MB\n",
                late.slots,
                late.updates,
                late.broadcasts,
                network.Known().Identities(),
                static_cast<double>(ResidentBytes()) / 1e6);
}

} // namespace

} // namespace swim
