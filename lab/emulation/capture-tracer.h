// SPDX-License-Identifier: GPL-2.0-only
//
// Puts down the packets that a network of ns-3 carries between real processes.
#pragma once

#include "lab/ns3/packet-log.h"

#include <optional>

namespace swimlab
{

class CaptureTracer final : public ns3::SwimPacketTracer
{
  public:
    /// @param zeroNs the run's time zero on the simulator's clock
    CaptureTracer(const Plan& plan, Capture& capture, std::int64_t zeroNs)
        : m_log(std::in_place, plan, capture, zeroNs)
    {
    }

    /// From now on nothing is taken in.
    void Finish()
    {
        if (m_log)
        {
            m_log->Finish();
        }
        m_log.reset();
    }

    /// Messages have no numbers here, as processes send them.
    void OnCopies(std::uint64_t, std::uint32_t) override
    {
    }

    void OnLost(std::uint64_t, ns3::SwimLoss) override
    {
    }

    void OnTransmitted(std::uint32_t member,
                       const ns3::Packet& packet,
                       std::uint32_t header) override
    {
        if (m_log)
        {
            m_log->Send(member, packet, header);
        }
    }

    void OnHop(const ns3::SwimHop&, const ns3::Packet&, std::uint32_t) override
    {
    }

    void OnPacketCopies(const ns3::Packet& packet,
                        std::uint32_t header,
                        std::uint32_t more) override
    {
        if (m_log)
        {
            m_log->Double(packet, header, more);
        }
    }

    void OnPacketLost(const ns3::Packet& packet, std::uint32_t header, ns3::SwimLoss why) override
    {
        if (m_log)
        {
            m_log->Lose(packet, header, why);
        }
    }

    void OnPacketArrived(std::uint32_t member,
                         const ns3::Packet& packet,
                         std::uint32_t header) override
    {
        if (m_log)
        {
            m_log->Arrive(member, packet, header);
        }
    }

  private:
    std::optional<PacketLog> m_log;
};

} // namespace swimlab
