// SPDX-License-Identifier: GPL-2.0-only
//
// The link between a member and its router, which can be slow or dead.
//
// A slow member is slow towards everybody, so its delay belongs on the one link that all its
// packets share, in both directions. ns-3's channel has one delay for its life.
#ifndef SWIM_ACCESS_CHANNEL_H
#define SWIM_ACCESS_CHANNEL_H

#include "swim-fault-table.h"

#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-net-device.h"

#include <cstdint>

namespace ns3
{

/**
 * @ingroup swim
 * A PointToPointChannel that delays and doubles packets as the table of faults says, and swallows
 * what a crashed member still had in its queue.
 *
 * The member's device is attached first, the router's second. Unlike its parent, it does not fire
 * the trace source TxRxPointToPoint, which is private there.
 */
class SwimAccessChannel : public PointToPointChannel
{
  public:
    static TypeId GetTypeId();

    /// @param member the member at the first device
    void Install(uint32_t member, Ptr<SwimFaultTable> faults);

    bool TransmitStart(Ptr<const Packet> p, Ptr<PointToPointNetDevice> src, Time txTime) override;

  private:
    void DoDispose() override;

    uint32_t m_member = UINT32_MAX;
    Ptr<SwimFaultTable> m_faults;
};

} // namespace ns3

#endif // SWIM_ACCESS_CHANNEL_H
