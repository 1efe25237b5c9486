// SPDX-License-Identifier: MIT
//
// How many messages a member sends and receives in a period without loss.
//
// Each member sends one ping and answers those that reach it, and gets one ack and those pings: 2
// each on average. Of the n-1 others each pings it in one given period with probability 1/(n-1),
// independently of the others, so the pings that reach it are Binomial(n-1, 1/(n-1)) and their
// standard deviation is sqrt(1 - 1/(n-1)). This is SWIM's figure for random targets; round-robin
// has the same, because one period shows one place of each prober's shuffled traversal.
//
// Where round-robin differs is in longer spans: within one traversal nobody pings a member twice.
// Over h of its n-1 periods a prober pings it with probability h/(n-1) and never twice, so the
// variance is h (1 - h/(n-1)) where random targets have h (1 - 1/(n-1)); over a whole traversal it
// is zero: everybody pings everybody once.
#include "instant-network.h"
#include "virtual/virtual-network.h"

#include <cmath>
#include <gtest/gtest.h>

namespace swim
{

namespace
{

/// Messages that each member sent and received, period by period.
struct Load
{
    std::vector<std::vector<int>> sent;     ///< by period, member
    std::vector<std::vector<int>> received; ///< by period, member
};

Load MeasureLoad(std::uint32_t members, std::size_t periods)
{
    const Config config = Preset("swim").value();
    Load load{std::vector(periods, std::vector<int>(members)),
              std::vector(periods, std::vector<int>(members))};
    InstantNetwork network(config, members, 1, 0.0);
    std::size_t period = 0;
    network.Observe([&](Member member, const Node&, const Outbox& out) {
        for (const Outbox::Datagram& datagram : out.Datagrams())
        {
            ++load.sent[period][member];
            ++load.received[period][KnownMembers::At(datagram.to)];
        }
    });
    for (; period < periods; ++period)
    {
        const auto end = static_cast<std::int64_t>(period + 1);
        network.RunUntil(Instant(end * config.probeInterval - Duration(1)));
    }
    return load;
}

struct Moments
{
    double mean;
    double deviation;
};

/// Of the sums over spans of `length` periods that lie within one traversal.
Moments MomentsOfSpans(const std::vector<std::vector<int>>& counts,
                       std::size_t traversal,
                       std::size_t length)
{
    double sum = 0;
    double squares = 0;
    int spans = 0;
    for (std::size_t start = 0; start + traversal <= counts.size(); start += traversal)
    {
        for (std::size_t from = start; from + length <= start + traversal; from += length)
        {
            for (std::size_t member = 0; member < counts[from].size(); ++member)
            {
                int total = 0;
                for (std::size_t period = from; period < from + length; ++period)
                {
                    total += counts[period][member];
                }
                sum += total;
                squares += static_cast<double>(total) * total;
                ++spans;
            }
        }
    }
    const double mean = sum / spans;
    return {mean, std::sqrt(squares / spans - mean * mean)};
}

TEST(Statistics, LoadIsTwoMessagesEachWayWithThePublishedDeviation)
{
    for (const std::uint32_t members : {8u, 28u, 56u, 128u})
    {
        const std::size_t targets = members - 1;
        const Load load = MeasureLoad(members, targets * (200'000 / members / targets));
        const double deviation = std::sqrt(1 - 1.0 / static_cast<double>(targets));
        for (const auto* counts : {&load.sent, &load.received})
        {
            const Moments moments = MomentsOfSpans(*counts, targets, 1);
            EXPECT_NEAR(moments.mean, 2.0, 0.005 * 2.0) << members << " members";
            EXPECT_NEAR(moments.deviation, deviation, 0.03 * deviation) << members << " members";
        }
    }
}

TEST(Statistics, LoadOfManyPeriodsIsEvenerThanWithRandomTargets)
{
    constexpr std::uint32_t MEMBERS = 33;
    constexpr std::size_t TARGETS = MEMBERS - 1;
    const Load load = MeasureLoad(MEMBERS, TARGETS * 500);
    for (const std::size_t length : {2u, 8u, 16u, 24u})
    {
        const auto h = static_cast<double>(length);
        const double deviation = std::sqrt(h * (1 - h / TARGETS));
        const Moments moments = MomentsOfSpans(load.received, TARGETS, length);
        EXPECT_NEAR(moments.mean, 2 * h, 0.005 * 2 * h) << length << " periods";
        EXPECT_NEAR(moments.deviation, deviation, 0.03 * deviation) << length << " periods";
    }
    for (const auto* counts : {&load.sent, &load.received})
    {
        const Moments traversals = MomentsOfSpans(*counts, TARGETS, TARGETS);
        EXPECT_EQ(traversals.mean, 2.0 * TARGETS);
        EXPECT_EQ(traversals.deviation, 0.0);
    }
}

TEST(Statistics, FewPeriodsSeeFiveMessagesSent)
{
    // SWIM section 5.1 measured at 28 members: fewer than 5 sent with probability 0.99. One ping
    // and Binomial(27, 1/27) acks: 0.9833; at most 5: 0.9972.
    const Load load = MeasureLoad(28, 27 * 300);
    double periods = 0;
    double fewer = 0;
    double atMost = 0;
    for (const auto& period : load.sent)
    {
        for (const int sent : period)
        {
            ++periods;
            fewer += sent < 5;
            atMost += sent <= 5;
        }
    }
    EXPECT_NEAR(fewer / periods, 0.9833, 3 * std::sqrt(0.9833 * 0.0167 / periods));
    EXPECT_NEAR(atMost / periods, 0.9972, 3 * std::sqrt(0.9972 * 0.0028 / periods));
}

TEST(Statistics, LoadOfAQuietMemberlistIsThatOfItsProbes)
{
    // The gossip tick has no news and push/pull goes by stream: they add no datagrams.
    constexpr std::uint32_t MEMBERS = 64;
    constexpr int PERIODS = 1000;
    const Config config = Preset("memberlist-lan").value();
    double datagrams = 0;
    VirtualNetwork network(config, MEMBERS, 1);
    network.Observe([&](Member, const Node&, const Outbox& out) {
        datagrams += static_cast<double>(out.Datagrams().size());
    });
    network.StartConverged();
    network.RunFor(PERIODS * config.probeInterval);
    EXPECT_NEAR(datagrams / MEMBERS / PERIODS, 2.0, 0.005 * 2.0);
}

} // namespace

} // namespace swim
