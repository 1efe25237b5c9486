// SPDX-License-Identifier: GPL-2.0-only
//
// What the programs that perform plans on real processes have in common; they differ in what lies
// between the processes.
#pragma once

#include "lab/live/live-run.h"

#include <memory>
#include <span>
#include <string>

namespace swimlab
{

/// A backend that starts real processes; a derived one says on which network.
class LiveBackend : public Backend
{
  public:
    void AddOptions(CLI::App& command) final;
    void ReadInputs(Inputs& inputs) final;
    void Check(const Plan& plan) final;
    std::optional<std::uint64_t> EstimateMemory(const Plan& plan) const final;
    RunResult Run(const Plan& plan, Recorder& recorder, const OnProgress& onProgress) final;

  protected:
    /// By member.
    using Kinds = std::span<const MemberKind* const>;

  private:
    /// Whether the network's faults are put into the members.
    virtual bool ImpairsMembers() const = 0;

    /// Looks for what the network cannot do. @throws UserError
    virtual void CheckNetwork(const Plan& plan, Kinds kinds) const = 0;

    /// Called in the main thread, before any process starts.
    virtual std::unique_ptr<LiveNetwork> MakeNetwork(const Plan& plan,
                                                     Kinds kinds,
                                                     LiveNetwork::Impair impair) const = 0;

    std::string m_members = "swimlab";
    AdapterShelf m_shelf;
};

} // namespace swimlab
