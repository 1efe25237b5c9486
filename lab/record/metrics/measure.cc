// SPDX-License-Identifier: GPL-2.0-only
//
// See measure.h.
#include "lab/record/metrics/measure.h"

#include "lab/record/metrics/run-facts.h"
#include "lab/record/record-error.h"
#include "swim/config.h"
#include "swim/key-table.h"
#include "swim/suspicion.h"

#include <optional>
#include <string>

namespace swimlab
{

namespace
{

std::optional<TimeNs> DurationOf(const RunFacts& facts, const std::string& key)
{
    const auto found = facts.settings.find(key);
    if (found == facts.settings.end())
    {
        return {};
    }
    const auto parsed = swim::ParseDuration(found->second);
    if (!parsed)
    {
        throw RecordError(key + " is \"" + found->second +
                          "\", which is no duration; right would be one like \"30s\"");
    }
    return parsed->count();
}

AnomalousSet AnomalousOf(const RunFacts& facts)
{
    const auto found = facts.settings.find("measure.anomalous");
    if (found == facts.settings.end())
    {
        return AnomalousSet::WHILE;
    }
    const auto place = swim::PlaceOfWord(ANOMALOUS_SETS, found->second);
    if (!place)
    {
        throw RecordError("measure.anomalous is \"" + found->second + "\", must be one of " +
                          std::string(ANOMALOUS_SETS));
    }
    return static_cast<AnomalousSet>(*place);
}

/// The protocol's settings, as far as the record has them; none: it has none at all.
std::optional<swim::Config> ConfigOf(const RunFacts& facts)
{
    constexpr std::string_view PREFIX = "protocol.";
    std::optional<swim::Config> config;
    for (const swim::Parameter& parameter : swim::Parameters())
    {
        const auto found = facts.settings.find(std::string(PREFIX) + std::string(parameter.name));
        if (found != facts.settings.end())
        {
            config = config.value_or(swim::Config{});
            parameter.set(*config, found->second);
        }
    }
    return config;
}

} // namespace

Measure MeasureOf(const RunFacts& facts)
{
    Measure measure;
    measure.anomalous = AnomalousOf(facts);
    measure.window.fromNs = DurationOf(facts, "measure.from").value_or(0);
    measure.window.toNs =
        std::min(facts.endNs, DurationOf(facts, "measure.to").value_or(facts.endNs));
    measure.window.isToTheEnd = measure.window.toNs == facts.endNs;
    const auto config = ConfigOf(facts);
    if (config && config->suspicion)
    {
        const auto bounds = swim::BoundSuspicion(*config, facts.Members());
        measure.shortestSuspicionNs = bounds.min.count();
        measure.longestSuspicionNs = swim::SuspicionTimeout(bounds, 0).count();
    }
    return measure;
}

} // namespace swimlab
