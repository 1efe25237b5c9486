// SPDX-License-Identifier: GPL-2.0-only
//
// Puts a member on each of some nodes: names, addresses and the converged start in one call.
#ifndef SWIM_HELPER_H
#define SWIM_HELPER_H

#include "ns3/address.h"
#include "ns3/application-container.h"
#include "ns3/attribute.h"
#include "ns3/ipv4-interface-container.h"
#include "ns3/ipv6-interface-container.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"
#include "ns3/swim-application.h"
#include "ns3/swim-cluster.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @defgroup swim SWIM
 *
 * Members of a cluster that find out who of them is alive: the protocol SWIM with Lifeguard's
 * extensions, in the messages of hashicorp/memberlist, over UDP and TCP.
 */

/**
 * @ingroup swim
 * Makes SwimApplications that form one cluster, starting converged unless told otherwise.
 *
 * All members that one helper installs are in one cluster, by however many calls: settings changed
 * between two calls hold for the members of later ones. For another cluster, make another helper,
 * or call StartNewCluster.
 */
class SwimHelper
{
  public:
    /**
     * @param preset swim-basic, swim, memlist, memberlist-lan, memberlist-wan, memberlist-local,
     *        lifeguard-paper, recommended-lan or recommended-wan. A default that was changed before
     *        this, by Config::SetDefault or on the command line, wins over the preset's
     * @param port UDP and TCP port of every member
     */
    explicit SwimHelper(const std::string& preset = "memberlist-lan", uint16_t port = 7946);

    /// Takes another preset for those who are installed later; attributes that were set are lost.
    void SetPreset(const std::string& preset);

    /// Overrides one attribute of the preset, for those who are installed later.
    void SetAttribute(const std::string& name, const AttributeValue& value);

    /**
     * Makes members join through others, one after the other, instead of starting converged.
     * @param spacing between two joins, counted from the applications' start
     * @param seeds the members that they ask, by the order of installing
     */
    void SetJoin(Time spacing, const std::vector<uint32_t>& seeds = {0});

    /// Those who are installed later form a cluster of their own.
    void StartNewCluster();

    /**
     * A member on each node, at the node's first address that is not loopback: of IPv4, or of IPv6
     * where it has none of IPv4. Names are `m` and the index, zero-padded to one width.
     *
     * Members of a cluster start converged if they start in the same instant; later ones join them.
     */
    ApplicationContainer Install(const NodeContainer& nodes);

    /// A member at the first address of each interface, with its sockets bound to that address.
    ApplicationContainer Install(const Ipv4InterfaceContainer& interfaces);

    /// The same at the first global address of each.
    ApplicationContainer Install(const Ipv6InterfaceContainer& interfaces);

    /// Fixes the random streams of applications that Install made. @return the number of streams
    /// used
    static int64_t AssignStreams(const ApplicationContainer& applications, int64_t stream);

    /// @return the name of a member in a cluster of `members`
    static std::string MemberName(uint32_t member, uint32_t members);

    /**
     * Sets defaults of ns-3's TCP to what Linux does: segments of 1448 bytes, windows up to 4 and
     * 6 MiB, a lost SYN again after 1 s, acknowledgements within 40 ms, a least retransmission
     * time-out of 200 ms. ns-3's own date from slow links, and decide how long an exchange of
     * tables takes. To be called before nodes send.
     */
    static void UseLinuxTcpDefaults();

  private:
    void AddMember(Ptr<Node> node,
                   const Address& address,
                   uint32_t members,
                   bool bindToAddress,
                   ApplicationContainer& applications);

    void PrepareCluster();

    ObjectFactory m_factory;
    uint16_t m_port;
    bool m_join = false;
    Time m_spacing;
    std::vector<uint32_t> m_seeds{0}; //!< of a converged start for SeedInterval
    Ptr<SwimCluster> m_cluster;       //!< null: none yet
};

} // namespace ns3

#endif // SWIM_HELPER_H
