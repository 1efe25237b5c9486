// SPDX-License-Identifier: MIT
//
// Everything that can go wrong with a cluster, at random from one seed, and the end of it.
#pragma once

#include "virtual/virtual-network.h"
#include "weather.h"

#include <functional>
#include <string>

namespace swim
{

class Faults
{
  public:
    /// Told what happens, in words.
    using Log = std::function<void(const std::string&)>;

    /// Lets a member that runs say something, which is no fault, but news that competes with that of
    /// faults.
    using Talk = std::function<void(Member, Rng&)>;

    struct Setup
    {
        std::uint64_t seed = 0;
        Weather weather = Weather::CALM;
        bool moves = false; ///< who restarts may have another address
        Duration period{};  ///< between two faults, half of the mean and a quarter of the most
        bool leaves = true; ///< whether members can leave
    };

    /// @param network a cluster of members of any kind, with everybody up
    /// @param talk none: they have nothing to say
    Faults(VirtualNetwork& network, const Setup& setup, Talk talk, Log log);

    /// Lets the cluster run for `time`, with a fault every other period. At least two members stay
    /// up.
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
    void TalkOne();
    void PauseOrResume();
    void SlowOrHurry();
    void CutOne();
    void Part();
    void Worsen();
    void UnplugOrPlug();
    void Mend();
    void Boot(Member member);
    void Readdress(Member member);
    /// @return whether it was told to leave in this life, whatever it says of itself by now
    bool Leaving(Member member) const;
    std::vector<Member> Down() const;
    Member OneOf(const std::vector<Member>& members);
    Member Anybody();
    Carries Something();
    void Say(const std::string& what, Member member);

    VirtualNetwork& m_network;
    const Setup m_setup;
    Talk m_talk;
    Log m_log;
    Rng m_rng;
    std::vector<std::uint32_t> m_leftInLife; ///< by member: the last life that it was told to leave
};

} // namespace swim
