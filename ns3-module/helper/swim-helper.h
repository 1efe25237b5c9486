// SPDX-License-Identifier: GPL-2.0-only
//
// Puts a member on each of some nodes: names, addresses and the converged start in one call.
#ifndef SWIM_HELPER_H
#define SWIM_HELPER_H

#include "ns3/application-container.h"
#include "ns3/attribute.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"
#include "ns3/swim-application.h"

#include <cstdint>
#include <string>

namespace ns3
{

/**
 * Makes SwimApplications that form one cluster, starting converged unless told otherwise.
 */
class SwimHelper
{
  public:
    /**
     * @param preset swim-basic, swim, memlist, memberlist-lan, memberlist-wan or memberlist-local.
     *        A default that was changed before this, by Config::SetDefault or on the command line,
     *        wins over the preset's
     * @param port UDP and TCP port of every member
     */
    explicit SwimHelper(const std::string& preset = "memberlist-lan", uint16_t port = 7946);

    /// Overrides one attribute of the preset.
    void SetAttribute(const std::string& name, const AttributeValue& value);

    /// Makes members join through the first node's member, one after the other, instead of starting
    /// converged. @param spacing between two joins
    void SetJoin(Time spacing);

    /**
     * A member on each node, at the node's first address that is not loopback. Members of one call
     * form one cluster; names are `m` and the index, zero-padded to one width. Each member's random
     * stream is its index, until AssignStreams says otherwise.
     */
    ApplicationContainer Install(const NodeContainer& nodes);

    /// Fixes the random streams of applications that Install made. @return the number of streams
    /// used
    static int64_t AssignStreams(const ApplicationContainer& applications, int64_t stream);

    /// @return the name of a member in a cluster of `members`
    static std::string MemberName(uint32_t member, uint32_t members);

  private:
    ObjectFactory m_factory;
    uint16_t m_port;
    bool m_join = false;
    Time m_spacing;
};

} // namespace ns3

#endif // SWIM_HELPER_H
