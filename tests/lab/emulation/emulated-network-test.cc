// SPDX-License-Identifier: GPL-2.0-only
//
// What goes between namespaces: delays and shares of loss are ns-3's, stacks are Linux's.
#include "emulated-network-fixture.h"

#include <cmath>
#include <dirent.h>
#include <net/if.h>
#include <sys/wait.h>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// The least time there and back of some, for anything may hold up one.
Clock::duration LeastRoundTrip(const MemberSocket& a,
                               const swim::Address& addressOfA,
                               const MemberSocket& b,
                               const swim::Address& addressOfB)
{
    Clock::duration least = 1h;
    for (int i = 0; i < 20; i++)
    {
        const auto begin = Clock::now();
        a.SendTo(addressOfB, "ping");
        EXPECT_EQ(b.Receive(), "ping");
        b.SendTo(addressOfA, "ack");
        EXPECT_EQ(a.Receive(), "ack");
        least = std::min(least, Clock::now() - begin);
    }
    return least;
}

std::size_t OpenDescriptors()
{
    std::size_t count = 0;
    DIR* folder = opendir("/proc/self/fd");
    while (readdir(folder))
    {
        count++;
    }
    closedir(folder);
    return count;
}

TEST_F(EmulatedNetworkTest, TakesTheTopologysDelay)
{
    const auto a = Datagrams(0);
    const auto b = Datagrams(1);
    const auto roundTrip = LeastRoundTrip(a, AddressOf(0), b, AddressOf(1));
    const auto links = 4 * m_plan.topology.accessDelay;
    EXPECT_GE(roundTrip, links);
    EXPECT_LT(roundTrip, links + 10ms);
}

TEST_F(EmulatedNetworkTest, DelaysMembersAndPathsFurther)
{
    const auto a = Datagrams(0);
    const auto b = Datagrams(1);
    const auto undisturbed = LeastRoundTrip(a, AddressOf(0), b, AddressOf(1));
    Perform(Verb::DELAY, [](Action& action) { action.duration = 40ms; });
    Perform(Verb::DELAY, [](Action& action) {
        action.members = {0};
        action.duration = 10ms;
    });
    // Both ways over the path, once out of member 0 and once into it.
    const auto added = LeastRoundTrip(a, AddressOf(0), b, AddressOf(1)) - undisturbed;
    EXPECT_GT(added, 100ms - 10ms);
    EXPECT_LT(added, 100ms + 10ms);
}

TEST_F(EmulatedNetworkTest, CarriesStreams)
{
    const MemberSocket listener(Network(), 1, SOCK_STREAM);
    ASSERT_EQ(listen(listener.Get(), 1), 0);
    const MemberSocket client(Network(), 0, SOCK_STREAM);
    ASSERT_TRUE(client.ConnectTo(AddressOf(1)));
    const MemberSocket accepted(accept(listener.Get(), nullptr, nullptr));

    std::string sent(1 << 20, '\0');
    for (std::size_t i = 0; i < sent.size(); i++)
    {
        sent[i] = static_cast<char>(i * 31 + i / 997);
    }
    std::thread sender(
        [&]() { EXPECT_EQ(send(client.Get(), sent.data(), sent.size(), 0), 1 << 20); });
    std::string received;
    while (received.size() < sent.size() && accepted.IsReadable(MemberSocket::GIVE_UP))
    {
        received += accepted.Receive();
    }
    sender.join();
    EXPECT_TRUE(received == sent);
}

TEST_F(EmulatedNetworkTest, LosesItsShareOfDatagrams)
{
    constexpr int SENT = 2000;
    constexpr double LOSS = 0.3;
    const auto a = Datagrams(0);
    const auto b = Datagrams(1);
    Perform(Verb::LOSS, [](Action& action) { action.probability = LOSS; });
    int received = 0;
    for (int round = 0; round < 20; round++)
    {
        for (int i = 0; i < SENT / 20; i++)
        {
            ASSERT_TRUE(a.SendTo(AddressOf(1), "ping"));
        }
        received += static_cast<int>(Collect(a, b, AddressOf(1)).size());
    }
    const double sigma = std::sqrt(SENT * LOSS * (1 - LOSS));
    EXPECT_NEAR(received, SENT * (1 - LOSS), 5 * sigma);
}

/// Packets of the datagram's size would be lost four times as often.
TEST_F(EmulatedNetworkTest, LosesWholeDatagramsAtSockets)
{
    constexpr int SENT = 400;
    constexpr double LOSS = 0.3;
    const auto a = Datagrams(0);
    const auto b = Datagrams(1);
    Perform(Verb::DATAGRAM_LOSS, [](Action& action) { action.probability = LOSS; });
    int received = 0;
    for (int round = 0; round < 10; round++)
    {
        for (int i = 0; i < SENT / 10; i++)
        {
            ASSERT_TRUE(a.SendTo(AddressOf(1), std::string(5000, 'x')));
        }
        received += static_cast<int>(Collect(a, b, AddressOf(1)).size());
    }
    const double sigma = std::sqrt(SENT * LOSS * (1 - LOSS));
    EXPECT_NEAR(received, SENT * (1 - LOSS), 5 * sigma);
}

