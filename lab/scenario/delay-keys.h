// SPDX-License-Identifier: GPL-2.0-only
//
// The keys by which a delay varies, wherever a table has one: its distribution, its spread, its
// samples.
//
// Internal to reading scenarios.
#pragma once

#include "lab/scenario/section.h"
#include "lab/topology/delay-shape.h"

#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// What the three keys are called in a table.
struct DelayKeyNames
{
    std::string_view distribution;
    std::string_view spread;
    std::string_view samples;
};

/// `["9ms", "12ms"]`. @throws ScenarioError
std::vector<Duration> ReadSamples(const Written& written);

std::string FormatSamples(const std::vector<Duration>& samples);

/// Refuses what is missing or contradicts itself, once all three are read. @throws ScenarioError
void CheckDelayShape(const DelayShape& shape, const DelayKeyNames& names, Section& section);

namespace keys
{

/// Only the laws that need it. @tparam SHAPE the target's DelayShape
template <auto SHAPE>
bool HasSpread(const TargetOf<SHAPE>& target)
{
    const DelayDistribution law = (target.*SHAPE).distribution;
    return law == DelayDistribution::NORMAL || law == DelayDistribution::LOGNORMAL;
}

template <auto SHAPE>
bool HasSamples(const TargetOf<SHAPE>& target)
{
    return (target.*SHAPE).distribution == DelayDistribution::EMPIRICAL;
}

template <auto SHAPE>
constexpr Key<TargetOf<SHAPE>> DistributionKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<SHAPE>;
    return {name,
            DELAY_DISTRIBUTIONS,
            meaning,
            [](Target& target, const Written& written) {
                (target.*SHAPE).distribution = static_cast<DelayDistribution>(
                    ReadWord(written.value, written.key, DELAY_DISTRIBUTIONS));
            },
            [](const Target& target) {
                return std::string(swim::NameOf(DELAY_DISTRIBUTIONS, (target.*SHAPE).distribution));
            }};
}

template <auto SHAPE>
constexpr Key<TargetOf<SHAPE>> SpreadKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<SHAPE>;
    return {name,
            "share",
            meaning,
            [](Target& target, const Written& written) {
                (target.*SHAPE).spread = ReadPercentage(written.value, written.key);
            },
            [](const Target& target) { return FormatPercentage((target.*SHAPE).spread); },
            [] { return "from 0% to 100%, of normal to " + FormatPercentage(MOST_NORMAL_SPREAD); },
            HasSpread<SHAPE>};
}

template <auto SHAPE>
constexpr Key<TargetOf<SHAPE>> SamplesKey(std::string_view name, std::string_view meaning)
{
    using Target = TargetOf<SHAPE>;
    return {name,
            "list of durations",
            meaning,
            [](Target& target, const Written& written) {
                (target.*SHAPE).samples = ReadSamples(written);
            },
            [](const Target& target) { return FormatSamples((target.*SHAPE).samples); },
            nullptr,
            HasSamples<SHAPE>};
}

} // namespace keys

} // namespace swimlab
