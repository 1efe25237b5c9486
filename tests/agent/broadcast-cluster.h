// SPDX-License-Identifier: MIT
//
// A cluster of agents on this machine's sockets that loses datagrams, in which random members
// broadcast: who is told, how often.
#pragma once

#include "agent/impaired-transport.h"
#include "agents-on-sockets.h"
#include "swim/broadcast.h"
#include "swim/rng.h"
#include "tests/protocol/infection.h"

#include <atomic>
#include <cmath>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace swim
{

/// What became of all broadcasts.
struct BroadcastOutcome
{
    std::size_t deliveries = 0;
    std::size_t missed = 0;
    std::size_t repeated = 0; ///< told to one more than once
    std::size_t echoes = 0;   ///< told to their sender
};

class BroadcastCluster
{
  public:
    /// @param loss of datagrams, from 0 to 1
    BroadcastCluster(std::size_t members, double loss)
        : m_hearers(members)
    {
        for (std::size_t member = 0; member < members; ++member)
        {
            AgentOptions options = Quick(NameOf(member), &m_hearers[member]);
            options.seed = member;
            auto transport = std::make_unique<ImpairedTransport>(OpenSockets(options, m_host));
            Impairment impairment;
            impairment.out.datagramLoss = loss;
            impairment.seed = member;
            transport->SetImpairment(impairment);
            m_agents.push_back(std::make_unique<Agent>(options, std::move(transport)));
        }
        for (std::size_t member = 1; member < members; ++member)
        {
            EXPECT_EQ(Get(At(member).Join({Where(At(member / 2))})).contacted, 1u);
        }
    }

    Agent& At(std::size_t member)
    {
        return *m_agents[member];
    }

    /// @return whether all know all
    bool Whole()
    {
        return Eventually([this] {
            return std::ranges::all_of(m_agents, [this](const auto& agent) {
                return agent->MemberCount() == m_agents.size();
            });
        });
    }

    /// Random members broadcast, and all that gossip has to do is done.
    BroadcastOutcome Broadcast(std::size_t broadcasts)
    {
        std::vector<std::size_t> senders;
        Rng rng(1, 1);
        for (std::size_t i = 0; i < broadcasts; ++i)
        {
            senders.push_back(rng.Below(static_cast<std::uint32_t>(m_agents.size())));
            const std::string number = std::to_string(i);
            EXPECT_EQ(
                Get(At(senders.back())
                        .Broadcast({number.begin(), number.end()}, {.until = Until::PASSED_ON})),
                std::nullopt);
        }
        const auto told = [this] {
            std::size_t sum = 0;
            for (Hearer& hearer : m_hearers)
            {
                sum += hearer.Count();
            }
            return sum;
        };
        // The last copies are under way for as long as those of a sender took.
        EXPECT_EQ(Get(At(0).Broadcast({}, {.until = Until::PASSED_ON})), std::nullopt);
        const std::size_t all = (broadcasts + 1) * (m_agents.size() - 1);
        Eventually([&] { return told() == all; }, std::chrono::seconds(5)); // or not all: see below
        return Sum(senders);
    }

  private:
    /// Keeps what one member is told.
    class Hearer : public Listener
    {
      public:
        void OnBroadcast(const BroadcastMessage& message) override
        {
            const std::lock_guard lock(m_mutex);
            m_heard.push_back(message);
        }

        std::size_t Count()
        {
            const std::lock_guard lock(m_mutex);
            return m_heard.size();
        }

        std::vector<BroadcastMessage> Heard()
        {
            const std::lock_guard lock(m_mutex);
            return m_heard;
        }

      private:
        std::mutex m_mutex;
        std::vector<BroadcastMessage> m_heard;
    };

    static std::string NameOf(std::size_t member)
    {
        return "m" + std::to_string(member);
    }

    BroadcastOutcome Sum(const std::vector<std::size_t>& senders)
    {
        BroadcastOutcome outcome;
        for (std::size_t member = 0; member < m_agents.size(); ++member)
        {
            std::vector<std::size_t> times(senders.size());
            for (const BroadcastMessage& message : m_hearers[member].Heard())
            {
                if (message.payload.empty())
                {
                    continue; // the one that marks the end
                }
                const std::size_t number =
                    std::stoul(std::string(message.payload.begin(), message.payload.end()));
                EXPECT_EQ(message.from, NameOf(senders.at(number)));
                ++times[number];
            }
            for (std::size_t i = 0; i < senders.size(); ++i)
            {
                const bool own = senders[i] == member;
                outcome.echoes += own ? times[i] : 0;
                outcome.deliveries += !own && times[i] > 0;
                outcome.missed += !own && times[i] == 0;
                outcome.repeated += times[i] > 1;
            }
        }
        return outcome;
    }

    AgentHost m_host;
    std::vector<Hearer> m_hearers;
    std::vector<std::unique_ptr<Agent>> m_agents;
};

/// @return the count that a Poisson law of this mean is above once in a hundred thousand times
inline std::size_t RarelyAbove(double mean)
{
    constexpr double RARELY = 1e-5;
    double term = std::exp(-mean);
    double above = 1 - term;
    std::size_t count = 0;
    while (above > RARELY)
    {
        ++count;
        term *= mean / static_cast<double>(count);
        above -= term;
    }
    return count;
}

/// Every member is told each once, but for what infection misses, as chance has it.
inline void ExpectBroadcastsToReachAll(std::size_t members, std::size_t broadcasts)
{
    constexpr double LOSS = 0.05;
    BroadcastCluster cluster(members, LOSS);
    ASSERT_TRUE(cluster.Whole());
    const BroadcastOutcome outcome = cluster.Broadcast(broadcasts);
    EXPECT_EQ(outcome.echoes, 0u);
    EXPECT_EQ(outcome.repeated, 0u);
    const Config config = Quick("").config;
    const auto count = static_cast<std::uint32_t>(members);
    const double bound =
        Infection{count, RetransmitLimit(config, count), config.gossipNodes, LOSS}.MissedShare();
    const double deliveries = static_cast<double>(outcome.deliveries + outcome.missed);
    EXPECT_EQ(deliveries, static_cast<double>(broadcasts * (members - 1)));
    const std::size_t most = RarelyAbove(bound * deliveries);
    EXPECT_LE(outcome.missed, most);
    std::printf("%zu members: %zu of %.0f deliveries; %.2g missed on average, at most %zu\n",
                members,
                outcome.deliveries,
                deliveries,
                bound * deliveries,
                most);
}

} // namespace swim