TEST_F(EmulatedNetworkTest, LosesNoSegmentOfAStreamAtSockets)
{
    Perform(Verb::DATAGRAM_LOSS, [](Action& action) {
        action.members = {0};
        action.probability = 1;
    });
    const MemberSocket listener(Network(), 1, SOCK_STREAM);
    ASSERT_EQ(listen(listener.Get(), 1), 0);
    EXPECT_TRUE(MemberSocket(Network(), 0, SOCK_STREAM).ConnectTo(AddressOf(1)));
}

TEST_F(EmulatedNetworkTest, PartsSidesUntilHealed)
{
    const auto a = Datagrams(0);
    const auto b = Datagrams(1);
    Perform(Verb::PARTITION, [](Action& action) { action.sides = {{0}, {1, 2, 3}}; });
    ASSERT_TRUE(a.SendTo(AddressOf(1), "across"));
    WaitForArrivals();
    EXPECT_FALSE(b.IsReadable(0ms));
    EXPECT_TRUE(Collect(Datagrams(2), b, AddressOf(1)).empty());
    Perform(Verb::HEAL);
    EXPECT_TRUE(Collect(a, b, AddressOf(1)).empty());
}

TEST_F(EmulatedNetworkTest, BlocksDatagramsOneWay)
{
    const auto a = Datagrams(0);
    const auto b = Datagrams(1);
    Perform(Verb::BLOCK, [](Action& action) {
        action.members = {0};
        action.others = {1};
        action.direction = Direction::OUT;
        action.carrier = Carrier::DATAGRAMS;
        action.block = 1;
    });
    ASSERT_TRUE(a.SendTo(AddressOf(1), "blocked"));
    ASSERT_TRUE(b.SendTo(AddressOf(0), "free"));
    EXPECT_EQ(a.Receive(), "free");

    const MemberSocket listener(Network(), 1, SOCK_STREAM);
    ASSERT_EQ(listen(listener.Get(), 1), 0);
    EXPECT_TRUE(MemberSocket(Network(), 0, SOCK_STREAM).ConnectTo(AddressOf(1)));

    Perform(Verb::UNBLOCK, [](Action& action) { action.block = 1; });
    EXPECT_TRUE(Collect(a, b, AddressOf(1)).empty());
}

TEST_F(EmulatedNetworkTest, TellsWhoSendsWithoutACable)
{
    const auto a = Datagrams(0);
    const auto b = Datagrams(1);
    Perform(Verb::DISCONNECT, [](Action& action) { action.members = {0}; });
    EXPECT_FALSE(a.SendTo(AddressOf(1), "ping"));
    EXPECT_EQ(errno, ENETUNREACH);
    EXPECT_TRUE(b.SendTo(AddressOf(0), "nobody tells b"));
    WaitForArrivals();
    Perform(Verb::RECONNECT, [](Action& action) { action.members = {0}; });
    EXPECT_TRUE(Collect(a, b, AddressOf(1)).empty());
    EXPECT_TRUE(Collect(b, a, AddressOf(0)).empty());
}

TEST_F(EmulatedNetworkTest, SilencesAMachineThatIsDown)
{
    const auto a = Datagrams(0);
    const auto b = Datagrams(1);
    Network().SetUp(0, false);
    ASSERT_TRUE(a.SendTo(AddressOf(1), "the last words"));
    ASSERT_TRUE(b.SendTo(AddressOf(0), "to a dead one"));
    WaitForArrivals();
    Network().SetUp(0, true);
    EXPECT_TRUE(Collect(a, b, AddressOf(1)).empty());
    EXPECT_TRUE(Collect(b, a, AddressOf(0)).empty());
}

