// SPDX-License-Identifier: GPL-2.0-only
//
// Where ns-3's interfaces differ between the versions that the module is built with, 3.37 to
// today's.
//
// ns-3 has no version macro that is always there, so what is there is asked of its types. C++17,
// since a public header includes it.
#ifndef SWIM_NS3_COMPAT_H
#define SWIM_NS3_COMPAT_H

#include "ns3/ipv4-routing-protocol.h"

#include <cstdint>
#include <type_traits>

namespace ns3
{

/// Numbers of protocols, assigned by IANA: members of ns-3's protocol classes until 3.48,
/// deprecated since in favour of headers that older versions lack.
inline constexpr uint16_t SWIM_ETHER_TYPE_IPV4 = 0x0800;
inline constexpr uint8_t SWIM_PROTOCOL_TCP = 6;
inline constexpr uint8_t SWIM_PROTOCOL_UDP = 17;

/// The fourth parameter of a method: the first callback of RouteInput.
template <typename Method>
struct SwimFourthParameter;

template <typename Class,
          typename Result,
          typename First,
          typename Second,
          typename Third,
          typename Fourth,
          typename... Others>
struct SwimFourthParameter<Result (Class::*)(First, Second, Third, Fourth, Others...)>
{
    using Type = Fourth;
};

/// A callback as Ipv4RoutingProtocol::RouteInput takes it: by value until 3.38, by reference since.
template <typename Callback>
using SwimRouteInputArgument = std::conditional_t<
    std::is_reference_v<SwimFourthParameter<decltype(&Ipv4RoutingProtocol::RouteInput)>::Type>,
    const Callback&,
    Callback>;

} // namespace ns3

#endif // SWIM_NS3_COMPAT_H
