// SPDX-License-Identifier: GPL-2.0-only
//
// Does what a plan's timeline says to a simulated cluster, and records it as ground truth.
#pragma once

#include "lab/ns3/simulated-network.h"
#include "lab/plan/plan.h"
#include "lab/record/recorder.h"

#include "ns3/swim-application.h"

#include <vector>

namespace swimlab
{

/// Performs a plan's actions on a simulation, and records them as ground truth.
class Performer
{
  public:
    /// @param members by index; all arguments outlive the simulation
    Performer(const Plan& plan,
              Recorder& recorder,
              SimulatedNetwork& network,
              ns3::SwimCluster& cluster,
              const std::vector<ns3::Ptr<ns3::SwimApplication>>& members);

    /// Performs an action of the plan now: what it does to processes, in events of their own that
    /// follow at the same instant.
    void Perform(const Action& action);

  private:
    void RecordTruth(const Action& action);
    void PerformOnMember(const Action& action, MemberId member);
    void PerformOnNetwork(const Action& action);
    void SetDatagramLoss(const Action& action);
    void LaunchAgain(const Action& action, MemberId member);

    /// Of the process that the action starts.
    std::uint32_t StartingIncarnation(const Action& action, MemberId member) const;

    const Plan& m_plan;
    Recorder& m_recorder;
    SimulatedNetwork& m_network;
    ns3::SwimCluster& m_cluster;
    const std::vector<ns3::Ptr<ns3::SwimApplication>>& m_members;
    std::vector<double> m_outboundDatagramLoss; ///< each member's own
    double m_networkDatagramLoss;
};

} // namespace swimlab
