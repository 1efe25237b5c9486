// SPDX-License-Identifier: GPL-2.0-only
//
// The network's state as each member is told of it.
#include "lab/live/loopback-network.h"
#include "swim/endpoint.h"
#include "tests/lab/scenario/scenario-fixture.h"

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

class LoopbackNetworkTest : public ScenarioTest
{
  protected:
    /// A network after these events have been performed; tells are counted from then on.
    LoopbackNetwork& After(const std::vector<std::string>& events, const std::string& more = "")
    {
        plan = MakePlanOf(WithEvents(events) + more);
        network = std::make_unique<LoopbackNetwork>(
            plan,
            [this](MemberId member, const swim::Impairment&) { told.push_back(member); });
        network->Begin();
        for (const Action& action : plan.timeline)
        {
            told.clear();
            network->Perform(action);
        }
        return *network;
    }

    bool IsBlocked(MemberId member, MemberId peer, bool swim::Block::*direction) const
    {
        const swim::Impairment impairment = network->ImpairmentOf(member);
        return std::ranges::any_of(impairment.blocks, [&](const swim::Block& block) {
            return block.*direction && block.Concerns(network->AddressOf(peer));
        });
    }

    Plan plan;
    std::unique_ptr<LoopbackNetwork> network;
    std::vector<MemberId> told;
};

} // namespace

TEST_F(LoopbackNetworkTest, EachMemberHasAnAddressThatNoOtherRunHas)
{
    After({});
    const std::unique_ptr<LoopbackNetwork> first = std::move(network);
    After({});
    EXPECT_NE(first->AddressOf(0), first->AddressOf(1));
    EXPECT_NE(first->AddressOf(0), network->AddressOf(0));
    EXPECT_EQ(network->AddressOf(0).bytes[0], 127);
    EXPECT_EQ(network->AddressOf(0).port, 7946);
}

TEST_F(LoopbackNetworkTest, IsPerfectBeforeTimeZero)
{
    const Plan lossy = MakePlanOf(std::string(BASE) + "[network]\nloss = \"10%\"\n");
    int tells = 0;
    LoopbackNetwork before(lossy, [&](MemberId, const swim::Impairment&) { ++tells; });
    EXPECT_EQ(before.ImpairmentOf(3), swim::Impairment{});
    before.Begin();
    EXPECT_EQ(tells, 20);
    EXPECT_EQ(before.ImpairmentOf(3).out.loss, 0.1);
    EXPECT_EQ(before.ImpairmentOf(3).in.loss, 0);
    EXPECT_EQ(before.ImpairmentOf(3).everyPeer.out.loss, 0.1);
}

TEST_F(LoopbackNetworkTest, DelaysArePathsOfTheTopology)
{
    After({});
    // Two access links of 50 us; to another leaf also two links of 50 us, over a spine.
    const auto delay = [this](MemberId to) {
        return network->ImpairmentOf(0).PathDelay(network->AddressOf(to));
    };
    EXPECT_EQ(delay(1), 100us);
    EXPECT_EQ(delay(19), 200us);
}

TEST_F(LoopbackNetworkTest, OwnValuesAreOnTopOfTheNetworks)
{
    After({R"(at = "1s"; loss = "50%"; members = 3; direction = "in")",
           R"(at = "2s"; loss = "20%"; members = 3; direction = "out")",
           R"(at = "3s"; delay = "5ms"; members = 3)"},
          "[network]\nloss = \"10%\"\ndelay = \"1ms\"\n");
    const swim::Impairment self = network->ImpairmentOf(3);
    EXPECT_DOUBLE_EQ(self.out.loss, 1 - 0.9 * 0.8);
    EXPECT_EQ(self.out.delay, 6ms);
    EXPECT_EQ(self.in.loss, 0.5);
    EXPECT_EQ(self.in.delay, 5ms);
    const swim::Impairment other = network->ImpairmentOf(4);
    EXPECT_EQ(other.out.loss, 0.1);
    EXPECT_EQ(other.PeerAt(network->AddressOf(3)).in.loss, 0.5);
    EXPECT_EQ(other.PeerAt(network->AddressOf(5)).in.loss, 0);
    EXPECT_EQ(other.PeerAt(network->AddressOf(5)).out.loss, 0.1);
}

