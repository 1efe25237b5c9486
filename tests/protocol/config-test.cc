// SPDX-License-Identifier: MIT
//
// Presets against their published tables, and the parameter table against what it promises.
#include "swim/config.h"

#include <gtest/gtest.h>
#include <set>

namespace swim
{
namespace
{

using namespace std::chrono_literals;

TEST(Presets, AllRunAndOthersDoNotExist)
{
    for (const auto name : PresetNames())
    {
        ASSERT_TRUE(Preset(name)) << name;
        EXPECT_EQ(Validate(*Preset(name)), std::nullopt) << name;
    }
    EXPECT_EQ(Preset("lan"), std::nullopt);
    EXPECT_EQ(Preset(""), std::nullopt);
}

TEST(Presets, MemberlistHasTheTableOfItsDefaults)
{
    struct Row
    {
        std::string_view preset;
        Duration tcpTimeout;
        std::uint32_t indirectChecks, retransmitMult, suspicionMult;
        Duration pushPullInterval, probeTimeout, probeInterval;
        std::uint32_t gossipNodes;
        Duration gossipInterval, gossipToTheDeadTime;
    };

    const Row table[] = {
        {"memberlist-lan", 10s, 3, 4, 4, 30s, 500ms, 1s, 3, 200ms, 30s},
        {"memberlist-wan", 30s, 3, 4, 6, 60s, 3s, 5s, 4, 500ms, 60s},
        {"memberlist-local", 1s, 1, 2, 3, 15s, 200ms, 1s, 3, 100ms, 15s},
    };
    for (const Row& row : table)
    {
        SCOPED_TRACE(row.preset);
        const Config config = Preset(row.preset).value();
        EXPECT_EQ(config.tcpTimeout, row.tcpTimeout);
        EXPECT_EQ(config.indirectChecks, row.indirectChecks);
        EXPECT_EQ(config.retransmitMult, row.retransmitMult);
        EXPECT_EQ(config.suspicionMult, row.suspicionMult);
        EXPECT_EQ(config.pushPullInterval, row.pushPullInterval);
        EXPECT_EQ(config.probeTimeout, row.probeTimeout);
        EXPECT_EQ(config.probeInterval, row.probeInterval);
        EXPECT_EQ(config.gossipNodes, row.gossipNodes);
        EXPECT_EQ(config.gossipInterval, row.gossipInterval);
        EXPECT_EQ(config.gossipToTheDeadTime, row.gossipToTheDeadTime);
        EXPECT_EQ(config.reapTime, row.gossipToTheDeadTime);
        EXPECT_EQ(config.suspicionMaxTimeoutMult, 6u);
        EXPECT_EQ(config.awarenessMaxMultiplier, 8u);
        EXPECT_EQ(config.udpBufferSize, 1400u);
        EXPECT_EQ(config.deadNodeReclaimTime, 0s);
        EXPECT_EQ(config.reconnectInterval, 0s);
        EXPECT_EQ(config.suspicionLaw, SuspicionLaw::MEMBERLIST);
        EXPECT_EQ(config.retransmitLaw, RetransmitLaw::MEMBERLIST);
        EXPECT_EQ(config.piggyback, Piggyback::ALL);
        EXPECT_TRUE(config.suspicion && config.buddy && config.nack && config.streamFallback);
        EXPECT_FALSE(config.deadIsFinal);
    }
}

TEST(Presets, OfThePapersSpreadUpdatesOnProbesAlone)
{
    for (const auto* name : {"swim-basic", "swim", "memlist"})
    {
        SCOPED_TRACE(name);
        const Config config = Preset(name).value();
        EXPECT_EQ(config.indirectChecks, 1u);
        EXPECT_EQ(config.gossipInterval, 0s);
        EXPECT_EQ(config.pushPullInterval, 0s);
        EXPECT_EQ(config.awarenessMaxMultiplier, 1u);
        EXPECT_FALSE(config.streamFallback || config.nack || config.buddy);
    }
    const Config swim = Preset("swim").value();
    EXPECT_EQ(swim.probeInterval, 2s);
    EXPECT_TRUE(swim.suspicion);
    EXPECT_EQ(swim.suspicionLaw, SuspicionLaw::PAPER);
    EXPECT_EQ(swim.suspicionMult, 3u);
    EXPECT_EQ(swim.suspicionMaxTimeoutMult, 1u);
    EXPECT_EQ(swim.retransmitLaw, RetransmitLaw::PAPER);
    EXPECT_EQ(swim.retransmitMult, 3u);
    EXPECT_EQ(swim.piggyback, Piggyback::PING_ACK);
    EXPECT_EQ(swim.piggybackLimit, 6u);
    Config basic = Preset("swim-basic").value();
    EXPECT_FALSE(basic.suspicion);
    basic.suspicion = true;
    EXPECT_EQ(basic, swim) << "suspicion is all that the paper's two variants differ in";
    const Config memlist = Preset("memlist").value();
    EXPECT_EQ(memlist.probeInterval, 1s);
    EXPECT_EQ(memlist.probeTimeout, 300ms);
    EXPECT_EQ(memlist.piggyback, Piggyback::PING);
    EXPECT_EQ(memlist.piggybackLimit, 4u);
    EXPECT_EQ(memlist.retransmitLaw, RetransmitLaw::MEMLIST);
    EXPECT_EQ(memlist.retransmitMult, 1u);
    EXPECT_FALSE(memlist.suspicion);
}

TEST(Parameters, HaveUniqueNamesAndAllTexts)
{
    std::set<std::string_view> names;
    for (const auto& parameter : Parameters())
    {
        EXPECT_TRUE(names.insert(parameter.name).second) << parameter.name;
        EXPECT_EQ(FindParameter(parameter.name), &parameter);
        EXPECT_FALSE(parameter.unit.empty()) << parameter.name;
        EXPECT_TRUE(parameter.meaning.ends_with('.')) << parameter.name;
        EXPECT_FALSE(parameter.source.empty()) << parameter.name;
    }
    EXPECT_EQ(FindParameter("ping_interval"), nullptr);
}

TEST(Parameters, TogetherCarryEveryFieldOfAConfig)
{
    for (const auto from : PresetNames())
    {
        for (const auto to : PresetNames())
        {
            const Config wanted = Preset(to).value();
            Config config = Preset(from).value();
            for (const auto& parameter : Parameters())
            {
                EXPECT_EQ(parameter.set(config, parameter.get(wanted)), std::nullopt);
            }
            EXPECT_EQ(config, wanted) << from << " to " << to;
        }
    }
}

TEST(Parameters, EachSetsAFieldOfItsOwn)
{
    for (const auto& changed : Parameters())
    {
        Config config;
        for (const auto* text : {"7ms",
                                 "7",
                                 "7%",
                                 "577B",
                                 "true",
                                 "false",
                                 "paper",
                                 "none",
                                 "ignore",
                                 "both",
                                 "total",
                                 "stop"})
        {
            const std::string before = changed.get(config);
            if (!changed.set(config, text) && changed.get(config) != before)
            {
                break;
            }
        }
        for (const auto& parameter : Parameters())
        {
            EXPECT_EQ(parameter.get(config) != parameter.get(Config()), &parameter == &changed)
                << parameter.name << " after a change of " << changed.name;
        }
    }
}

TEST(Parameters, SayWhatIsWrongAndLeaveTheConfigAlone)
{
    struct Row
    {
        std::string_view name, text, error;
    };

    const std::string_view noDuration =
        "is no duration; write a number with its unit (ns, us, ms, s, m or h), such as 200ms";
    const Row table[] = {
        {"probe_interval", "200", noDuration},
        {"probe_interval", "1 s", noDuration},
        {"probe_interval", "0s", "must be from 1ms to 24h"},
        {"probe_interval", "-1s", "must be from 1ms to 24h"},
        {"probe_interval", "25h", "must be from 1ms to 24h"},
        {"gossip_interval", "10us", "must be 0s (off) or from 1ms to 24h"},
        {"reap_time", "10001h", "must be 0s or from 1ms to 10000h"},
        {"gossip_nodes", "0", "must be a whole number from 1 to 64, without a unit"},
        {"gossip_nodes", "65", "must be a whole number from 1 to 64, without a unit"},
        {"gossip_nodes", "3x", "must be a whole number from 1 to 64, without a unit"},
        {"gossip_nodes", "", "must be a whole number from 1 to 64, without a unit"},
        {"indirect_checks", "-1", "must be a whole number from 0 to 64, without a unit"},
        {"suspicion_mult", "99999999999", "must be a whole number from 1 to 1000, without a unit"},
        {"udp_buffer_size", "1400", "needs a unit: 1400B"},
        {"udp_buffer_size", "575B", "must be a whole number from 576B to 65507B"},
        {"udp_buffer_size", "65508B", "must be a whole number from 576B to 65507B"},
        {"suspicion", "yes", "must be true or false"},
        {"piggyback", "acks", "must be one of none, ping, ping-ack, all"},
        {"retransmit_law", "", "must be one of memberlist, paper, memlist"},
        {"suspicion_law", "memlist", "must be one of memberlist, paper"},
        {"nack_delay", "80", "needs a unit: 80%"},
        {"nack_delay", "0%", "must be a whole number from 1% to 100%"},
        {"user_broadcast_share", "101%", "must be a whole number from 0% to 100%"},
        {"suspicion_confirmations",
         "automatic",
         "must be a whole number from 0 to 255, without a unit, or auto"},
    };
    for (const Row& row : table)
    {
        Config config;
        EXPECT_EQ(FindParameter(row.name)->set(config, row.text), row.error)
            << row.name << " = " << row.text;
        EXPECT_EQ(config, Config()) << row.name << " = " << row.text;
    }
}

/// @return texts that no parameter of this unit may take
std::vector<std::string> BadTexts(std::string_view unit)
{
    if (unit == "duration")
    {
        return {"", "5", "5B", "200 ms", "-1s", "soon", "100000h", "1e3s"};
    }
    if (unit == "boolean")
    {
        return {"", "yes", "1", "TRUE", "5s"};
    }
    if (unit == "text")
    {
        return {std::string(256, 'x')};
    }
    if (unit == "percent")
    {
        return {"", "50", "101%", "-1%", "0.5%", "5s"};
    }
    if (unit == "bytes")
    {
        return {"", "1400", "1B", "65536B", "1kB", "-600B"};
    }
    if (unit.starts_with("count"))
    {
        return {"", "-1", "1.5", "5s", "5B", "many", "4294967296", "99999999999999999999"};
    }
    return {"", "something else", "1", "MEMBERLIST"};
}

TEST(Parameters, EachRefusesWhatItCannotBe)
{
    for (const auto& parameter : Parameters())
    {
        for (const std::string& text : BadTexts(parameter.unit))
        {
            Config config;
            const auto error = parameter.set(config, text);
            ASSERT_TRUE(error) << parameter.name << " = '" << text << "' was taken";
            EXPECT_TRUE(error->starts_with("must") || error->starts_with("is no") ||
                        error->starts_with("needs a unit: "))
                << *error;
            EXPECT_EQ(config, Config()) << parameter.name;
        }
    }
}

TEST(Validate, RefusesSettingsThatContradictEachOther)
{
    struct Row
    {
        std::string_view name, text, error;
    };

    const Row table[] = {
        {"gossip_to_the_dead_time",
         "31s",
         "gossip_to_the_dead_time = 31s: must be at most reap_time (30s), since who is forgotten "
         "gets no gossip"},
        {"reconnect_interval",
         "31s",
         "reconnect_interval = 31s: must be at most reap_time (30s), or the dead are forgotten "
         "before anybody tries them again; raise reap_time"},
        {"announce_to_down_interval",
         "65s",
         "announce_to_down_interval = 65s: must be at most reap_time (30s), or the dead are "
         "forgotten before anybody tries them again; raise reap_time"},
    };
    for (const Row& row : table)
    {
        Config config;
        ASSERT_EQ(FindParameter(row.name)->set(config, row.text), std::nullopt);
        EXPECT_EQ(Validate(config), row.error);
    }
    Config config;
    config.buddy = false;
    config.buddyRelays = true;
    EXPECT_EQ(Validate(config), "buddy_relays = true: needs buddy = true");
}

TEST(Presets, LifeguardHasTheNumbersOfItsPaper)
{
    const Config config = Preset("lifeguard-paper").value();
    EXPECT_EQ(config.suspicionMult, 5u);
    EXPECT_EQ(config.suspicionMaxTimeoutMult, 6u);
    EXPECT_EQ(config.suspicionConfirmations, 3u);
    EXPECT_EQ(config.awarenessMaxMultiplier, 9u);
    EXPECT_EQ(config.awarenessScales, AwarenessScales::BOTH);
    EXPECT_EQ(config.awarenessLaw, AwarenessLaw::PAPER);
    EXPECT_EQ(config.nackDelay, 80u);
    EXPECT_TRUE(config.buddy && config.buddyRelays);
    // What the paper leaves open is as in the Consul agents of its experiments.
    EXPECT_EQ(config.precedence, Precedence::MEMBERLIST);
    EXPECT_EQ(config.reconnectInterval, 30s);
    EXPECT_EQ(config.reapTime, 72h);
}

TEST(Presets, OnlyTheRecommendedHeal)
{
    for (const auto name : PresetNames())
    {
        const Config config = Preset(name).value();
        const bool heals = config.reconnectInterval > 0s && config.announceToDownInterval > 0s &&
                           config.seedInterval > 0s;
        EXPECT_EQ(heals, name.starts_with("recommended")) << name;
        EXPECT_EQ(config.precedence == Precedence::MEMBERLIST,
                  name.starts_with("memberlist") || name == "lifeguard-paper")
            << name;
    }
}

TEST(Presets, OnlyNacksOfTheRecommendedAndOfThePaperCanArriveInTime)
{
    for (const auto name : PresetNames())
    {
        const Config config = Preset(name).value();
        const Duration nackAt = config.probeTimeout + config.probeTimeout * config.nackDelay / 100;
        const bool useful = config.nack && nackAt < config.probeInterval;
        const bool expected = name == "memberlist-local" || name == "lifeguard-paper" ||
                              name.starts_with("recommended");
        EXPECT_EQ(useful, expected) << name;
    }
}

TEST(Validate, NamesFieldValueAndWhatIsAllowed)
{
    Config config;
    config.probeTimeout = 1s;
    EXPECT_EQ(Validate(config),
              "probe_timeout = 1s: must be less than probe_interval (1s), which has to leave time "
              "for indirect probes");
    config.probeTimeout = 999ms;
    EXPECT_EQ(Validate(config), std::nullopt);

    config.udpBufferSize = 100;
    EXPECT_EQ(Validate(config),
              "udp_buffer_size = 100B: must be a whole number from 576B to 65507B");
}

TEST(Validate, RefusesAConfigInWhichNobodyHearsOfAnything)
{
    Config config = Preset("swim").value();
    config.piggyback = Piggyback::OFF;
    EXPECT_EQ(Validate(config),
              "piggyback = none: with gossip_interval = 0s and push_pull_interval = 0s nobody "
              "would hear of anything; turn on one of the three, or multicast");
    config.gossipInterval = 200ms;
    EXPECT_EQ(Validate(config), std::nullopt);
}

TEST(Durations, AreReadToTheNanosecond)
{
    EXPECT_EQ(ParseDuration("1ns"), 1ns);
    EXPECT_EQ(ParseDuration("15us"), 15us);
    EXPECT_EQ(ParseDuration("1.5s"), 1500ms);
    EXPECT_EQ(ParseDuration("0.000000001s"), 1ns);
    EXPECT_EQ(ParseDuration("0.10m"), 6s);
    EXPECT_EQ(ParseDuration("2h"), 2h);
    EXPECT_EQ(ParseDuration("0s"), 0s);
    EXPECT_EQ(ParseDuration("-3s"), -3s);
    EXPECT_EQ(ParseDuration("2562047h"), 2562047h) << "nearly all that 64 bits of ns can hold";
}

TEST(Durations, AreNothingWithoutUnitOrSense)
{
    for (const auto* text : {"",
                             "0",
                             "5",
                             "s",
                             ".5s",
                             "5.s",
                             "1.2.3s",
                             "1.5ns",
                             "0.0000000001s",
                             "5 s",
                             "5sec",
                             "1m30s",
                             "+1s",
                             "--1s",
                             "1e3s",
                             "9223372036854775808ns",
                             "2562048h",
                             "2562047.9h",
                             "99999999999999999999h"})
    {
        EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
    }
}

TEST(Durations, AreWrittenInTheLargestWholeUnitAndReadBack)
{
    EXPECT_EQ(FormatDuration(0s), "0s");
    EXPECT_EQ(FormatDuration(1500ms), "1500ms");
    EXPECT_EQ(FormatDuration(120s), "2m");
    EXPECT_EQ(FormatDuration(90s), "90s");
    EXPECT_EQ(FormatDuration(24h), "24h");
    EXPECT_EQ(FormatDuration(1ns), "1ns");
    EXPECT_EQ(FormatDuration(-5ms), "-5ms");
    for (const Duration duration : {Duration(1), Duration(999), Duration(123456789), Duration(-42)})
    {
        EXPECT_EQ(ParseDuration(FormatDuration(duration)), duration);
    }
}

} // namespace
} // namespace swim
