// SPDX-License-Identifier: GPL-2.0-only
//
// See recorded-run.h.
#include "lab/record/metrics/recorded-run.h"

#include "lab/record/member-traffic.h"
#include "lab/record/metrics/event-file.h"
#include "lab/record/metrics/metrics-json.h"
#include "lab/record/metrics/traffic-file.h"

namespace swimlab
{

Json ReplayRun(const std::filesystem::path& folder,
               SumCheck check,
               const std::function<void(MetricsPass&)>& prepare)
{
    RunDescription description = ReadRunJson(folder / "run.json");
    if (description.isSummary)
    {
        throw RecordError(
            (folder / "run.json").string() +
            ": the run kept no events (record = \"summary\") and computed its metrics "
            "itself; run it again for other ones");
    }
    EventFile events(folder / "events.csv", description);
    if (check == SumCheck::REFUSE_OTHERS)
    {
        const std::string sum = events.File().Sha256();
        if (sum != description.eventsSha256)
        {
            throw RecordError((folder / "events.csv").string() + ": sha256 is " + sum +
                              ", run.json says " + description.eventsSha256 +
                              "; the file was changed or cut after the run, so run it again");
        }
    }
    Foretold foretold = events.Foretell();
    description.facts.steps = std::move(foretold.steps);
    description.facts.disturbed = std::move(foretold.disturbed);
    MetricsPass pass(description.facts);
    prepare(pass);
    events.Replay(pass);
    ReplayTraffic(folder / "traffic.csv", pass);
    ReplayRegions(folder / "regions.csv", pass);
    ReplayPeriods(folder / "periods.csv", pass);
    ReplayMemberTraffic(folder / MemberTraffic::FILE_NAME, pass);
    return WithHeader(pass.Facts(), description.eventsSha256, pass.Finish());
}

void WriteMetricsOf(const std::filesystem::path& folder, SumCheck check)
{
    WriteAtomically(folder / METRICS_FILE, ReplayRun(folder, check, [](MetricsPass&) {}));
}

} // namespace swimlab