TEST_F(LoopbackNetworkTest, SidesOfAPartitionDoNotMeet)
{
    After({R"(at = "1s"; partition = ["0-4", "5-9"])"});
    for (const auto direction : {&swim::Block::in, &swim::Block::out})
    {
        EXPECT_TRUE(IsBlocked(0, 5, direction));
        EXPECT_TRUE(IsBlocked(0, 19, direction));
        EXPECT_FALSE(IsBlocked(0, 4, direction));
        EXPECT_FALSE(IsBlocked(10, 19, direction)) << "the unnamed are one side more";
    }
    After({R"(at = "1s"; partition = ["0-4", "5-9"])", R"(at = "2s"; heal = true)"});
    EXPECT_FALSE(IsBlocked(0, 5, &swim::Block::in));
    EXPECT_EQ(told.size(), 20u);
}

TEST_F(LoopbackNetworkTest, ABlockIsOneWayAndConcernsBothEnds)
{
    After({R"(at = "1s"; block = 3; to = "5-6"; direction = "out"; carries = "streams")"});
    EXPECT_TRUE(IsBlocked(3, 5, &swim::Block::out));
    EXPECT_FALSE(IsBlocked(3, 5, &swim::Block::in));
    EXPECT_TRUE(IsBlocked(5, 3, &swim::Block::in));
    EXPECT_FALSE(IsBlocked(5, 3, &swim::Block::out));
    EXPECT_FALSE(network->ImpairmentOf(3).blocks[0].datagrams);
    EXPECT_EQ(told, (std::vector<MemberId>{3, 5, 6})) << "nobody else is told";
    After({R"(at = "1s"; block = 3; for = "5s")"});
    EXPECT_FALSE(IsBlocked(3, 5, &swim::Block::out));
}

TEST_F(LoopbackNetworkTest, WhoIsUnpluggedOrDownIsReachedByNoStream)
{
    After({R"(at = "1s"; disconnect = 7)"});
    EXPECT_TRUE(network->ImpairmentOf(7).down);
    EXPECT_TRUE(network->ImpairmentOf(0).PeerAt(network->AddressOf(7)).down);
    network->SetUp(8, false);
    EXPECT_FALSE(network->ImpairmentOf(8).down) << "that is for its process, which is gone";
    EXPECT_TRUE(network->ImpairmentOf(0).PeerAt(network->AddressOf(8)).down);
    network->SetUp(8, true);
    EXPECT_FALSE(network->ImpairmentOf(0).PeerAt(network->AddressOf(8)).down);
}

TEST_F(LoopbackNetworkTest, AStallIsTheProcesssOwnAndEndsWithIt)
{
    After({R"(at = "1s"; stall = [3, 4])"});
    EXPECT_TRUE(network->ImpairmentOf(3).stalled);
    EXPECT_EQ(told, (std::vector<MemberId>{3, 4})) << "nobody else is told";
    network->SetUp(3, false);
    network->SetUp(3, true);
    EXPECT_FALSE(network->ImpairmentOf(3).stalled) << "who starts anew is another process";
    After({R"(at = "1s"; stall = [3, 4]; for = "1s")"});
    EXPECT_FALSE(network->ImpairmentOf(4).stalled);
}

TEST_F(LoopbackNetworkTest, WhoRestartsElsewhereIsFoundThere)
{
    After({});
    const swim::Address before = network->AddressOf(3);
    network->SetAddress(3, 20);
    EXPECT_NE(network->AddressOf(3), before);
    EXPECT_TRUE(network->ImpairmentOf(0).delays.contains(network->AddressOf(3)));
    EXPECT_FALSE(network->ImpairmentOf(0).delays.contains(before));
}

} // namespace swimlab
