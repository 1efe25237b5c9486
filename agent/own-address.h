// SPDX-License-Identifier: MIT
//
// Which of the machine's addresses a member tells others to reach it at, where it listens at all.
//
// With one address there is no choice. With several it is the one that the machine sends from where
// no route is more special, as others see it by that. Without such a route nothing says which: a
// wrong one would be a member that all others bury, so then it is the user who says.
#pragma once

#include "agent/allow-list.h"
#include "swim/types.h"

#include <optional>
#include <string>
#include <vector>

namespace swim
{

/// An address of an interface that is up.
struct OwnAddress
{
    std::string interface;
    Address address;       ///< without a port
    bool loopback = false; ///< the interface leads to the machine alone
};

/// The machine's addresses, those of loopback too, in the order of the system.
std::vector<OwnAddress> OwnAddresses();

/// The address that the machine would send from to somewhere far away; asks the system's routes and
/// sends nothing. @return nothing without a default route
std::optional<Address> SourceOfDefaultRoute(bool ipv6);

/**
 * Picks one that others may reach: neither of an interface or a range of the machine alone
 * (loopback), nor of one link alone.
 * @param local where the member listens: at all addresses, and a port
 * @param allow only addresses in its ranges are picked
 * @param routed that of SourceOfDefaultRoute
 * @throws AgentError that names the candidates where none can be told from the others
 */
Address PickOwnAddress(const Address& local,
                       const std::vector<OwnAddress>& own,
                       const AllowList& allow,
                       const std::optional<Address>& routed);

} // namespace swim
