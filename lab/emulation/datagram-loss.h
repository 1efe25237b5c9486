// SPDX-License-Identifier: GPL-2.0-only
//
// Loss of datagrams at the members' sockets, and not in the network, which would lose big ones more
// often: of a datagram in several packets, all are lost or none.
#pragma once

#include "lab/plan/plan.h"
#include "swim/rng.h"

#include <cstdint>
#include <span>
#include <vector>

namespace swimlab
{

/// Draws for each datagram on its way whether it is lost.
class DatagramLoss
{
  public:
    /// None at first.
    DatagramLoss(std::uint32_t members, std::uint64_t seed);

    /// Everybody's, of what is sent.
    void SetNetwork(double probability);

    /// @param action a DATAGRAM_LOSS
    void Perform(const Action& action);

    /// Draws, if the packet begins a datagram. Without its first packet, a datagram never arrives.
    /// @param packet with its IPv4 header
    bool LosesSent(MemberId from, std::span<const std::uint8_t> packet);
    bool LosesReceived(MemberId to, std::span<const std::uint8_t> packet);

  private:
    bool Draws(double probability, std::span<const std::uint8_t> packet);

    double m_network = 0;
    std::vector<double> m_outbound; ///< each member's own
    std::vector<double> m_inbound;
    swim::Rng m_rng;
};

} // namespace swimlab
