// SPDX-License-Identifier: MIT
//
// Everything that can go wrong with a cluster, at random from one seed, and the end of it.
#pragma once

#include "virtual-network.h"

namespace swim
{

class RandomFaults
{
  public:
    /// @param network a cluster with everybody up
    RandomFaults(VirtualNetwork& network, std::uint64_t seed);

    /// Lets the cluster run for `time` with a fault every few seconds. At least three members stay
    /// up.
    void RunFor(Duration time);

    /// Ends all faults but crashes, of which every second is undone. Whoever was started joins
    /// again through everybody: its first join may have met a fault.
    void End();

  private:
    void InflictOne();
    void StopOne();
    void BootOne();
    void Worsen();
    void Boot(Member member);
    std::vector<Member> Up() const;
    std::vector<Member> Down() const;
    Member OneOf(const std::vector<Member>& members);

    VirtualNetwork& m_network;
    Rng m_rng;
};

} // namespace swim
