// SPDX-License-Identifier: MIT
//
// A listener that sleeps for a minute, with memberlist's LAN settings, by which a member that answers
// nobody is buried within ten seconds.
#include "../agents-on-sockets.h"
#include "../recording-listener.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace swim
{

using namespace std::chrono_literals;

TEST(SleepingListener, KeepsItsMemberAliveInAllViews)
{
    struct Sleeping : Listener
    {
        void OnEvent(const MembershipEvent&) override
        {
            if (!slept.exchange(true))
            {
                std::this_thread::sleep_for(60s);
                awake = true;
            }
        }

        std::atomic<bool> slept = false;
        std::atomic<bool> awake = false;
    };

    Sleeping sleeping;
    RecordingListener heard;
    const auto named = [](const std::string& name, Listener* listener) {
        return AgentOptions{.name = name,
                            .config = *Preset("memberlist-lan"),
                            .bind = "127.0.0.1:0",
                            .listener = listener};
    };
    Agent sleeper(named("sleeper", &sleeping));
    Agent first(named("first", &heard));
    Agent second(named("second", &heard));
    for (Agent* const other : {&first, &second})
    {
        EXPECT_EQ(Get(other->Join({Where(sleeper)})).errors, std::vector<std::string>{});
    }
    EXPECT_TRUE(Eventually([&] { return sleeping.awake.load(); }, 120s));
    for (Agent* const other : {&first, &second})
    {
        EXPECT_EQ(StateOf(other->Find("sleeper")), MemberState::ALIVE);
        EXPECT_GT(other->Count().probes, 40u);
    }
    EXPECT_FALSE(heard.Heard(EventKind::SUSPECT, "sleeper"));
    EXPECT_TRUE(Eventually([&] { return sleeper.CallbackCount().waiting == 0; }));
    EXPECT_EQ(sleeper.CallbackCount().lost, 0u);
}

} // namespace swim
