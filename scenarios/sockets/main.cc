// SPDX-License-Identifier: GPL-2.0-only
//
// swimlab-sockets: performs one run of a scenario on real processes on this machine's loopback
// addresses. `./swimlab run --backend sockets` calls it once a run.
#include "live-run.h"
#include "loopback-network.h"

#include <CLI/CLI.hpp>

namespace
{

class SocketsBackend : public swimlab::Backend
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

    void AddOptions(CLI::App& command) override
    {
        command.add_option("--members",
                           m_members,
                           "what the members are: a kind, or kinds with their numbers, such as "
                           "serf:20,swimlab:20; default: swimlab");
    }

    void Check(const swimlab::Plan& plan) override
    {
        if (plan.members + plan.routerOfSpareAddress.size() >
            swimlab::LoopbackNetwork::MOST_ADDRESSES)
        {
            throw swimlab::UserError("one run has at most " +
                                     std::to_string(swimlab::LoopbackNetwork::MOST_ADDRESSES) +
                                     " loopback addresses; choose fewer members");
        }
        swimlab::CheckKinds(plan, swimlab::ReadMemberKinds(m_members, plan.members), true);
    }

    swimlab::RunResult Run(const swimlab::Plan& plan,
                           swimlab::Recorder& recorder,
                           const swimlab::OnProgress& onProgress) override
    {
        const auto makeNetwork = [](const swimlab::Plan& of, swimlab::LiveNetwork::Impair impair) {
            return std::make_unique<swimlab::LoopbackNetwork>(of, std::move(impair));
        };
        return swimlab::RunLive(plan,
                                swimlab::ReadMemberKinds(m_members, plan.members),
                                makeNetwork,
                                recorder,
                                onProgress);
    }

  private:
    std::string m_members = "swimlab";
};

} // namespace

int main(int argc, char* argv[])
{
    SocketsBackend backend;
    return swimlab::RunBackend(backend, argc, argv);
}
