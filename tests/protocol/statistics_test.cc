// SPDX-License-Identifier: MIT
//
// The detector against closed formulas: how often a probe of a living member fails, and how many
// messages a member sends.
//
// With datagrams lost independently with probability 1-q and one relay, a probe fails when ping or
// ack is lost and one of the relay's four messages is: (1-q^2)(1-q^4). It costs a ping, an ack for
// each ping that arrives, and for the 1-q^2 that hear nothing the ping-req, its ping, ack and ack
// passed on, each if the one before arrived: 1 + q + (1-q^2)(1 + q + q^2 + q^3).
#include "virtual-network.h"

#include <cmath>
#include <gtest/gtest.h>

namespace swim
{
namespace
{

using namespace std::chrono_literals;

/// No datagrams but those of probes, and no second chance for who fails one. Push/pull by stream
/// brings back the living that were buried so.
Config BareProbes()
{
    Config config = Preset("memberlist-lan").value();
    config.indirectChecks = 1;
    config.streamFallback = false;
    config.nack = false;
    config.suspicion = false;
    config.awarenessMaxMultiplier = 1;
    config.gossipInterval = Duration::zero();
    config.pushPullInterval = 10s;
    return config;
}

struct Totals
{
    double probes = 0;
    double failed = 0;
    double datagrams = 0;
};

Totals Measure(const Config& config, std::uint32_t members, Duration time, double loss)
{
    Totals totals;
    VirtualNetwork network(config, members, 1);
    network.Observe([&](Member, const Node&, const Outbox& out) {
        totals.datagrams += static_cast<double>(out.Datagrams().size());
    });
    network.SetConditions({.loss = loss});
    network.StartConverged();
    network.RunFor(time);
    for (Member member = 0; member < members; ++member)
    {
        totals.probes += static_cast<double>(network.At(member)->Count().probes);
        totals.failed += static_cast<double>(network.At(member)->Count().probesFailed);
    }
    return totals;
}

TEST(Statistics, FivePercentLossFailsProbesAndCostsMessagesAsTheFormulasSay)
{
    const Totals totals = Measure(BareProbes(), 16, 20000s, 0.05);
    ASSERT_GE(totals.probes, 300000);

    const double q = 0.95;
    const double direct = 1 - q * q;
    const double p = direct * (1 - std::pow(q, 4));
    EXPECT_NEAR(p, 0.018086, 5e-7);
    constexpr double NORMAL_QUANTILE_99 = 2.5758; // two-sided
    EXPECT_NEAR(totals.failed / totals.probes,
                p,
                NORMAL_QUANTILE_99 * std::sqrt(p * (1 - p) / totals.probes));

    const double messages = 1 + q + direct * (1 + q + q * q + q * q * q);
    EXPECT_NEAR(totals.datagrams / totals.probes, messages, 0.005 * messages);
}

TEST(Statistics, WithoutLossAMemberSendsTwoMessagesAPeriod)
{
    constexpr std::uint32_t MEMBERS = 64;
    constexpr int PERIODS = 1000;
    // memberlist's gossip tick and push/pull have nothing to send in datagrams, so they add none.
    for (const Config& config : {BareProbes(), Preset("memberlist-lan").value()})
    {
        const Totals totals = Measure(config, MEMBERS, PERIODS * config.probeInterval, 0.0);
        EXPECT_EQ(totals.failed, 0);
        EXPECT_NEAR(totals.datagrams / MEMBERS / PERIODS, 2.0, 0.005 * 2.0);
    }
}

} // namespace
} // namespace swim
