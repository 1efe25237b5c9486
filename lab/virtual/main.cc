// SPDX-License-Identifier: GPL-2.0-only
//
// swimlab-virtual: checks a scenario, or performs one run of it on the network in memory. `./swimlab run
// --backend virtual` calls it once a run.
#include "lab/backend/backend.h"
#include "lab/virtual/plan-check.h"
#include "lab/virtual/virtual-run.h"

namespace
{

class VirtualBackend : public swimlab::Backend
{
  public:
    std::string_view Name() const override
    {
        return "virtual";
    }

    std::string_view Purpose() const override
    {
        return "Checks a Swimlab scenario, or performs one run of it on a network in memory.";
    }

    bool CanSummarize() const override
    {
        return true;
    }

    bool CanRepeat() const override
    {
        return true;
    }

    void Check(const swimlab::Plan& plan) override
    {
        if (const auto why = swimlab::WhyNotVirtual(plan))
        {
            throw swimlab::UserError(plan.scenarioFile +
                                     ": the virtual network cannot perform this: " + *why);
        }
    }

    swimlab::RunResult Run(const swimlab::Plan& plan,
                           swimlab::Recorder& recorder,
                           const swimlab::OnProgress& onProgress) override
    {
        return {swimlab::RunVirtually(plan, recorder, onProgress)};
    }
};

} // namespace

int main(int argc, char* argv[])
{
    VirtualBackend backend;
    return swimlab::RunBackend(backend, argc, argv);
}
