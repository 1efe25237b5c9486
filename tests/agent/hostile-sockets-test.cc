// SPDX-License-Identifier: MIT
//
// Strangers who flood, stall, lie and repeat: what they cost is bounded, and meanwhile others join.
#include "agent/asio-transport.h"
#include "agents-on-sockets.h"
#include "raw-socket.h"
#include "recording-listener.h"
#include "swim/aes-gcm-cipher.h"
#include "swim/envelope.h"
#include "swim/lzw.h"

namespace swim
{

namespace
{

AgentOptions QuickAt(const std::string& name, const std::string& bind)
{
    AgentOptions options = Quick(name);
    options.bind = bind;
    return options;
}

/// Whether the two are one cluster whose members answer each other.
void ExpectService(Agent& agent, Agent& newcomer)
{
    EXPECT_EQ(Get(newcomer.Join({Where(agent)})).contacted, 1u);
    EXPECT_TRUE(Eventually([&] { return agent.Find(newcomer.Name()).has_value(); }));
    EXPECT_TRUE(Eventually([&] { return Get(newcomer.Ping(agent.Name())).roundTrip.has_value(); }));
    EXPECT_TRUE(Eventually([&] { return Get(agent.Ping(newcomer.Name())).roundTrip.has_value(); }));
}

Bytes PushPullStart()
{
    Bytes bytes;
    wire::Encode(wire::PushPullHeader{1, 0, true}, bytes);
    return bytes;
}

TEST(HostileSockets, AFloodFromOneSourceStarvesNobody)
{
    AgentOptions options = QuickAt("a", "127.66.0.1:0");
    options.datagramsPerSecond = 1000;
    Agent a(options);
    const auto start = std::chrono::steady_clock::now();
    std::jthread flood([&a](const std::stop_token& stop) {
        RawSocket socket(SOCK_DGRAM, "127.66.0.2");
        socket.Connect(a.AdvertisedAddress());
        Bytes ping;
        wire::Encode(wire::Ping{1, "a", {}, {}}, ping);
        while (!stop.stop_requested())
        {
            socket.Send(ping);
        }
    });
    EXPECT_TRUE(Eventually([&] { return a.TransportCount().datagramsLimited > 1000; }));
    Agent b(QuickAt("b", "127.66.0.3:0"));
    ExpectService(a, b);
    flood.request_stop();
    flood.join();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const double most = 1000 * (took.count() + 1) + 1000 /* of b and the probes */;
    EXPECT_LT(a.Traffic()[TrafficKind::PING].received, most);
}

TEST(HostileSockets, SlowAndIdleConnectionsEndAtTheirDeadline)
{
    AgentOptions options = QuickAt("a", "127.66.1.1:0");
    options.config.tcpTimeout = 300ms;
    Agent a(options);
    RawSocket idle(SOCK_STREAM, "127.66.1.2");
    RawSocket slow(SOCK_STREAM, "127.66.1.2");
    ASSERT_TRUE(idle.Connect(a.AdvertisedAddress()));
    ASSERT_TRUE(slow.Connect(a.AdvertisedAddress()));
    const Bytes message = PushPullStart();
    for (const std::uint8_t byte : message)
    {
        slow.Send({&byte, 1});
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_EQ(idle.Receive(), 0u);
    EXPECT_EQ(slow.Receive(), 0u);
    EXPECT_TRUE(Eventually([&] { return a.TransportCount().streamsTimedOut == 2; }));
    Agent b(QuickAt("b", "127.66.1.3:0"));
    ExpectService(a, b);
}

TEST(HostileSockets, AStormOfConnectionsLeavesRoomForOthers)
{
    Agent a(QuickAt("a", "127.66.2.1:0"));
    std::vector<RawSocket> storm;
    for (int i = 0; i < 1000; ++i)
    {
        storm.emplace_back(SOCK_STREAM, "127.66.2.2");
        storm.back().Connect(a.AdvertisedAddress());
    }
    Agent b(QuickAt("b", "127.66.2.3:0"));
    ExpectService(a, b);
    EXPECT_TRUE(Eventually([&] {
        return a.TransportCount().connectionsRefused >= 1000 - MAX_INBOUND_STREAMS_OF_ONE;
    }));
}

TEST(HostileSockets, LiesAboutLengthAreCounted)
{
    Agent a(QuickAt("a", "127.66.3.1:0"));
    const Bytes fourGigabytesEncrypted{10, 0xff, 0xff, 0xff, 0xff};
    const Bytes noType{0x7f};
    for (const Bytes& lie : {fourGigabytesEncrypted, noType})
    {
        RawSocket liar(SOCK_STREAM, "127.66.3.2");
        ASSERT_TRUE(liar.Connect(a.AdvertisedAddress()));
        EXPECT_TRUE(liar.Send(lie));
        EXPECT_EQ(liar.Receive(), 0u);
    }
    EXPECT_TRUE(Eventually([&] { return a.TransportCount().streamsMalformed == 2; }));
    RawSocket fickle(SOCK_STREAM, "127.66.3.2");
    ASSERT_TRUE(fickle.Connect(a.AdvertisedAddress()));
    {
        const RawSocket closedNow = std::move(fickle);
    }
    EXPECT_TRUE(Eventually([&] { return a.TransportCount().streamsBroken == 1; }));
}

TEST(HostileSockets, BombsAreDefused)
{
    Agent a(QuickAt("a", "127.66.4.1:0"));
    const auto bomb = [](std::size_t size) {
        Bytes lzw;
        lzw::Compress(Bytes(size, 6), lzw);
        Bytes bytes;
        wire::Encode(wire::Compressed{0, lzw}, bytes);
        return bytes;
    };
    const Bytes small = bomb(2 * DATAGRAM_INFLATION_LIMIT);
    RawSocket datagrams(SOCK_DGRAM, "127.66.4.2");
    datagrams.Connect(a.AdvertisedAddress());
    for (int i = 0; i < 20; ++i)
    {
        EXPECT_TRUE(datagrams.Send(small));
    }
    const Bytes large = bomb(wire::MAX_STREAM_SIZE + 1);
    for (int i = 0; i < 3; ++i)
    {
        RawSocket stream(SOCK_STREAM, "127.66.4.2");
        ASSERT_TRUE(stream.Connect(a.AdvertisedAddress()));
        EXPECT_TRUE(stream.Send(large));
        EXPECT_EQ(stream.Receive(), 0u);
    }
    EXPECT_TRUE(Eventually([&] { return a.Count().rejected == 23; }));
    Agent b(QuickAt("b", "127.66.4.3:0"));
    ExpectService(a, b);
}

/// An accusation that the accused has answered is old news, however often it is heard.
TEST(HostileSockets, ReplayChangesNothing)
{
    const auto cipher = std::make_shared<AesGcmCipher>(std::make_shared<Keyring>(SecretKey(32, 7)));
    const auto locked = [](const std::string& name, const std::string& bind) {
        AgentOptions options = QuickAt(name, bind);
        options.cipher =
            std::make_shared<AesGcmCipher>(std::make_shared<Keyring>(SecretKey(32, 7)));
        return options;
    };
    Agent a(locked("a", "127.66.5.1:0"));
    Agent b(locked("b", "127.66.5.3:0"));
    ExpectService(a, b);
    Bytes datagram;
    wire::EncodeSuspect({1, "b", "a"}, datagram);
    Bytes scratch;
    Envelope({.cipher = cipher}).SealDatagram(datagram, 0, true, scratch);
    RawSocket recorder(SOCK_DGRAM, "127.66.5.2");
    recorder.Connect(a.AdvertisedAddress());
    recorder.Send(datagram);
    EXPECT_TRUE(Eventually([&] { return b.Incarnation() == 2; }));
    EXPECT_TRUE(Eventually([&] { return a.Find("b")->incarnation == 2; }));
    const std::uint64_t before = a.Traffic()[TrafficKind::GOSSIP].received;
    for (int i = 0; i < 500; ++i)
    {
        recorder.Send(datagram);
    }
    EXPECT_TRUE(
        Eventually([&] { return a.Traffic()[TrafficKind::GOSSIP].received >= before + 400; }));
    EXPECT_EQ(StateOf(a.Find("b")), MemberState::ALIVE);
    EXPECT_EQ(b.Incarnation(), 2u);
}

TEST(HostileSockets, OnlyAllowedNetworksAreHeard)
{
    AgentOptions options = QuickAt("a", "127.66.6.1:0");
    options.allow = {"127.66.6.0/28", "127.66.7.0/24"};
    Agent a(options);
    Agent stranger(QuickAt("stranger", "127.66.6.99:0"));
    EXPECT_EQ(Get(stranger.Join({Where(a)})).contacted, 0u);
    EXPECT_TRUE(Eventually([&] { return a.TransportCount().connectionsForbidden == 1; }));
    EXPECT_FALSE(Get(stranger.Ping(Where(a), 100ms)).roundTrip);
    EXPECT_TRUE(Eventually([&] { return a.TransportCount().datagramsForbidden == 1; }));

    // Nor is it believed when an allowed member speaks of one that is not.
    Agent b(QuickAt("b", "127.66.7.3:0"));
    EXPECT_EQ(Get(stranger.Join({Where(b)})).contacted, 1u);
    ExpectService(a, b);
    EXPECT_TRUE(Eventually([&] { return a.Count().rejected > 0; }));
    EXPECT_FALSE(a.Find("stranger"));

    options.bind = "127.66.8.1:0";
    EXPECT_THROW(
        {
            try
            {
                const Agent outside(options);
            }
            catch (const AgentError& error)
            {
                EXPECT_EQ(std::string(error.what()).find("allow: our own address 127.66.8.1:"), 0u);
                throw;
            }
        },
        AgentError);
}

} // namespace

} // namespace swim
