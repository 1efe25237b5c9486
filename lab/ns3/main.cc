// SPDX-License-Identifier: GPL-2.0-only
//
// swimlab-ns3: checks a scenario, or simulates one run of it. `./swimlab run` calls it once a run.
#include "lab/backend/backend.h"
#include "lab/ns3/memory-estimate.h"
#include "lab/ns3/runner.h"
#include "lab/ns3/split.h"
#include "lab/ns3/surroundings.h"

#include <malloc.h>

namespace
{

class Ns3Backend : public swimlab::Backend
{
  public:
    std::string_view Name() const override
    {
        return "ns3";
    }

    std::string_view Purpose() const override
    {
        return "Checks a Swimlab scenario, or simulates one run of it with ns-3.";
    }

    bool CanSummarize() const override
    {
        return true;
    }

    bool CanRepeat() const override
    {
        return true;
    }

    std::optional<std::uint64_t> EstimateMemory(const swimlab::Plan& plan) const override
    {
        return swimlab::EstimateMemoryBytes(plan);
    }

    std::vector<swimlab::OwnCommand> OwnCommands() override
    {
        return {swimlab::SplitCommand()};
    }

    swimlab::RunResult Run(const swimlab::Plan& plan,
                           swimlab::Recorder& recorder,
                           const swimlab::OnProgress& onProgress) override
    {
        return {swimlab::RunOnNs3(plan, recorder, onProgress),
                {{"backend", "ns3-" + std::string(ToString(plan.network.model))},
                 {"versions", {{"ns3", SWIMLAB_NS3_VERSION}}}}};
    }
};

} // namespace

int main(int argc, char* argv[])
{
    swimlab::LeaveSettingsOfNs3(argv);
    // Members that join exchange tables of a megabyte. Given back to the system after each, its
    // memory would be cleared anew for the next: a sixth of the time of 10,000 joins.
    constexpr int KEPT_BYTES = 64 << 20;
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES / 2);
    Ns3Backend backend;
    return swimlab::RunBackend(backend, argc, argv);
}
