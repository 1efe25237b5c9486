// SPDX-License-Identifier: MIT
//
// The presets, what makes a Config able to run, and durations as text.
//
// Ranges of single fields stand in the parameter table (parameters.cc) and are checked by its
// setters; Validate asks those same setters, so that a field set by a program obeys the same range
// as one set by a scenario file.
#include "swim/config.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

constexpr std::string_view PRESET_NAMES[] = {"swim-basic",
                                             "swim",
                                             "memlist",
                                             "memberlist-lan",
                                             "memberlist-wan",
                                             "memberlist-local",
                                             "lifeguard-paper",
                                             "recommended-lan",
                                             "recommended-wan"};

/// memberlist's DefaultLANConfig: the defaults of Config.
Config MemberlistLan()
{
    return {};
}

/// memberlist's DefaultWANConfig.
Config MemberlistWan()
{
    Config config;
    config.probeInterval = 5s;
    config.probeTimeout = 3s;
    config.suspicionMult = 6;
    config.gossipInterval = 500ms;
    config.gossipNodes = 4;
    config.gossipToTheDeadTime = 60s;
    config.pushPullInterval = 60s;
    config.tcpTimeout = 30s;
    config.reapTime = config.gossipToTheDeadTime;
    return config;
}

/// memberlist's DefaultLocalConfig.
Config MemberlistLocal()
{
    Config config;
    config.probeTimeout = 200ms;
    config.indirectChecks = 1;
    config.suspicionMult = 3;
    config.retransmitMult = 2;
    config.gossipInterval = 100ms;
    config.gossipToTheDeadTime = 15s;
    config.pushPullInterval = 15s;
    config.tcpTimeout = 1s;
    config.reapTime = config.gossipToTheDeadTime;
    return config;
}

/// Lifeguard as its paper has it, on the settings of its experiments (alpha 5, beta 6, K 3).
///
/// Section V-B decides what the paper leaves open: its members are 128 Consul agents, in which
/// memberlist's stream fallback, gossip tick, push/pull and memory of the dead are on in every
/// configuration. So news is ordered as memberlist orders it, and the dead are called on as Serf
/// does in Consul: every 30 s, for the 72 h of its reconnect_timeout.
Config LifeguardPaper()
{
    Config config = MemberlistLan();
    config.nackDelay = 80;
    config.suspicionMult = 5;
    config.suspicionConfirmations = 3;
    config.buddyRelays = true;
    config.awarenessMaxMultiplier = 9;
    config.awarenessScales = AwarenessScales::BOTH;
    config.awarenessLaw = AwarenessLaw::PAPER;
    config.precedence = Precedence::MEMBERLIST;
    config.reconnectInterval = 30s;
    config.reapTime = 72h;
    return config;
}

/// What memberlist lacks: it looks for the dead again by three ways, remembers them for a day, and
/// never takes back a later death.
void AddHealing(Config& config)
{
    config.precedence = Precedence::TOTAL;
    config.reconnectInterval = 30s;
    config.reapTime = 24h;
    config.deadNodeReclaimTime = 30s;
    config.rejoinInterval = 10s;
    config.userBroadcastShare = 25;
}

Config RecommendedLan()
{
    Config config = MemberlistLan();
    AddHealing(config);
    config.nackDelay = 80;
    config.announceToDownInterval = 65s;
    config.announceToDownNodes = 2;
    config.seedInterval = 60s;
    return config;
}

/// A relay is asked 3 s into a round of 5 s: only a nack within the next 2 s counts.
Config RecommendedWan()
{
    Config config = MemberlistWan();
    AddHealing(config);
    config.nackDelay = 50;
    config.announceToDownInterval = 125s;
    config.announceToDownNodes = 3;
    config.seedInterval = 120s;
    return config;
}

/// A detector without what Lifeguard and memberlist added to SWIM: updates travel on probes alone.
Config WithoutAdditions()
{
    Config config;
    config.indirectChecks = 1;
    config.streamFallback = false;
    config.nack = false;
    config.suspicion = false;
    config.buddy = false;
    config.awarenessMaxMultiplier = 1;
    config.gossipInterval = Duration::zero();
    config.pushPullInterval = Duration::zero();
    config.precedence = Precedence::TOTAL;
    return config;
}

/// SWIM's prototype without suspicion: "SWIM+Inf." of section 5. The paper gives no probe time-out
/// but that the period is at least three of them; a quarter of the period keeps that.
Config SwimBasic()
{
    Config config = WithoutAdditions();
    config.probeInterval = 2s;
    config.probeTimeout = 500ms;
    config.suspicionLaw = SuspicionLaw::PAPER;
    config.suspicionMult = 3;
    config.suspicionMaxTimeoutMult = 1;
    config.piggyback = Piggyback::PING_ACK;
    config.piggybackLimit = 6;
    config.retransmitLaw = RetransmitLaw::PAPER;
    config.retransmitMult = 3;
    config.deadIsFinal = true;
    // Longer than an update can travel, so that no late word of a dead member brings it back.
    config.reapTime = 10min;
    return config;
}

/// SWIM's prototype with suspicion: "SWIM+Inf.+Susp." of section 5.
Config Swim()
{
    Config config = SwimBasic();
    config.suspicion = true;
    return config;
}

/// The Go library memlist: SWIM's probes with smaller numbers, no suspicion.
Config Memlist()
{
    Config config = WithoutAdditions();
    config.probeInterval = 1s;
    config.probeTimeout = 300ms;
    config.piggyback = Piggyback::PING;
    config.piggybackLimit = 4;
    config.retransmitLaw = RetransmitLaw::MEMLIST;
    config.retransmitMult = 1;
    config.tcpTimeout = 15s;
    return config;
}

