// SPDX-License-Identifier: MIT
//
// See settings.h.
#include "playground/settings.h"

#include "swim/parameter-rows.h"

#include <charconv>
#include <cstdlib>
#include <optional>

namespace swim::playground
{

namespace
{

using namespace std::chrono_literals;

/// JSON and JavaScript hold whole numbers up to here exactly.
constexpr std::uint64_t MOST_SEED = 9'007'199'254'740'991;

constexpr Adjustable ADJUSTABLES[] = {
    {"probe_interval", "100ms", "60s"},
    {"probe_timeout", "10ms", "30s"},
    {"indirect_checks", "0", "16"},
    {"stream_fallback", "false", "true"},
    {"nack", "false", "true"},
    {"suspicion", "false", "true"},
    {"suspicion_mult", "1", "50"},
    {"suspicion_max_timeout_mult", "1", "50"},
    {"buddy", "false", "true"},
    {"awareness_max_multiplier", "1", "50"},
    {"retransmit_mult", "1", "50"},
    {"gossip_interval", "20ms", "60s", "0s"},
    {"gossip_nodes", "1", "32"},
    {"gossip_to_the_dead_time", "1s", "1h", "0s"},
    {"push_pull_interval", "1s", "1h", "0s"},
    {"reconnect_interval", "1s", "1h", "0s"},
    {"announce_to_down_interval", "1s", "1h", "0s"},
    {"seed_interval", "1s", "1h", "0s"},
    {"reap_time", "1s", "72h"},
};

std::string_view Trim(std::string_view text)
{
    const std::size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
    const std::size_t end = text.find_last_not_of(" \t\r");
    return text.substr(begin, end == std::string_view::npos ? 0 : end + 1 - begin);
}

/// A number to compare values of one parameter by: of a duration, a count or a word.
std::optional<std::int64_t> SizeOf(std::string_view text)
{
    if (text == "false" || text == "true")
    {
        return text == "true" ? 1 : 0;
    }
    if (const auto duration = ParseDuration(text))
    {
        return duration->count();
    }
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional(count) : std::nullopt;
}

std::string Quoted(std::string_view key, std::string_view value)
{
    return std::string(key) + " = " + std::string(value) + ": ";
}

/// @return what is wrong; empty: nothing
std::string SetParameter(Config& config, std::string_view key, std::string_view value)
{
    for (const Adjustable& each : ADJUSTABLES)
    {
        if (each.name != key)
        {
            continue;
        }
        const auto size = SizeOf(value);
        const bool isOff = !each.off.empty() && value == each.off;
        if (!isOff && (!size || *size < *SizeOf(each.least) || *size > *SizeOf(each.most)))
        {
            return Quoted(key, value) + "must be from " + std::string(each.least) + " to " +
                   std::string(each.most) +
                   (each.off.empty() ? "" : ", or " + std::string(each.off) + " for never");
        }
        const auto error = FindParameter(key)->set(config, value);
        return error ? Quoted(key, value) + *error : "";
    }
    return std::string(key) + ": can not be set here";
}

/// @return what is wrong; empty: nothing
std::string SetOwn(Cluster::Setup& setup, std::string_view key, std::string_view value)
{
    if (key == "members")
    {
        const std::uint64_t members = ReadNumber(value, MOST_MEMBERS);
        setup.members = static_cast<std::uint32_t>(members);
        const bool fits = members >= 2 && members <= MOST_MEMBERS;
        return fits ? "" : Quoted(key, value) + "must be from 2 to " + std::to_string(MOST_MEMBERS);
    }
    if (key == "seed")
    {
        setup.seed = ReadNumber(value, MOST_SEED);
        return setup.seed <= MOST_SEED
                   ? ""
                   : Quoted(key, value) + "must be from 0 to " + std::to_string(MOST_SEED);
    }
    if (key == "datagram_loss")
    {
        const auto share = ReadShare(value);
        setup.datagramLoss = share.index() == 0 ? std::get<0>(share) : 0;
        return share.index() == 0 ? "" : Quoted(key, value) + std::get<1>(share);
    }
    const auto delay = ReadDelay(value);
    if (delay.index() == 1)
    {
        return Quoted(key, value) + std::get<1>(delay);
    }
    (key == "path" ? setup.path : key == "delay" ? setup.delay : setup.jitter) = std::get<0>(delay);
    return "";
}

bool IsOwn(std::string_view key)
{
    return key == "members" || key == "seed" || key == "datagram_loss" || key == "path" ||
           key == "delay" || key == "jitter";
}

} // namespace

std::span<const Adjustable> Adjustables()
{
    return ADJUSTABLES;
}

std::uint64_t ReadNumber(std::string_view text, std::uint64_t most)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = !text.empty() && error == std::errc{} && end == text.data() + text.size();
    return whole && number <= most ? number : most + 1;
}

std::variant<double, std::string> ReadShare(std::string_view text)
{
    const std::string number(text.substr(0, text.size() - (text.ends_with('%') ? 1 : 0)));
    char* end = nullptr;
    const double percent = std::strtod(number.c_str(), &end);
    const bool isPlain = number.find_first_not_of("0123456789.") == std::string::npos;
    if (!text.ends_with('%') || number.empty() || !isPlain || *end != '\0' || percent > 100)
    {
        return "must be from 0% to 100%";
    }
    return percent / 100;
}

std::variant<Duration, std::string> ReadDelay(std::string_view text)
{
    const auto duration = ParseDuration(text);
    if (!duration || *duration < Duration::zero() || *duration > LONGEST_DELAY)
    {
        return "must be from 0s to " + FormatDuration(LONGEST_DELAY);
    }
    return *duration;
}

std::variant<Cluster::Setup, std::string> ReadSetup(std::string_view text)
{
    Cluster::Setup setup;
    setup.members = 100;
    setup.seed = 1;
    std::vector<std::pair<std::string_view, std::string_view>> parameters;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = Trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t equals = line.find('=');
        if (line.empty())
        {
            continue;
        }
        if (equals == std::string_view::npos)
        {
            return std::string(line) + ": is no setting; write key = value";
        }
        const std::string_view key = Trim(line.substr(0, equals));
        const std::string_view value = Trim(line.substr(equals + 1));
        if (key == "preset")
        {
            const auto preset = Preset(value);
            if (!preset)
            {
                return Quoted(key, value) + "there is no such preset";
            }
            setup.protocol = *preset;
        }
        else if (!IsOwn(key))
        {
            parameters.emplace_back(key, value); // on top of the preset, wherever that stands
        }
        else if (auto error = SetOwn(setup, key, value); !error.empty())
        {
            return error;
        }
    }
    for (const auto& [key, value] : parameters)
    {
        if (auto error = SetParameter(setup.protocol, key, value); !error.empty())
        {
            return error;
        }
    }
    if (auto error = Validate(setup.protocol))
    {
        return *error;
    }
    return setup;
}

} // namespace swim::playground
