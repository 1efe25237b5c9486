// SPDX-License-Identifier: GPL-2.0-only
//
// See delay-keys.h.
#include "lab/scenario/delay-keys.h"

#include <algorithm>

namespace swimlab
{

namespace
{

/// The law is not written, so nothing would come of what another key says of it.
void RefuseWithoutLaw(std::string_view key, const DelayKeyNames& names, Section& section)
{
    const Value* const value = section.Find(key);
    if (value != nullptr && section.Find(names.distribution) == nullptr)
    {
        throw ScenarioError(value->place,
                            section.FullKey(key),
                            "says how far the delay varies, and nothing says by which law; give " +
                                section.FullKey(names.distribution));
    }
}

} // namespace

std::vector<Duration> ReadSamples(const Written& written)
{
    const auto* list = std::get_if<ValueList>(&written.value.data);
    if (list == nullptr)
    {
        throw ScenarioError(written.value.place,
                            written.key,
                            written.value.Text() +
                                " must be a list of durations, such as [\"9ms\", \"12ms\"]");
    }
    std::vector<Duration> samples;
    for (const Value& each : *list)
    {
        samples.push_back(ReadDuration(each, written.key, NO_TIME, LONGEST_DELAY));
    }
    return samples;
}

std::string FormatSamples(const std::vector<Duration>& samples)
{
    std::string text;
    for (const Duration sample : samples)
    {
        text += (text.empty() ? "\"" : ", \"") + swim::FormatDuration(sample) + "\"";
    }
    return "[" + text + "]";
}

void CheckDelayShape(const DelayShape& shape, const DelayKeyNames& names, Section& section)
{
    RefuseWithoutLaw(names.spread, names, section);
    RefuseWithoutLaw(names.samples, names, section);
    const std::string law(swim::NameOf(DELAY_DISTRIBUTIONS, shape.distribution));
    const bool isNormal = shape.distribution == DelayDistribution::NORMAL;
    if (isNormal || shape.distribution == DelayDistribution::LOGNORMAL)
    {
        const Value* const spread = section.Find(names.spread);
        if (spread == nullptr)
        {
            section.FailMissing(names.spread,
                                law +
                                    " needs the standard deviation as a share of the delay, "
                                    "such as " +
                                    std::string(names.spread) + " = \"20%\"");
        }
        if (isNormal && shape.spread > MOST_NORMAL_SPREAD)
        {
            throw ScenarioError(spread->place,
                                section.FullKey(names.spread),
                                FormatPercentage(shape.spread) +
                                    " would make normal delays negative; at most " +
                                    FormatPercentage(MOST_NORMAL_SPREAD) + ", or take lognormal");
        }
    }
    const auto isLong = [](Duration sample) { return sample > Duration::zero(); };
    if (shape.distribution == DelayDistribution::EMPIRICAL &&
        std::ranges::none_of(shape.samples, isLong))
    {
        section.FailMissing(names.samples,
                            "empirical needs delays to draw from, such as " +
                                std::string(names.samples) + " = [\"9ms\", \"12ms\"]");
    }
}

} // namespace swimlab
