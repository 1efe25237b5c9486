// SPDX-License-Identifier: GPL-2.0-only
//
// Members of others' making: which parameters they have, what they can suffer, and the rules by
// which they suffer it.
#include "lab/live/firewall.h"
#include "lab/live/foreign-parameters.h"
#include "lab/live/live-run.h"
#include "swim/endpoint.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <asio/io_context.hpp>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

const MemberKind& KindNamed(std::string_view name)
{
    return *ReadMemberKinds(std::string(name), 1).front();
}

swim::Address Host(const std::string& text)
{
    return *swim::NumericAddress({text, 7946});
}

class ForeignMembersTest : public ScenarioTest
{
  protected:
    static bool TakesFirewall(const std::vector<std::string>& events, const std::string& kind)
    {
        const Plan plan = MakePlanOf(WithEvents(events));
        const std::vector<const MemberKind*> kinds(plan.members, &KindNamed(kind));
        return NeedsFirewall(plan, kinds);
    }
};

} // namespace

TEST(ForeignParametersTest, MemberlistHasItsOwnPresetsAndWhatTheyMayVary)
{
    for (const char* const preset : {"memberlist-lan", "memberlist-wan", "memberlist-local"})
    {
        swim::Config config = *swim::Preset(preset);
        EXPECT_FALSE(Difference(config, AsMemberlist(config))) << preset;
        config.probeInterval = 3s;
        config.streamFallback = false;
        EXPECT_FALSE(Difference(config, AsMemberlist(config))) << preset;
    }
}

TEST(ForeignParametersTest, WhatMemberlistHasNotIsNamed)
{
    swim::Config config = *swim::Preset("memberlist-lan");
    config.reconnectInterval = 30s;
    EXPECT_EQ(Difference(config, AsMemberlist(config)), "reconnect_interval is always 0s, not 30s");
    EXPECT_TRUE(Difference(*swim::Preset("swim"), AsMemberlist(*swim::Preset("swim"))));
}

TEST(ForeignParametersTest, SerfHasProfilesAndReconnects)
{
    swim::Config config = *swim::Preset("memberlist-wan");
    config.reconnectInterval = 30s;
    config.coordinates = true;
    EXPECT_FALSE(Difference(config, AsSerf(config, "wan")));
    EXPECT_TRUE(Difference(config, AsSerf(config, "lan")));
    config.probeInterval = 3s;
    EXPECT_EQ(Difference(config, AsSerf(config, "wan")), "probe_interval is always 5s, not 3s");
}

TEST_F(ForeignMembersTest, OnlyFaultsOfTheNetworkTakeAFirewallAndOnlyForSerf)
{
    EXPECT_FALSE(TakesFirewall({R"(at = "1s"; crash = 3)"}, "serf"));
    EXPECT_TRUE(TakesFirewall({R"(at = "1s"; partition = ["0-4"])"}, "serf"));
    EXPECT_TRUE(TakesFirewall({R"(at = "1s"; disconnect = 3)"}, "serf"));
    EXPECT_FALSE(TakesFirewall({R"(at = "1s"; partition = ["0-4"])"}, "memberlist"));
}

TEST_F(ForeignMembersTest, SerfSuffersWhatAFirewallCanDo)
{
    const MemberKind& serf = KindNamed("serf");
    for (const Verb verb : {Verb::LOSS, Verb::DATAGRAM_LOSS, Verb::PARTITION, Verb::BLOCK})
    {
        EXPECT_TRUE(serf.CanSuffer(verb)) << ToString(verb);
    }
    for (const Verb verb : {Verb::DELAY, Verb::JITTER, Verb::DUPLICATION, Verb::SLOW, Verb::STALL})
    {
        EXPECT_FALSE(serf.CanSuffer(verb)) << ToString(verb);
    }
}

TEST(FirewallTest, RulesSayWhoLosesWhat)
{
    asio::io_context loop; // never run: the rules are only read
    Firewall firewall;
    swim::Impairment lossy;
    lossy.out = {.loss = 0.1, .datagramLoss = 0.5};
    lossy.in = {.loss = 0.25};
    lossy.delays[Host("127.20.0.9")] = 1ms;
    firewall.Set(loop, 2, Host("127.20.0.3"), lossy);
    swim::Impairment blocked;
    blocked.down = true;
    blocked.blocks = {
        {.peers = {Host("127.20.0.3"), Host("127.20.0.4")}, .in = false, .streams = false},
        {.everybody = true, .peers = {}, .out = false, .datagrams = false}};
    firewall.Set(loop, 4, Host("127.20.0.5"), blocked);

    EXPECT_EQ(firewall.Rules(), R"(table ip swimlab {}
delete table ip swimlab
table ip swimlab {
  chain out_3 {
    meta l4proto udp numgen random mod 1000000000 < 550000000 drop
    meta l4proto tcp numgen random mod 1000000000 < 100000000 drop
  }
  chain in_3 {
    meta l4proto udp numgen random mod 1000000000 < 250000000 drop
    meta l4proto tcp numgen random mod 1000000000 < 250000000 drop
  }
  chain out_5 {
    meta l4proto udp ip daddr { 127.20.0.3, 127.20.0.4 } drop
    meta l4proto tcp drop
  }
  chain in_5 {
    meta l4proto { tcp, udp } drop
  }
  chain outgoing {
    type filter hook output priority 0
    meta mark set meta skuid map { 1900000002 : 3, 1900000004 : 5 }
    meta mark set ip saddr map { 127.20.0.3 : 3, 127.20.0.5 : 5 }
    meta l4proto { tcp, udp } meta mark 5 reject with icmp type net-unreachable
  }
  chain incoming {
    type filter hook input priority 0
    meta mark vmap { 3 : jump out_3, 5 : jump out_5 }
    ip daddr vmap { 127.20.0.3 : jump in_3, 127.20.0.5 : jump in_5 }
  }
}
)");
}

} // namespace swimlab