struct DurationUnit
{
    std::string_view name;
    std::int64_t nanoseconds;
};

/// From the largest, which is the order in which FormatDuration tries them.
constexpr DurationUnit DURATION_UNITS[] = {{"h", 3'600'000'000'000},
                                           {"m", 60'000'000'000},
                                           {"s", 1'000'000'000},
                                           {"ms", 1'000'000},
                                           {"us", 1'000},
                                           {"ns", 1}};

std::int64_t NanosecondsOf(std::string_view unitName)
{
    for (const auto& unit : DURATION_UNITS)
    {
        if (unit.name == unitName)
        {
            return unit.nanoseconds;
        }
    }
    return 0;
}

} // namespace

std::span<const std::string_view> PresetNames()
{
    return PRESET_NAMES;
}

std::optional<Config> Preset(std::string_view name)
{
    using Maker = Config (*)();
    constexpr Maker MAKERS[] = {SwimBasic,
                                Swim,
                                Memlist,
                                MemberlistLan,
                                MemberlistWan,
                                MemberlistLocal,
                                LifeguardPaper,
                                RecommendedLan,
                                RecommendedWan};
    static_assert(std::size(MAKERS) == std::size(PRESET_NAMES));
    for (std::size_t i = 0; i < std::size(MAKERS); ++i)
    {
        if (PRESET_NAMES[i] == name)
        {
            return MAKERS[i]();
        }
    }
    return std::nullopt;
}

std::optional<std::string> Validate(const Config& config)
{
    for (const auto& parameter : Parameters())
    {
        Config scratch;
        if (const auto error = parameter.set(scratch, parameter.get(config)))
        {
            return std::string(parameter.name) + " = " + parameter.get(config) + ": " + *error;
        }
    }
    if (config.probeTimeout >= config.probeInterval)
    {
        return "probe_timeout = " + FormatDuration(config.probeTimeout) +
               ": must be less than probe_interval (" + FormatDuration(config.probeInterval) +
               "), which has to leave time for indirect probes";
    }
    if (config.piggyback == Piggyback::OFF && config.gossipInterval == Duration::zero() &&
        config.pushPullInterval == Duration::zero() && !config.multicast)
    {
        return "piggyback = none: with gossip_interval = 0s and push_pull_interval = 0s nobody "
               "would hear of anything; turn on one of the three, or multicast";
    }
    if (config.gossipToTheDeadTime > config.reapTime)
    {
        return "gossip_to_the_dead_time = " + FormatDuration(config.gossipToTheDeadTime) +
               ": must be at most reap_time (" + FormatDuration(config.reapTime) +
               "), since who is forgotten gets no gossip";
    }
    const std::pair<std::string_view, Duration> retries[] = {
        {"reconnect_interval", config.reconnectInterval},
        {"announce_to_down_interval", config.announceToDownInterval}};
    for (const auto& [name, interval] : retries)
    {
        if (interval > config.reapTime)
        {
            return std::string(name) + " = " + FormatDuration(interval) +
                   ": must be at most reap_time (" + FormatDuration(config.reapTime) +
                   "), or the dead are forgotten before anybody tries them again; raise reap_time";
        }
    }
    if (config.buddyRelays && !config.buddy)
    {
        return "buddy_relays = true: needs buddy = true";
    }
    return std::nullopt;
}

std::optional<Duration> ParseDuration(std::string_view text)
{
    const bool negative = text.starts_with('-');
    if (negative)
    {
        text.remove_prefix(1);
    }
    const std::size_t unitAt = text.find_first_not_of("0123456789.");
    if (unitAt == std::string_view::npos)
    {
        return std::nullopt;
    }
    const std::int64_t unit = NanosecondsOf(text.substr(unitAt));
    const std::string_view number = text.substr(0, unitAt);
    const std::size_t point = std::min(number.find('.'), number.size());
    const std::string_view whole = number.substr(0, point);
    const std::string_view fraction = number.substr(std::min(point + 1, number.size()));
    const bool pointWithoutFraction = point < number.size() && fraction.empty();
    if (unit == 0 || whole.empty() || pointWithoutFraction ||
        fraction.find('.') != std::string_view::npos)
    {
        return std::nullopt;
    }

    constexpr std::int64_t MAX = std::numeric_limits<std::int64_t>::max();
    std::int64_t count = 0;
    for (const char digit : whole)
    {
        if (count > (MAX / unit - (digit - '0')) / 10)
        {
            return std::nullopt;
        }
        count = 10 * count + (digit - '0');
    }
    std::int64_t total = count * unit;
    std::int64_t place = unit;
    for (const char digit : fraction)
    {
        if (place % 10 != 0 && digit != '0')
        {
            return std::nullopt; // finer than a nanosecond
        }
        place /= 10;
        const std::int64_t part = place * (digit - '0');
        if (total > MAX - part)
        {
            return std::nullopt;
        }
        total += part;
    }
    return Duration(negative ? -total : total);
}

std::string FormatDuration(Duration duration)
{
    const std::int64_t count = duration.count();
    if (count == 0)
    {
        return "0s";
    }
    for (const auto& unit : DURATION_UNITS)
    {
        if (count % unit.nanoseconds == 0)
        {
            return std::to_string(count / unit.nanoseconds) + std::string(unit.name);
        }
    }
    return std::to_string(count) + "ns";
}

} // namespace swim
