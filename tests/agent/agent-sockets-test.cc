// SPDX-License-Identifier: MIT
//
// Agents on real sockets of this machine.
#include "agent/asio-transport.h"
#include "agents-on-sockets.h"
#include "recording-listener.h"
#include "swim/aes-gcm-cipher.h"

#include <algorithm>
#include <arpa/inet.h>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

void JoinAll(Agent& seed, std::initializer_list<Agent*> others)
{
    for (Agent* const other : others)
    {
        EXPECT_EQ(Get(other->Join({Where(seed)})).errors, std::vector<std::string>{});
    }
    for (Agent* const other : others)
    {
        EXPECT_TRUE(Eventually([&] { return other->MemberCount() == others.size() + 1; }));
    }
}

TEST(AgentSockets, AClusterLivesThroughACrashAndALeave)
{
    RecordingListener heard;
    Agent a(Quick("a", &heard));
    Agent b(Quick("b"));
    std::optional<Agent> c(std::in_place, Quick("c"));
    JoinAll(a, {&b, &*c});

    c.reset();
    EXPECT_TRUE(Eventually([&] { return heard.Heard(EventKind::DEAD, "c"); }));
    EXPECT_TRUE(heard.Heard(EventKind::SUSPECT, "c"));
    EXPECT_TRUE(Eventually([&] { return b.MemberCount() == 2; }));

    EXPECT_EQ(Get(b.Leave(LONG_ENOUGH)), std::nullopt);
    EXPECT_TRUE(Eventually([&] { return heard.Heard(EventKind::LEFT, "b"); }));
    EXPECT_TRUE(Eventually([&] { return a.MemberCount() == 1; }));
}

TEST(AgentSockets, NewsAndMessagesArrive)
{
    RecordingListener heardB;
    RecordingListener heardC;
    Agent a(Quick("a"));
    Agent b(Quick("b", &heardB));
    Agent c(Quick("c", &heardC));
    JoinAll(a, {&b, &c});

    EXPECT_EQ(Get(a.UpdateMeta("rack 7")), std::nullopt);
    EXPECT_TRUE(Eventually([&] { return c.Find("a")->meta == "rack 7"; }));
    EXPECT_EQ(Get(a.Broadcast(BytesOf("hello all"))), std::nullopt);
    EXPECT_TRUE(Eventually([&] { return heardB.HasMessage("hello all"); }));
    EXPECT_TRUE(Eventually([&] { return heardC.HasMessage("hello all"); }));
    EXPECT_EQ(Get(a.Send("b", BytesOf("quick"), Delivery::DATAGRAM)), std::nullopt);
    EXPECT_TRUE(Eventually([&] { return heardB.HasMessage("quick"); }));

    const std::string large(1'000'000, 'x');
    EXPECT_EQ(Get(a.Send("c", BytesOf(large), Delivery::STREAM)), std::nullopt);
    EXPECT_TRUE(Eventually([&] { return heardC.HasMessage(large); }));
    EXPECT_TRUE(Eventually([&] { return a.Find("b")->roundTrip.has_value(); }));
}

TEST(AgentSockets, OneKeyIsOneCluster)
{
    const auto locked = [](const std::string& name, std::uint8_t key) {
        AgentOptions options = Quick(name);
        options.config.label = "blue";
        options.cipher =
            std::make_shared<AesGcmCipher>(std::make_shared<Keyring>(SecretKey(32, key)));
        return options;
    };
    Agent a(locked("a", 1));
    Agent b(locked("b", 1));
    Agent stranger(locked("stranger", 2));
    JoinAll(a, {&b});
    EXPECT_EQ(Get(stranger.Join({Where(a)})).contacted, 0u);
    EXPECT_FALSE(a.Find("stranger"));
}

TEST(AgentSockets, AMessageByStreamIsASuccessOnlyIfItWasRead)
{
    const auto labelled = [](const std::string& name, const std::string& label) {
        AgentOptions options = Quick(name);
        options.config.label = label;
        return options;
    };
    Agent blue(labelled("blue", "blue"));
    Agent red(labelled("red", "red"));
    EXPECT_NE(Get(red.Send(Where(blue), BytesOf("hello"), Delivery::STREAM)), std::nullopt);

    // More at once than one address may have connections: some are refused, and say so.
    RecordingListener heard;
    Agent receiver(Quick("receiver", &heard));
    Agent sender(Quick("sender"));
    std::vector<std::pair<std::string, Future<void>>> sent;
    for (int i = 0; i < 300; ++i)
    {
        const std::string text = "message " + std::to_string(i);
        sent.emplace_back(text, sender.Send(Where(receiver), BytesOf(text), Delivery::STREAM));
    }
    for (auto& each : sent)
    {
        const bool arrived = Get(std::move(each.second)) == std::nullopt;
        EXPECT_TRUE(!arrived || Eventually([&] { return heard.HasMessage(each.first); }))
            << each.first;
    }
}

