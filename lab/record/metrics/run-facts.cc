// SPDX-License-Identifier: GPL-2.0-only
//
// See run-facts.h.
#include "lab/record/metrics/run-facts.h"

#include "lab/record/record-error.h"
#include "swim/config.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace swimlab
{

bool IsStep(Verb verb)
{
    constexpr std::array STEPS = {Verb::CRASH,
                                  Verb::RESTART,
                                  Verb::PAUSE,
                                  Verb::RESUME,
                                  Verb::STALL,
                                  Verb::UNSTALL,
                                  Verb::LEAVE,
                                  Verb::JOIN,
                                  Verb::PARTITION,
                                  Verb::HEAL,
                                  Verb::DISCONNECT,
                                  Verb::RECONNECT,
                                  Verb::UPDATE};
    return std::find(STEPS.begin(), STEPS.end(), verb) != STEPS.end();
}

TimeNs RunFacts::LongestProbeNs() const
{
    const auto interval = settings.find("protocol.probe_interval");
    if (interval == settings.end())
    {
        return 0;
    }
    const auto parsed = swim::ParseDuration(interval->second);
    if (!parsed)
    {
        throw RecordError("protocol.probe_interval is \"" + interval->second +
                          "\", which is no duration; right would be one like \"500ms\"");
    }
    std::int64_t multiplier = 1;
    if (const auto found = settings.find("protocol.awareness_max_multiplier");
        found != settings.end())
    {
        const std::string& text = found->second;
        std::from_chars(text.data(), text.data() + text.size(), multiplier);
    }
    return parsed->count() * multiplier;
}

} // namespace swimlab
