// SPDX-License-Identifier: GPL-2.0-only
//
// Where packets between members are lost: on arrival at the receiver's device.
//
// A path's loss belongs to its two ends and not to the links between them. Were it put on links,
// members many hops apart would lose more than was asked for.
#ifndef SWIM_PATH_FAULTS_H
#define SWIM_PATH_FAULTS_H

#include "swim-fault-table.h"

#include "ns3/error-model.h"
#include "ns3/ipv4-address.h"

#include <cstdint>
#include <vector>

namespace ns3
{

/**
 * @ingroup swim
 * Which member has an address: one array over the whole range of addresses, since this is asked
 * for every packet.
 */
class SwimMemberAddresses : public SimpleRefCount<SwimMemberAddresses>
{
  public:
    static constexpr uint32_t NOT_A_MEMBER = UINT32_MAX;

    /// @param base the first address of the range
    /// @param count addresses in the range
    SwimMemberAddresses(Ipv4Address base, uint32_t count);

    /// @param address within the range
    void Set(Ipv4Address address, uint32_t member);

    /// @return the member, or NOT_A_MEMBER: a router, or an address out of range
    uint32_t Find(Ipv4Address address) const;

  private:
    uint32_t m_base;
    std::vector<uint32_t> m_members;
};

/**
 * @ingroup swim
 * The receive error model of a member's PointToPointNetDevice. Who sent a packet is read from its
 * IPv4 header. What does not come from a member (an ICMP message of a router) is lost only while
 * the receiver is down.
 */
class SwimPathFaults : public ErrorModel
{
  public:
    static TypeId GetTypeId();

    /// @param receiver the member whose device this is for
    void Install(uint32_t receiver,
                 Ptr<SwimFaultTable> faults,
                 Ptr<const SwimMemberAddresses> addresses);

  private:
    bool DoCorrupt(Ptr<Packet> packet) override;
    void DoReset() override;
    void DoDispose() override;

    uint32_t m_receiver = SwimMemberAddresses::NOT_A_MEMBER;
    Ptr<SwimFaultTable> m_faults;
    Ptr<const SwimMemberAddresses> m_addresses;
};

} // namespace ns3

#endif // SWIM_PATH_FAULTS_H