TEST(AgentSockets, JoiningAClosedPortNamesTheAddress)
{
    std::optional<Agent> gone(std::in_place, Quick("gone"));
    const std::string address = Where(*gone);
    gone.reset();
    Agent agent(Quick("a"));
    const JoinResult result = Get(agent.Join({address}));
    EXPECT_EQ(result.contacted, 0u);
    EXPECT_EQ(result.errors,
              std::vector<std::string>{"could not join " + address + ": Connection refused"});
}

TEST(AgentSockets, NamesAreLookedUp)
{
    Agent a(Quick("a"));
    Agent b(Quick("b"));
    const std::string port = std::to_string(a.AdvertisedAddress().port);
    EXPECT_EQ(Get(b.Join({"localhost:" + port})).contacted, 1u);
    const JoinResult unknown = Get(b.Join({"no-such-host.invalid:1"}));
    ASSERT_EQ(unknown.errors.size(), 1u);
    EXPECT_EQ(unknown.errors[0].find("could not join no-such-host.invalid:1: "), 0u);
}

/// A port that takes connections and never says a word.
class SilentPort
{
  public:
    SilentPort()
        : m_socket(socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        bind(m_socket, reinterpret_cast<sockaddr*>(&address), size);
        listen(m_socket, 8);
        getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size);
        m_port = ntohs(address.sin_port);
    }

    ~SilentPort()
    {
        close(m_socket);
    }

    std::string Where() const
    {
        return "127.0.0.1:" + std::to_string(m_port);
    }

  private:
    int m_socket;
    std::uint16_t m_port;
};

TEST(AgentSockets, ASilentSeedIsGivenUp)
{
    const SilentPort silent;
    AgentOptions options = Quick("a");
    options.config.tcpTimeout = 200ms;
    Agent agent(options);
    EXPECT_EQ(
        Get(agent.Join({silent.Where()})).errors,
        std::vector<std::string>{"could not join " + silent.Where() + ": no answer within 200ms"});
}

TEST(AgentSockets, ShuttingDownInTheMiddleOfAJoinSettlesIt)
{
    const SilentPort silent;
    for (int delay = 0; delay < 10; ++delay)
    {
        Agent agent(Quick("a"));
        auto joined = agent.Join({silent.Where(), silent.Where()});
        std::this_thread::sleep_for(std::chrono::milliseconds(delay));
        agent.Shutdown();
        EXPECT_EQ(Get(std::move(joined)).errors,
                  std::vector<std::string>{"the agent was shut down"});
    }
}

