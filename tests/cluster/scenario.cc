// SPDX-License-Identifier: MIT
//
// See scenario.h.
#include "scenario.h"

#include "swim/assert.h"
#include "tests/protocol/agreement.h"

#include <stdexcept>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// Members draw from streams from 0, the network and its faults from the last ones.
constexpr std::uint64_t SCENARIO_STREAM = UINT64_MAX - 2;

constexpr std::uint32_t FEWEST_MEMBERS = 2;
constexpr std::uint32_t MOST_MEMBERS = 16;

/// Dead members are remembered longer than any run lasts.
constexpr Duration LONG = 1h;

struct Choice
{
    std::string_view parameter;
    std::vector<std::string_view> values;
};

/// Values at which a mechanism is off, at its least, or under pressure.
const std::vector<Choice>& Choices()
{
    static const std::vector<Choice> CHOICES{
        {"indirect_checks", {"0", "1", "2", "5"}},
        {"stream_fallback", {"true", "false"}},
        {"nack", {"true", "false"}},
        {"nack_delay", {"50%", "80%", "100%"}},
        {"suspicion", {"true", "false"}},
        {"suspicion_law", {"memberlist", "paper"}},
        {"suspicion_mult", {"1", "3", "6"}},
        {"suspicion_max_timeout_mult", {"1", "3"}},
        {"suspicion_confirmations", {"0", "1", "3"}},
        {"buddy", {"true", "false"}},
        {"buddy_relays", {"true", "false"}},
        {"awareness_max_multiplier", {"1", "2", "4"}},
        {"awareness_scales", {"interval", "timeout", "both"}},
        {"awareness_law", {"memberlist", "paper"}},
        {"piggyback", {"none", "ping", "ping-ack", "all"}},
        {"piggyback_limit", {"1", "2", "6"}},
        {"retransmit_law", {"memberlist", "paper", "memlist"}},
        {"retransmit_mult", {"1", "2"}},
        {"gossip_interval", {"0s", "150ms"}},
        {"gossip_nodes", {"1", "5"}},
        {"gossip_to_the_dead_time", {"0s", "5s"}},
        {"udp_buffer_size", {"576B"}},
        {"user_broadcast_share", {"0%", "25%", "100%"}},
        {"user_queue_depth", {"1", "10"}},
        {"push_pull_interval", {"10s", "20s"}},
        {"tcp_timeout", {"1s", "3s"}},
        {"announce_to_down_interval", {"0s", "10s"}},
        {"seed_interval", {"0s", "10s"}},
        {"precedence", {"memberlist", "total"}},
        {"send_error", {"failure", "ignore"}},
    };
    return CHOICES;
}

std::string_view OneOf(const std::vector<std::string_view>& values, Rng& rng)
{
    return values[rng.Below(values.size())];
}

/// Makes the change if the result can run.
void Change(Scenario& scenario, std::string_view parameter, std::string_view value)
{
    const Parameter* row = FindParameter(parameter);
    SWIM_ASSERT(row != nullptr, "a choice names a parameter");
    Config changed = scenario.config;
    if (const auto error = row->set(changed, value))
    {
        throw std::logic_error(std::string(parameter) + " = " + std::string(value) + " " + *error);
    }
    if (!Validate(changed) && changed != scenario.config)
    {
        scenario.config = changed;
        scenario.changes.push_back(std::string(parameter) + " = " + std::string(value));
    }
}

/// What makes memberlist find each other again. Final deaths stay final.
void MakeHealing(Scenario& scenario)
{
    Change(scenario, "reap_time", FormatDuration(LONG));
    Change(scenario, "reconnect_interval", "5s");
    Change(scenario, "dead_node_reclaim_time", "30s");
}

} // namespace

bool Scenario::Heals() const
{
    const bool exchanges = config.pushPullInterval > Duration::zero() && !config.deadIsFinal;
    const bool remembers = config.reconnectInterval > Duration::zero() && config.reapTime >= LONG;
    const bool reclaims = config.deadNodeReclaimTime > Duration::zero() || config.reapTime < LONG;
    return exchanges && (remembers || weather == Weather::CALM) && (!moves || reclaims);
}

Duration Scenario::Bound() const
{
    const Duration forget = moves && config.deadNodeReclaimTime == Duration::zero()
                                ? config.reapTime
                                : Duration::zero();
    return ConvergenceBound(config, members) + forget;
}

std::string Scenario::Describe() const
{
    std::string text = "seed " + std::to_string(seed) + ": " + std::to_string(members) +
                       " members, preset " + preset;
    for (const std::string& change : changes)
    {
        text += ", " + change;
    }
    text += joining ? "; they join" : "; they know each other";
    constexpr std::string_view WEATHERS[] = {"calm", "rough", "storm"};
    text += "; " + std::string(WEATHERS[static_cast<std::size_t>(weather)]);
    return text + (moves ? "; addresses change" : "");
}

Scenario Draw(std::uint64_t seed, const Fixed& fixed)
{
    Rng rng(seed, SCENARIO_STREAM);
    Scenario scenario;
    scenario.seed = seed;
    const auto presets = PresetNames();
    scenario.preset = presets[rng.Below(presets.size())];
    scenario.members =
        FEWEST_MEMBERS + static_cast<std::uint32_t>(rng.Below(MOST_MEMBERS - FEWEST_MEMBERS + 1));
    scenario.preset = fixed.preset.value_or(scenario.preset);
    scenario.members = fixed.members.value_or(scenario.members);
    scenario.config = Preset(scenario.preset).value();
    if (rng.Below(2) == 0)
    {
        MakeHealing(scenario);
    }
    const std::uint64_t changes = rng.Below(7);
    for (std::uint64_t i = 0; i < changes; ++i)
    {
        const Choice& choice = Choices()[rng.Below(Choices().size())];
        Change(scenario, choice.parameter, OneOf(choice.values, rng));
    }
    scenario.joining = rng.Below(3) == 0;
    scenario.weather = static_cast<Weather>(rng.Below(3));
    scenario.moves = rng.Below(3) == 0;
    return scenario;
}

} // namespace swim