TEST_F(EmulatedNetworkTest, PutsDatagramsBeforeSocketsPastAllFaults)
{
    const auto b = Datagrams(1);
    Perform(Verb::LOSS, [](Action& action) { action.probability = 1; });
    const std::string text = "forged";
    Network().Inject(1, 2, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    swim::Address from;
    EXPECT_EQ(b.Receive(MemberSocket::GIVE_UP, &from), text);
    EXPECT_EQ(from, AddressOf(2));
}

/// The network cannot: its packets would be late, and not what the process does with them.
TEST_F(EmulatedNetworkTest, LeavesSlownessToTheProcess)
{
    Perform(Verb::SLOW, [](Action& action) {
        action.members = {1, 3};
        action.duration = 700ms;
    });
    const decltype(m_slowed) told{{1, 700ms}, {3, 700ms}};
    EXPECT_EQ(m_slowed, told);
    EXPECT_EQ(Network().ImpairmentOf(3).slow, 700ms);
    EXPECT_EQ(Network().ImpairmentOf(0), swim::Impairment());
}

TEST_F(EmulatedNetworkTest, LeavesStallsToTheProcess)
{
    Perform(Verb::STALL, [](Action& action) { action.members = {1, 3}; });
    EXPECT_TRUE(Network().ImpairmentOf(3).stalled);
    EXPECT_EQ(Network().ImpairmentOf(0), swim::Impairment());
    Perform(Verb::UNSTALL, [](Action& action) { action.members = {3}; });
    EXPECT_EQ(Network().ImpairmentOf(3), swim::Impairment());
    EXPECT_TRUE(Network().ImpairmentOf(1).stalled);
    Network().SetUp(1, true);
    EXPECT_FALSE(Network().ImpairmentOf(1).stalled) << "who starts anew is another process";
}

TEST_F(EmulatedNetworkTest, TellsHowLateItWasSinceTheRunBegan)
{
    const auto a = Datagrams(0);
    const auto b = Datagrams(1);
    ASSERT_TRUE(a.SendTo(AddressOf(1), "ping"));
    EXPECT_EQ(b.Receive(), "ping");
    const LagSummary lag = Network().Lag();
    EXPECT_GT(lag.p99, Duration::zero());
    EXPECT_GE(lag.max, lag.p99);
    EXPECT_EQ(Network().Facts()["packets_delivered"], 1);
    EXPECT_EQ(Network().Facts()["packet_lag_max_ns"], lag.max.count());
    Network().Begin();
    EXPECT_EQ(Network().Lag().max, Duration::zero());
    EXPECT_EQ(Network().Facts()["packets_delivered"], 0);
}

TEST_F(EmulatedNetworkTest, LetsAForkedChildIn)
{
    const auto enter = Network().EntranceOf(3);
    const pid_t child = fork();
    if (child == 0)
    {
        const bool outside = if_nametoindex(NetworkNamespace::DEVICE) == 0;
        _exit(enter() && outside && if_nametoindex(NetworkNamespace::DEVICE) != 0 ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

/// A plan that gives member 1 two addresses.
TEST(EmulatedNetwork, MovesAMemberToAnotherAddress)
{
    if (const std::string missing = WhyNoEmulation(); !missing.empty())
    {
        GTEST_SKIP() << missing;
    }
    Plan plan = EmulatedPlan(2);
    plan.routerOfSpareAddress = {plan.routerOfMember[1]};
    EmulatedNetwork network(plan, {});
    const swim::Address old = network.AddressOf(1);
    network.SetAddress(1, 2);
    ASSERT_NE(network.AddressOf(1), old);
    const MemberSocket a(network, 0);
    const MemberSocket b(network, 1);
    ASSERT_TRUE(a.SendTo(old, "to the old one"));
    ASSERT_TRUE(a.SendTo(network.AddressOf(1), "to the new one"));
    EXPECT_EQ(b.Receive(), "to the new one");
    ASSERT_TRUE(b.SendTo(network.AddressOf(0), "back"));
    swim::Address from;
    EXPECT_EQ(a.Receive(MemberSocket::GIVE_UP, &from), "back");
    EXPECT_EQ(from, network.AddressOf(1));
}

/// Those routers are ns-3's IPv4, which writes each header anew.
TEST(EmulatedNetwork, GetsPacketsThroughRoutersWithQueueDiscs)
{
    if (const std::string missing = WhyNoEmulation(); !missing.empty())
    {
        GTEST_SKIP() << missing;
    }
    Plan plan = EmulatedPlan(2);
    plan.network.queueDiscs = true;
    EmulatedNetwork network(plan, {});
    const MemberSocket a(network, 0);
    const MemberSocket b(network, 1);
    ASSERT_TRUE(a.SendTo(network.AddressOf(1), "ping"));
    EXPECT_EQ(b.Receive(), "ping");
    const MemberSocket listener(network, 1, SOCK_STREAM);
    ASSERT_EQ(listen(listener.Get(), 1), 0);
    EXPECT_TRUE(MemberSocket(network, 0, SOCK_STREAM).ConnectTo(network.AddressOf(1)));
}

TEST(EmulatedNetwork, LeavesNothingBehind)
{
    if (const std::string missing = WhyNoEmulation(); !missing.empty())
    {
        GTEST_SKIP() << missing;
    }
    const std::size_t before = OpenDescriptors();
    for (int i = 0; i < 3; i++)
    {
        const Plan plan = EmulatedPlan(20);
        EmulatedNetwork network(plan, {});
        EXPECT_GE(OpenDescriptors(), before + 3 * 20);
    }
    EXPECT_EQ(OpenDescriptors(), before);
}

} // namespace
} // namespace swimlab
