// SPDX-License-Identifier: MIT
//
// Broadcasts in clusters that lose datagrams: how many members each reaches, how soon and at what
// cost, in the three ways there are: everybody relays, applications relay by hand, nobody does.
#include "infection.h"
#include "swim/broadcast.h"
#include "virtual/virtual-network.h"

#include <cmath>
#include <cstdio>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace swim
{

namespace
{

using namespace std::chrono_literals;

constexpr std::uint32_t BROADCASTS = 200;
constexpr double LOSS = 0.05;
constexpr Duration DELAY_MAX = 5ms;
constexpr std::size_t PAYLOAD_BYTES = 100;

/// What applications do with broadcasts.
enum class Way
{
    EVERYBODY_RELAYS,
    APPLICATIONS_RELAY, ///< Relay::RECEIVERS, who know a payload again
    NOBODY_RELAYS,      ///< Relay::RECEIVERS, who do nothing: memberlist's way
};

/// One broadcast, and when each member was told of it.
struct Spread
{
    Member sender;
    Instant sent;
    std::map<Member, std::vector<Instant>> at;
};

/// A member's application.
class CountedHearer : public Application
{
  public:
    CountedHearer(Member member, Way way, const VirtualNetwork& network, std::vector<Spread>& told)
        : m_member(member),
          m_way(way),
          m_network(network),
          m_told(told)
    {
    }

    void OnBroadcast(std::string_view from, std::string_view, wire::ByteView payload) override
    {
        EXPECT_EQ(VirtualNetwork::MemberNamed(from), Of(payload).sender);
        Hear(payload);
    }

    bool OnUserMessage(wire::ByteView payload) override
    {
        if (Of(payload).sender == m_member || !Of(payload).at[m_member].empty())
        {
            return false;
        }
        Hear(payload);
        return m_way == Way::APPLICATIONS_RELAY;
    }

  private:
    Spread& Of(wire::ByteView payload)
    {
        return m_told.at(payload[0]);
    }

    void Hear(wire::ByteView payload)
    {
        Of(payload).at[m_member].push_back(m_network.Now());
    }

    Member m_member;
    Way m_way;
    const VirtualNetwork& m_network;
    std::vector<Spread>& m_told;
};

/// What became of all broadcasts.
struct Outcome
{
    std::uint32_t deliveries = 0;
    std::uint32_t missed = 0;
    std::uint32_t repeated = 0; ///< told to one more than once
    std::uint32_t echoes = 0;   ///< told to their sender
    std::vector<double> times;  ///< until the last member, s, of those that reached all
    std::uint64_t copies = 0;   ///< user messages that arrived
    std::uint64_t datagrams = 0;
    std::uint64_t bytes = 0; ///< of these
};

Outcome Sum(const std::vector<Spread>& broadcasts, std::uint32_t members)
{
    Outcome outcome;
    for (const Spread& told : broadcasts)
    {
        Instant last{};
        std::uint32_t heard = 0;
        for (const auto& [member, at] : told.at)
        {
            outcome.echoes += member == told.sender;
            heard += !at.empty();
            outcome.repeated += at.size() > 1;
            last = at.empty() ? last : std::max(last, at.back());
        }
        outcome.deliveries += heard;
        outcome.missed += members - 1 - heard;
        if (heard == members - 1)
        {
            outcome.times.push_back(std::chrono::duration<double>(last - told.sent).count());
        }
    }
    return outcome;
}

Outcome Broadcast(std::uint32_t members, Way way)
{
    VirtualNetwork network(Preset("memberlist-lan").value(), members, 1);
    network.SetConditions({.delayMin = 1ms, .delayMax = DELAY_MAX, .loss = LOSS});
    std::vector<Spread> told;
    std::vector<std::unique_ptr<CountedHearer>> hearers;
    for (Member member = 0; member < members; ++member)
    {
        hearers.push_back(std::make_unique<CountedHearer>(member, way, network, told));
    }
    network.SetApplications([&](Member member) { return hearers[member].get(); });
    std::uint64_t datagrams = 0;
    std::uint64_t bytes = 0;
    network.Observe([&](Member, const Node&, const Outbox& out) {
        for (const Outbox::Datagram& datagram : out.Datagrams())
        {
            const bool gossip = datagram.kind == TrafficKind::GOSSIP;
            datagrams += gossip;
            bytes += gossip ? datagram.size : 0;
        }
    });
    network.StartConverged();
    network.RunFor(5s);
    const Relay relay = way == Way::EVERYBODY_RELAYS ? Relay::EVERYBODY : Relay::RECEIVERS;
    Rng rng(members, 1);
    for (std::uint32_t i = 0; i < BROADCASTS; ++i)
    {
        const auto sender = static_cast<Member>(rng.Below(members));
        told.push_back({sender, network.Now(), {}});
        const wire::Bytes payload(PAYLOAD_BYTES, static_cast<std::uint8_t>(i));
        EXPECT_EQ(network.Broadcast(sender, payload, {.relay = relay}).refusal, std::nullopt);
        network.RunFor(2s + std::chrono::milliseconds(rng.Below(1000)));
    }
    network.RunFor(5s);
    Outcome outcome = Sum(told, members);
    outcome.datagrams = datagrams;
    outcome.bytes = bytes;
    for (Member member = 0; member < members; ++member)
    {
        outcome.copies += network.At(member)->Count().userMessages;
    }
    return outcome;
}

struct Mean
{
    double value;
    double error; ///< standard
};

Mean MeanOf(const std::vector<double>& values)
{
    const auto n = static_cast<double>(values.size());
    double sum = 0;
    double squares = 0;
    for (const double value : values)
    {
        sum += value;
        squares += value * value;
    }
    const double mean = sum / n;
    return {mean, std::sqrt((squares / n - mean * mean) / (n - 1))};
}

void Print(const char* way, std::uint32_t members, const Outcome& outcome)
{
    const double deliveries = outcome.deliveries;
    std::printf("%3u members, %-20s %5u of %5u deliveries, %5.2f copies, %5.2f datagrams and %4.0f "
                "bytes a delivery",
                members,
                way,
                outcome.deliveries,
                outcome.deliveries + outcome.missed,
                static_cast<double>(outcome.copies) / deliveries,
                static_cast<double>(outcome.datagrams) / deliveries,
                static_cast<double>(outcome.bytes) / deliveries);
    if (outcome.times.size() > 1)
    {
        const Mean mean = MeanOf(outcome.times);
        std::printf(", all after %.3f s (%.3f)", mean.value, mean.error);
    }
    std::printf("\n");
}

class BroadcastStatistics : public testing::TestWithParam<std::uint32_t>
{
  protected:
    Infection Theory() const
    {
        const Config config = Preset("memberlist-lan").value();
        return {GetParam(), RetransmitLimit(config, GetParam()), config.gossipNodes, LOSS};
    }

    /// @return 3 standard errors of a share of all deliveries
    double Tolerance(double share) const
    {
        const double deliveries = BROADCASTS * (GetParam() - 1.0);
        return 3 * std::sqrt(share * (1 - share) / deliveries);
    }

    void ExpectWithinTheBounds(const Outcome& outcome) const
    {
        const double bound = Theory().MissedShare();
        const double missed =
            static_cast<double>(outcome.missed) / (outcome.missed + outcome.deliveries);
        EXPECT_LE(missed, bound + Tolerance(bound));
        const Mean time = MeanOf(outcome.times);
        const std::chrono::duration<double> round = 200ms + DELAY_MAX;
        const double longest = Theory().RoundsToEverybody() * round.count();
        EXPECT_LE(time.value, longest + 3 * time.error);
        EXPECT_GT(time.value, longest / 3) << "the bound says something";
        std::printf("    bounds: %.2g of the deliveries missed, all after %.3f s\n",
                    bound,
                    longest);
    }
};

TEST_P(BroadcastStatistics, EverybodyIsToldOnceWithinTheBoundOfInfection)
{
    const Outcome outcome = Broadcast(GetParam(), Way::EVERYBODY_RELAYS);
    Print("everybody relays:", GetParam(), outcome);
    EXPECT_EQ(outcome.repeated, 0u);
    EXPECT_EQ(outcome.echoes, 0u);
    ExpectWithinTheBounds(outcome);
}

TEST_P(BroadcastStatistics, ApplicationsThatRelayByHandAreNoBetter)
{
    const Outcome outcome = Broadcast(GetParam(), Way::APPLICATIONS_RELAY);
    Print("applications relay:", GetParam(), outcome);
    EXPECT_EQ(outcome.repeated, 0u);
    ExpectWithinTheBounds(outcome);
}

/// Each of the L copies of the sender reaches a given member with probability q / (n - 1).
TEST_P(BroadcastStatistics, WithoutRelaysTheSenderReachesAsManyAsItSendsTo)
{
    const Outcome outcome = Broadcast(GetParam(), Way::NOBODY_RELAYS);
    Print("nobody relays:", GetParam(), outcome);
    const Infection theory = Theory();
    const double copies = (1 - LOSS) * theory.limit / (theory.members - 1);
    const double share =
        static_cast<double>(outcome.deliveries) / (outcome.missed + outcome.deliveries);
    EXPECT_LE(share, copies + Tolerance(copies));
    EXPECT_GE(share, 1 - std::exp(-copies) - Tolerance(copies)) << "were targets independent";
}

INSTANTIATE_TEST_SUITE_P(Statistics, BroadcastStatistics, testing::Values(20u, 100u));

} // namespace

} // namespace swim
