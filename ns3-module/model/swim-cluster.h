// SPDX-License-Identifier: GPL-2.0-only
//
// What the members of one simulated cluster share: interned names and the converged start.
#ifndef SWIM_CLUSTER_H
#define SWIM_CLUSTER_H

#include "ns3/address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/simple-ref-count.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ns3
{

class SwimApplication;

/**
 * @ingroup swim
 * The members that a cluster can ever have, by index from 0: their names and addresses.
 *
 * Sharing is about memory only: what a member knows it learns from messages, or, when the cluster
 * starts converged, from this list.
 */
class SwimCluster : public SimpleRefCount<SwimCluster>
{
  public:
    /// What the applications and the cluster share of the protocol; not for users.
    struct Shared;

    SwimCluster();
    ~SwimCluster();

    /// @param name unique in the cluster
    /// @return the member's index
    uint32_t AddMember(const std::string& name, Ipv4Address address, uint16_t port);
    uint32_t AddMember(const std::string& name, Ipv6Address address, uint16_t port);

    uint32_t GetSize() const;

    std::string_view GetName(uint32_t member) const;
    uint16_t GetPort(uint32_t member) const;

    /// @return an InetSocketAddress or an Inet6SocketAddress
    Address GetSocketAddress(uint32_t member) const;

    /// The member has another address from its next launch on.
    void SetAddress(uint32_t member, Ipv4Address address);

    /**
     * Fixes who is there from the start: those of these members that start converged know all of
     * them. To be called once for each cluster where several share these members.
     *
     * Where it was never called, the first application that starts converged fixes those who start
     * in the same instant.
     */
    void FreezeConvergedStart(const std::vector<uint32_t>& members);

    /// @return whether applications play members of it that have not been disposed of
    bool IsInUse() const;

    Shared& GetShared() const;

  private:
    std::unique_ptr<Shared> m_shared;
};

} // namespace ns3

#endif // SWIM_CLUSTER_H
