// SPDX-License-Identifier: GPL-2.0-only
//
// See live-backend.h.
#include "live-backend.h"

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
    CheckNetwork(plan);
    CheckKinds(plan, ReadMemberKinds(m_members, plan.members), ImpairsMembers());
}

RunResult LiveBackend::Run(const Plan& plan, Recorder& recorder, const OnProgress& onProgress)
{
    const auto makeNetwork = [this](const Plan& of, LiveNetwork::Impair impair) {
        return MakeNetwork(of, std::move(impair));
    };
    return RunLive(plan,
                   ReadMemberKinds(m_members, plan.members),
                   makeNetwork,
                   recorder,
                   onProgress);
}

} // namespace swimlab
