// SPDX-License-Identifier: GPL-2.0-only
//
// See live-backend.h.
#include "lab/live/live-backend.h"

#include "lab/live/adapter-kind.h"
#include "lab/scenario/inputs.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>

namespace swimlab
{

void LiveBackend::AddOptions(CLI::App& command)
{
    command.add_option("--members",
                       m_members,
                       "what the members are: a kind, the file of an adapter, or several with "
                       "their numbers, such as serf:20,my.toml:20; default: swimlab");
}

void LiveBackend::ReadInputs(Inputs& inputs)
{
    for (const std::string& file : AdapterFiles(m_members))
    {
        if (m_shelf.contains(file))
        {
            continue;
        }
        try
        {
            auto kind = std::make_unique<AdapterKind>(ReadAdapter(*inputs.File(file).bytes, file));
            const auto same = std::ranges::find_if(m_shelf, [&kind](const auto& entry) {
                return entry.second->Name() == kind->Name();
            });
            if (same != m_shelf.end())
            {
                throw UserError("--members " + m_members + ": " + same->first + " and " + file +
                                " are both of kind " + std::string(kind->Name()) +
                                "; give one of them another name");
            }
            m_shelf.emplace(file, std::move(kind));
        }
        catch (const InputError& error)
        {
            throw UserError("--members " + m_members + ": " + error.what());
        }
    }
}

std::optional<std::uint64_t> LiveBackend::EstimateMemory(const Plan& plan) const
{
    constexpr double BYTES_PER_MIB = 1024.0 * 1024.0;
    const auto kinds = ReadMemberKinds(m_members, plan.members, m_shelf);
    const double mib =
        std::accumulate(kinds.begin(), kinds.end(), 0.0, [](double sum, const MemberKind* kind) {
            return sum + kind->MemoryMib();
        });
    return mib > 0 ? std::optional(static_cast<std::uint64_t>(mib * BYTES_PER_MIB)) : std::nullopt;
}

void LiveBackend::Check(const Plan& plan)
{
    const auto kinds = ReadMemberKinds(m_members, plan.members, m_shelf);
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
    const auto kinds = ReadMemberKinds(m_members, plan.members, m_shelf);
    const auto makeNetwork = [&](const Plan& of, LiveNetwork::Impair impair) {
        return MakeNetwork(of, kinds, std::move(impair));
    };
    return RunLive(plan, kinds, makeNetwork, recorder, onProgress);
}

} // namespace swimlab
