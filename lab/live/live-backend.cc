// SPDX-License-Identifier: GPL-2.0-only
//
// See live-backend.h.
#include "lab/live/live-backend.h"

#include <CLI/CLI.hpp>

namespace swimlab
{

void LiveBackend::AddOptions(CLI::App& command)
{
    command.add_option("--members",
                       m_members,
                       "what the members are: a kind, or kinds with their numbers, such as "
                       "serf:20,swimlab:20; default: swimlab");
}

void LiveBackend::Check(const Plan& plan)
{
    const auto kinds = ReadMemberKinds(m_members, plan.members);
    if (plan.trace.netanim)
    {
        throw UserError(
            std::string(Name()) +
            " cannot perform trace.netanim, which is for the simulator; take it out, or "
            "use --backend ns3");
    }
    CheckNetwork(plan, kinds);
    CheckKinds(plan, kinds, ImpairsMembers());
}

RunResult LiveBackend::Run(const Plan& plan, Recorder& recorder, const OnProgress& onProgress)
{
    const auto kinds = ReadMemberKinds(m_members, plan.members);
    const auto makeNetwork = [&](const Plan& of, LiveNetwork::Impair impair) {
        return MakeNetwork(of, kinds, std::move(impair));
    };
    return RunLive(plan, kinds, makeNetwork, recorder, onProgress);
}

} // namespace swimlab
