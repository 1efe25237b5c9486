// SPDX-License-Identifier: MIT
//
// Everything that can go wrong with a cluster, at random from one seed, and the end of it.
#pragma once

#include "hearings.h"
#include "scenario.h"

#include <functional>

namespace swim
{

class Faults
{
  public:
    /// Told what happens, in words.
    using Log = std::function<void(const std::string&)>;

    /// @param network a cluster with everybody up @param hearings make what members broadcast
    Faults(VirtualNetwork& network, const Scenario& scenario, HearingInvariants& hearings, Log log);

    /// Lets the cluster run for `time`, with a fault every other protocol period. At least two
    /// members stay up.
    void RunFor(Duration time);

    /// Ends all faults but crashes, of which every second is undone. Whoever was started joins
    /// again through everybody: its first join may have met a fault.
    void End();

    /// @return who runs, paused or not
    std::vector<Member> Up() const;

  private:
    void InflictOne();
    void FailProcess();
    void FailNetwork();
    void StopOne();
    void BootOne();
    void Talk();
    void PauseOrResume();
    void SlowOrHurry();
    void CutOne();
    void Part();
    void Worsen();
    void UnplugOrPlug();
    void Mend();
    void Boot(Member member);
    void Readdress(Member member);
    bool Leaving(Member member) const;
    std::vector<Member> Down() const;
    Member OneOf(const std::vector<Member>& members);
    Member Anybody();
    Carries Something();
    void Say(const std::string& what, Member member);

    VirtualNetwork& m_network;
    const Scenario& m_scenario;
    HearingInvariants& m_hearings;
    Log m_log;
    Rng m_rng;
};

} // namespace swim
