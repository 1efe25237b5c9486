// SPDX-License-Identifier: MIT
//
// One scenario from its start to its verdict: faults, their end, what the cluster owes then.
#pragma once

#include "faults.h"
#include "hearings.h"
#include "messages.h"
#include "rounds.h"
#include "scenario.h"
#include "views.h"

#include <iosfwd>

namespace swim
{

class Run
{
  public:
    /// @param trace where every input, message and event is written; may be null
    Run(const Scenario& scenario, std::ostream* trace);

    /// @throw Violation with time, member and rule
    void Execute();

  private:
    void Observe(Member member, const Node& node, const Outbox& out);
    void Start();
    void Talk(Member member, Rng& rng);
    void AwaitAgreement();
    void StayRight();
    bool HasTimeForHelp() const;
    void CutPair();
    void BlockDatagrams();
    void CrashOne();
    void RunPeriods(std::uint32_t periods);
    void Promise(bool holds, const char* rule) const;
    void Log(const std::string& line);

    const Scenario m_scenario;
    std::ostream* m_trace;
    VirtualNetwork m_network;
    ViewInvariants m_views;
    MessageInvariants m_messages;
    RoundInvariants m_rounds;
    HearingInvariants m_hearings;
    Faults m_faults;
};

} // namespace swim
