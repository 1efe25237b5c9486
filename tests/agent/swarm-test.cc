// SPDX-License-Identifier: MIT
//
// Many agents in one process.
#include "agents-on-sockets.h"
#include "recording-listener.h"
#include "swim/swarm.h"

namespace swim
{

namespace
{

SwarmOptions QuickSwarm(std::size_t members, const std::string& bind)
{
    SwarmOptions options{.members = members, .first = Quick("s0")};
    options.first.bind = bind;
    return options;
}

TEST(Swarm, BecomesOneClusterByJoining)
{
    RecordingListener heard;
    SwarmOptions options = QuickSwarm(40, "127.77.0.250:17946"); // past the end of a byte
    options.listenerOf = [&heard](std::size_t member) { return member == 7 ? &heard : nullptr; };
    Swarm swarm(options);
    EXPECT_TRUE(Eventually([&] { return swarm.LeastKnown() == 1; }));
    for (Future<JoinResult>& joined : swarm.Join({}, 200ms))
    {
        EXPECT_EQ(Get(std::move(joined)).contacted, 1u);
    }
    EXPECT_TRUE(Eventually([&] { return swarm.LeastKnown() == 40; }));
    EXPECT_EQ(Where(swarm.At(39)), "127.77.1.33:17946");
    EXPECT_EQ(swarm.At(3).Members()[1].name, "s1");
    EXPECT_TRUE(heard.Heard(EventKind::JOINED, "s39"));

    swarm.At(5).Shutdown();
    EXPECT_TRUE(Eventually([&] { return heard.Heard(EventKind::DEAD, "s5"); }));
}

TEST(Swarm, JoinsAClusterOfOthers)
{
    Agent other(Quick("other"));
    Swarm swarm(QuickSwarm(5, "127.77.2.1:0"));
    for (Future<JoinResult>& joined : swarm.Join({Where(other)}, 0ms))
    {
        EXPECT_EQ(Get(std::move(joined)).contacted, 1u);
    }
    EXPECT_TRUE(Eventually([&] { return other.MemberCount() == 6; }));
    EXPECT_TRUE(Eventually([&] { return swarm.LeastKnown() == 6; }));
}

TEST(Swarm, IsReadAndEndedWhileItWorks)
{
    for (int round = 0; round < 5; ++round)
    {
        Swarm swarm(QuickSwarm(10, "127.77.3.1:0"));
        const std::vector<Future<JoinResult>> joins = swarm.Join({}, 50ms);
        std::jthread reader([&swarm](const std::stop_token& stop) {
            while (!stop.stop_requested())
            {
                swarm.At(3).Members();
                swarm.LeastKnown();
                swarm.At(4).Traffic();
            }
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(20 * round));
    }
}

TEST(Swarm, SaysWhatIsWrong)
{
    const auto whyNot = [](const SwarmOptions& options) -> std::string {
        try
        {
            const Swarm swarm(options);
        }
        catch (const AgentError& error)
        {
            return error.what();
        }
        return "it works";
    };
    EXPECT_NE(whyNot(QuickSwarm(3, "0.0.0.0:1")).find("bind = \"0.0.0.0:1\": must be the first"),
              std::string::npos);
    EXPECT_NE(whyNot(QuickSwarm(3, "no-such-host.invalid:1")).find("no-such-host.invalid"),
              std::string::npos);
    EXPECT_NE(whyNot(QuickSwarm(1'000'000'000, "127.77.4.1:0")).find("open files"),
              std::string::npos);
}

} // namespace

} // namespace swim
