// SPDX-License-Identifier: MIT
//
// What tests of agents on a network in memory share.
#pragma once

#include "future-outcome.h"
#include "swim/agent.h"
#include "swim/memory-network.h"

#include <array>
#include <cstdint>
#include <gtest/gtest.h>

namespace swim
{

using namespace std::chrono_literals;

class AgentsInMemory : public testing::Test
{
  protected:
    static Address AddressOf(std::uint8_t number)
    {
        return {std::array<std::uint8_t, 4>{10, 0, 0, number}, 7946};
    }

    /// What a future holds once the network ran for a while.
    template <typename Value>
    Outcome<Value> Get(Future<Value>& future, Duration within = 10s)
    {
        for (Duration waited{}; waited < within && !IsReady(future); waited += 10ms)
        {
            network.RunFor(10ms);
        }
        EXPECT_TRUE(IsReady(future));
        return IsReady(future) ? OutcomeOf(future) : Outcome<Value>{};
    }

    template <typename Result>
    static bool IsReady(const Future<Result>& future)
    {
        return future.wait_for(0s) == std::future_status::ready;
    }

    MemoryNetwork network;
};

} // namespace swim
