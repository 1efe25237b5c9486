// SPDX-License-Identifier: GPL-2.0-only
//
// swimlab-sockets: performs one run of a scenario on real processes on this machine's loopback
// addresses. `./swimlab run --backend sockets` calls it once a run.
#include "lab/live/firewall.h"
#include "lab/live/live-backend.h"
#include "lab/live/loopback-network.h"

namespace
{

using namespace swimlab;

class SocketsBackend : public LiveBackend
{
  public:
    std::string_view Name() const override
    {
        return "sockets";
    }

    std::string_view Purpose() const override
    {
        return "Checks a Swimlab scenario, or performs one run of it on real processes and "
               "sockets.";
    }

  private:
    bool ImpairsMembers() const override
    {
        return true;
    }

    void CheckNetwork(const Plan& plan, Kinds kinds) const override
    {
        if (plan.members + plan.routerOfSpareAddress.size() > LoopbackNetwork::MOST_ADDRESSES)
        {
            throw UserError("one run has at most " +
                            std::to_string(LoopbackNetwork::MOST_ADDRESSES) +
                            " loopback addresses; choose fewer members");
        }
        if (NeedsFirewall(plan, kinds))
        {
            if (const auto refusal = FirewallRefusal())
            {
                throw UserError(*refusal);
            }
        }
    }

    std::unique_ptr<LiveNetwork> MakeNetwork(const Plan& plan,
                                             Kinds kinds,
                                             LiveNetwork::Impair impair) const override
    {
        if (NeedsFirewall(plan, kinds))
        {
            EnterPrivateNetwork();
        }
        return std::make_unique<LoopbackNetwork>(plan, std::move(impair));
    }
};

} // namespace

int main(int argc, char* argv[])
{
    SocketsBackend backend;
    return RunBackend(backend, argc, argv);
}
