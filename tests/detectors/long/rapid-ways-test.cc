// SPDX-License-Identifier: MIT
//
// Rapid's figures 9 and 10: whom a thousand remove of whom ten have bad ways.
#include "../accuracy.h"
#include "../watched-cluster.h"
#include "detectors/rapid.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace swim::detectors
{
namespace
{

using namespace std::chrono_literals;

TEST(Rapid, RemovesTenOfAThousandInOneStep)
{
    constexpr std::uint32_t MEMBERS = 1000;
    WatchedCluster cluster(Rapid::MakerOf({}), MEMBERS, 1);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(3s);
    for (Member member = 0; member < 10; ++member)
    {
        network.Crash(member * 97);
    }
    std::set<std::uint32_t> sizes;
    for (int i = 0; i < 60; ++i)
    {
        network.RunFor(250ms);
        for (Member member = 0; member < MEMBERS; ++member)
        {
            if (const auto* running = network.DetectorAt(member))
            {
                sizes.insert(static_cast<const Rapid&>(*running).ConfigurationSize());
            }
        }
    }
    EXPECT_EQ(sizes, (std::set<std::uint32_t>{MEMBERS, MEMBERS - 10}));
}

struct BadWays
{
    const char* name;
    Rapid::Rule rule;
    bool egress;
    double share; ///< of 50 ms in which nothing passes
    Duration bad; ///< how long, before as long without
    Duration time;
};

class RapidOnBadWays : public testing::TestWithParam<BadWays>
{
};

/// Ten of a thousand, as in the paper's Figures 9 and 10.
TEST_P(RapidOnBadWays, RemovesExactlyThoseWhoHaveThem)
{
    constexpr std::uint32_t MEMBERS = 1000;
    const BadWays& ways = GetParam();
    WatchedCluster cluster(Rapid::MakerOf({.rule = ways.rule}), MEMBERS, 3);
    VirtualNetwork& network = cluster.network;
    network.StartConverged();
    network.RunFor(3s);
    Rng rng(7, OF_CRASHES);
    std::set<Member> lossy;
    for (Member member = 0; member < 10; ++member)
    {
        lossy.insert(member * 97);
    }
    for (Duration time{}; time < ways.time; time += 50ms)
    {
        // The virtual network loses of everybody or nothing: short cuts stand for loss.
        network.Heal();
        for (const Member member : lossy)
        {
            const bool cut = time < ways.bad && rng.Unit() < ways.share;
            for (Member other = 0; cut && other < MEMBERS; ++other)
            {
                if (other != member)
                {
                    network.Cut(ways.egress ? member : other, ways.egress ? other : member);
                }
            }
        }
        network.RunFor(50ms);
    }
    std::set<Member> removed;
    for (const auto& row : cluster.conclusions)
    {
        if (row.kind == EventKind::DEAD && !lossy.contains(row.observer))
        {
            removed.insert(row.subject);
        }
    }
    EXPECT_EQ(removed, lossy);
}

INSTANTIATE_TEST_SUITE_P(
    Ways,
    RapidOnBadWays,
    testing::Values(BadWays{"flip-flop ingress", Rapid::Rule::COUNT, false, 1.0, 20s, 24s},
                    BadWays{"80 % egress loss", Rapid::Rule::SHARE, true, 0.8, 30s, 30s},
                    BadWays{"80 % ingress loss", Rapid::Rule::SHARE, false, 0.8, 30s, 30s}),
    [](const auto& row) { return "Case" + std::to_string(row.index); });

} // namespace
} // namespace swim::detectors
