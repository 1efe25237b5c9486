// SPDX-License-Identifier: MIT
//
// How often a probe of a living member fails, and what it costs, against closed formulas.
//
// With datagrams lost independently with probability 1-q and k relays, a probe fails when ping or
// ack is lost and of each relay's four messages (ping-req, ping, ack, ack passed on) one is:
// (1-q^2)(1-q^4)^k. It costs a ping, an ack for each ping that arrives, and for the 1-q^2 that hear
// nothing k times the four messages, each sent if the one before arrived:
// 1 + q + (1-q^2) k (1 + q + q^2 + q^3). This is the chance for each probe: SWIM's formula (3.1)
// has a factor e/(e-1) more, because it counts by detection times.
#include "instant-network.h"

#include <cmath>
#include <gtest/gtest.h>

namespace swim
{

namespace
{

using namespace std::chrono_literals;

struct Totals
{
    double probes = 0;
    double indirect = 0;
    double failed = 0;
    double datagrams = 0;
    double pingReqs = 0;
};

/// SWIM with suspicions that never end in death, so that everybody remains a target: who is accused
/// hears of it on the next pings and refutes.
Totals Measure(double loss, std::uint32_t relays, std::uint32_t members, int periods)
{
    Config config = Preset("swim").value();
    config.indirectChecks = relays;
    config.suspicionMult = 1000;
    Totals totals;
    InstantNetwork network(config, members, 1, loss);
    network.Observe([&](Member, const Node&, const Outbox& out) {
        for (const Outbox::Datagram& datagram : out.Datagrams())
        {
            ++totals.datagrams;
            totals.pingReqs += datagram.kind == TrafficKind::PING_REQ;
        }
    });
    network.RunUntil(Instant(periods * config.probeInterval));
    for (Member member = 0; member < members; ++member)
    {
        const Node& node = network.At(member);
        totals.probes += static_cast<double>(node.Count().probes);
        totals.indirect += static_cast<double>(node.Count().probesIndirect);
        totals.failed += static_cast<double>(node.Count().probesFailed);
        EXPECT_EQ(node.Members().Count(MemberState::DEAD), 0u) << "everybody is to stay a target";
    }
    return totals;
}

struct LossPoint
{
    double loss;
    std::uint32_t relays;
    double failure; ///< as published to its digits (published-results, 1.3)

    friend std::ostream& operator<<(std::ostream& out, const LossPoint& point)
    {
        return out << point.loss << " loss, " << point.relays << " relays";
    }
};

class LossyProbes : public testing::TestWithParam<LossPoint>
{
};

TEST_P(LossyProbes, FailAndCostAsTheFormulasSay)
{
    constexpr std::uint32_t MEMBERS = 32;
    constexpr int PERIODS = 16'000;
    constexpr double NORMAL_QUANTILE_99 = 2.5758; // two-sided
    const LossPoint& point = GetParam();
    const double q = 1 - point.loss;
    const double direct = 1 - q * q;
    const double failure = direct * std::pow(1 - std::pow(q, 4), point.relays);
    ASSERT_NEAR(failure, point.failure, 1e-4 * point.failure);

    const Totals totals = Measure(point.loss, point.relays, MEMBERS, PERIODS);
    EXPECT_GE(totals.probes, 500'000);
    EXPECT_EQ(totals.pingReqs, point.relays * totals.indirect) << "nobody lacked relays";
    EXPECT_NEAR(totals.failed / totals.probes,
                failure,
                NORMAL_QUANTILE_99 * std::sqrt(failure * (1 - failure) / totals.probes));

    const double messages = 1 + q + direct * point.relays * (1 + q + q * q + q * q * q);
    EXPECT_NEAR(totals.datagrams / totals.probes, messages, 0.005 * messages);
}

INSTANTIATE_TEST_SUITE_P(Statistics,
                         LossyProbes,
                         testing::Values(LossPoint{0.01, 1, 7.841e-4},
                                         LossPoint{0.05, 1, 1.8086e-2},
                                         LossPoint{0.05, 3, 6.223e-4},
                                         LossPoint{0.10, 1, 6.5341e-2},
                                         LossPoint{0.10, 3, 7.728e-3},
                                         LossPoint{0.20, 2, 1.2549e-1}));

} // namespace

} // namespace swim
