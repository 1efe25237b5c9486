// SPDX-License-Identifier: GPL-2.0-only
//
// swimlab-emulation: performs one run of a scenario on real processes, each in a network namespace
// of its own, over a network that ns-3 simulates in real time. `./swimlab run --backend emulation`
// calls it once a run.
#include "lab/emulation/emulated-network.h"
#include "lab/live/live-backend.h"
#include "lab/ns3/surroundings.h"

namespace
{

using namespace swimlab;

class EmulationBackend : public LiveBackend
{
  public:
    std::string_view Name() const override
    {
        return "emulation";
    }

    std::string_view Purpose() const override
    {
        return "Checks a Swimlab scenario, or performs one run of it on real processes over a "
               "network of ns-3.";
    }

  private:
    bool ImpairsMembers() const override
    {
        return false;
    }

    void CheckNetwork(const Plan&, Kinds) const override
    {
        static const std::string missing = WhyNoEmulation(); // asked once for all seeds
        if (!missing.empty())
        {
            throw UserError(missing);
        }
    }

    std::unique_ptr<LiveNetwork> MakeNetwork(const Plan& plan,
                                             Kinds,
                                             LiveNetwork::Impair impair) const override
    {
        return std::make_unique<EmulatedNetwork>(plan, std::move(impair));
    }
};

} // namespace

int main(int argc, char* argv[])
{
    swimlab::LeaveSettingsOfNs3(argv);
    EmulationBackend backend;
    return RunBackend(backend, argc, argv);
}
