// SPDX-License-Identifier: GPL-2.0-only
//
// What one member believes of another.
#ifndef SWIM_MEMBER_VIEW_H
#define SWIM_MEMBER_VIEW_H

#include "ns3/address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <ostream>
#include <string>

namespace ns3
{

/**
 * @ingroup swim
 * What a member believes of another, or of itself.
 */
enum class SwimMemberState : uint8_t
{
    ALIVE,
    SUSPECT, //!< did not answer, and may still defend itself
    DEAD,
    LEFT, //!< said that it goes
};

/// Prints the state as events spell it, such as "suspect".
std::ostream& operator<<(std::ostream& os, SwimMemberState state);

/**
 * @ingroup swim
 * One row of a member's view of its cluster.
 */
struct SwimMemberView
{
    std::string name;
    SwimMemberState state;
    uint32_t incarnation; //!< how often the member has defended itself, from 1
    Time since;           //!< when the state last changed; 0: from the start
    Address address;      //!< an InetSocketAddress or an Inet6SocketAddress
    std::string meta;     //!< what the member tells of itself; see SwimApplication::UpdateMeta
};

} // namespace ns3

#endif // SWIM_MEMBER_VIEW_H
