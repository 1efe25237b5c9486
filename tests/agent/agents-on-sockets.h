// SPDX-License-Identifier: MIT
//
// What tests of agents on this machine's sockets share. Timings are short, but no wall clock
// decides a test: each waits for what must come, and gives up only after a time that no machine
// needs.
#pragma once

#include "future-outcome.h"
#include "swim/agent.h"
#include "swim/endpoint.h"

#include <gtest/gtest.h>
#include <thread>

namespace swim
{

using namespace std::chrono_literals;

inline constexpr auto LONG_ENOUGH = 60s;

template <typename Condition>
bool Eventually(Condition condition, std::chrono::seconds giveUp = LONG_ENOUGH)
{
    for (const auto end = std::chrono::steady_clock::now() + giveUp;
         std::chrono::steady_clock::now() < end;)
    {
        if (condition())
        {
            return true;
        }
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

inline AgentOptions Quick(const std::string& name, Listener* listener = nullptr)
{
    AgentOptions options;
    options.name = name;
    options.bind = "127.0.0.1:0";
    options.listener = listener;
    options.config.probeInterval = 100ms;
    options.config.probeTimeout = 50ms;
    options.config.gossipInterval = 20ms;
    options.config.tcpTimeout = 2s;
    options.config.pushPullInterval = 5s; // mends within a test what gossip missed
    return options;
}

inline std::string Where(const Agent& agent)
{
    return FormatAddress(agent.AdvertisedAddress());
}

/// What a future brings, see OutcomeOf.
template <typename Value>
Outcome<Value> Get(Future<Value> future)
{
    const bool ready = future.wait_for(LONG_ENOUGH) == std::future_status::ready;
    EXPECT_TRUE(ready);
    return ready ? OutcomeOf(future) : Outcome<Value>{};
}

} // namespace swim