TEST(AgentSockets, ShuttingDownUnderLoadIsClean)
{
    for (int round = 0; round < 10; ++round)
    {
        Agent a(Quick("a"));
        Agent b(Quick("b"));
        auto joined = b.Join({Where(a)});
        std::jthread caller([&](const std::stop_token& stop) {
            while (!stop.stop_requested())
            {
                a.Broadcast(BytesOf("load")).wait(); // settled, before and after shutting down
                a.Members();
            }
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(round));
        a.Shutdown();
        b.Shutdown();
        Get(std::move(joined));
    }
}

TEST(AgentSockets, AListenerMayCallItsAgent)
{
    struct Curious : Listener
    {
        void OnEvent(const MembershipEvent& event) override
        {
            if (event.kind == EventKind::JOINED && agent.load() != nullptr)
            {
                seen = agent.load()->Members().size();
                agent.load()->Broadcast(BytesOf("welcome"));
            }
        }

        std::atomic<Agent*> agent = nullptr;
        std::atomic<std::size_t> seen = 0;
    };

    Curious curious;
    RecordingListener heard;
    Agent a(Quick("a", &curious));
    curious.agent = &a;
    Agent b(Quick("b", &heard));
    JoinAll(a, {&b});
    EXPECT_TRUE(Eventually([&] { return heard.HasMessage("welcome"); }));
    EXPECT_EQ(curious.seen, 2u);
}

TEST(AgentSockets, AFloodOfSilentConnectionsEndsAtTheirDeadline)
{
    AgentOptions options = Quick("a");
    options.config.tcpTimeout = 300ms;
    Agent a(options);
    std::vector<int> sockets;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(a.AdvertisedAddress().port);
    for (std::size_t i = 0; i < MAX_INBOUND_STREAMS + 20; ++i)
    {
        sockets.push_back(socket(AF_INET, SOCK_STREAM, 0));
        connect(sockets.back(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    Agent b(Quick("b"));
    EXPECT_EQ(Get(b.Join({Where(a)}, {.retries = 100, .retryInterval = 50ms})).contacted, 1u);
    for (const int each : sockets)
    {
        char byte;
        EXPECT_LE(recv(each, &byte, 1, 0), 0); // closed: nobody was answered
        close(each);
    }
}

TEST(AgentSockets, GarbageIsCountedAndServiceGoesOn)
{
    Agent a(Quick("a"));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(a.AdvertisedAddress().port);
    const auto* const to = reinterpret_cast<const sockaddr*>(&address);
    const std::string garbage(1000, '\x7f');
    const int udp = socket(AF_INET, SOCK_DGRAM, 0);
    sendto(udp, garbage.data(), garbage.size(), 0, to, sizeof address);
    EXPECT_TRUE(Eventually([&] { return a.Count().rejected == 1; }));
    close(udp);

    const int tcp = socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(connect(tcp, to, sizeof address), 0);
    send(tcp, garbage.data(), garbage.size(), MSG_NOSIGNAL);
    char byte;
    EXPECT_LE(recv(tcp, &byte, 1, 0), 0); // closed
    close(tcp);

    Agent b(Quick("b"));
    JoinAll(a, {&b});
}

TEST(AgentSockets, Ipv6Works)
{
    AgentOptions options = Quick("a");
    options.bind = "[::1]:0";
    std::optional<Agent> a;
    try
    {
        a.emplace(options);
    }
    catch (const AgentError& error)
    {
        GTEST_SKIP() << "this machine has no IPv6: " << error.what();
    }
    options.name = "b";
    Agent b(options);
    JoinAll(*a, {&b});
    EXPECT_EQ(Where(b).find("[::1]:"), 0u);
}

TEST(AgentSockets, ASocketForAllAddressesServesIpv4Members)
{
    AgentOptions options = Quick("a");
    options.bind = "[::]:0";
    options.advertise = "127.0.0.1:0";
    std::optional<Agent> a;
    try
    {
        a.emplace(options);
    }
    catch (const AgentError& error)
    {
        GTEST_SKIP() << "this machine has no IPv6: " << error.what();
    }
    Agent b(Quick("b"));
    JoinAll(*a, {&b});
    EXPECT_TRUE(Eventually([&] { return a->Find("b")->roundTrip.has_value(); }));
    EXPECT_TRUE(Eventually([&] { return b.Find("a")->roundTrip.has_value(); }));
}

/// How many sockets of this process a program would have that it starts.
std::ptrdiff_t InheritedSockets()
{
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return std::count_if(begin(files), end(files), [](const auto& file) {
        std::error_code closed; // meanwhile
        const std::string target = std::filesystem::read_symlink(file, closed);
        const int flags = fcntl(std::stoi(file.path().filename()), F_GETFD);
        return target.starts_with("socket:") && flags >= 0 && (flags & FD_CLOEXEC) == 0;
    });
}

TEST(AgentSockets, AreNotForProgramsThatTheApplicationStarts)
{
    const std::ptrdiff_t before = InheritedSockets();
    const Agent taken(Quick("taken"));
    EXPECT_EQ(InheritedSockets(), before);
}

std::string WhyNot(const AgentOptions& options)
{
    try
    {
        const Agent agent(options);
    }
    catch (const AgentError& error)
    {
        return error.what();
    }
    return "it works";
}

TEST(AgentSockets, TheSystemsRefusalIsACodeToo)
{
    const Agent taken(Quick("a"));
    AgentOptions options = Quick("b");
    options.bind = Where(taken);
    try
    {
        const Agent agent(options);
        FAIL() << "two agents listen at one address";
    }
    catch (const AgentError& error)
    {
        EXPECT_EQ(error.Code(), std::errc::address_in_use);
    }
    options.bind = "no-such-host.invalid:0";
    try
    {
        const Agent agent(options);
        FAIL() << "no address stands for this name";
    }
    catch (const AgentError& error)
    {
        EXPECT_FALSE(error.Code()) << "the system was not asked";
    }
}

TEST(AgentSockets, WrongOptionsAreNamed)
{
    const Agent taken(Quick("a"));
    AgentOptions options = Quick("b");
    options.bind = Where(taken);
    EXPECT_EQ(WhyNot(options), "cannot listen on " + Where(taken) + ": Address already in use");
    options.bind = "127.0.0.1:0";
    options.advertise = "localhost:0";
    EXPECT_EQ(WhyNot(options),
              "advertise = \"localhost:0\": must be a numeric address such as 10.0.0.1:7946 or "
              "[fd00::1]:7946");
    options.bind = "0.0.0.0:0";
    options.advertise = "0.0.0.0"; // without it, see OwnAddressTest
    EXPECT_NE(WhyNot(options).find("set advertise"), std::string::npos);
    options.advertise = "127.0.0.1:0";
    EXPECT_EQ(WhyNot(options), "it works");
    options.name = "";
    EXPECT_NE(WhyNot(options).find("the member's name must have 1 to 512 bytes"),
              std::string::npos);
    options.name = "b";
    options.config.probeTimeout = 0s;
    EXPECT_NE(WhyNot(options).find("probe_timeout"), std::string::npos);
}

} // namespace

} // namespace swim
