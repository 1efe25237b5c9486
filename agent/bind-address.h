// SPDX-License-Identifier: MIT
//
// Where a member listens, as people write it: an address, an interface of the machine, or a name
// that stands for an address of the machine.
//
// A machine's addresses change from one to the next while its interfaces and its name are the same
// everywhere, so a configuration for many machines can say "eth0". What could mean several addresses
// is refused with the list of them: a wrong one would be a member that nobody reaches.
#pragma once

#include "agent/look-up.h"
#include "agent/own-address.h"
#include "swim/types.h"

#include <string>
#include <vector>

namespace swim
{

/**
 * @param text "HOST:PORT", "[HOST]:PORT" or "HOST", which is port 7946. HOST is tried as a numeric
 *        address, of which the system will say whether it is ours, then as the name of an
 *        interface, then as a host name
 * @param own the machine's addresses
 * @param lookUp finds what a host name stands for; may block
 * @return an interface's IPv4 address, or else its IPv6 address that is not of its link alone;
 *         likewise of a name, those of this machine
 * @throws AgentError that tells of no address or of several, and which interfaces there are
 */
Address ReadBindAddress(const std::string& text,
                        const std::vector<OwnAddress>& own,
                        const LookUpHost& lookUp);

/// Of this machine, by its own look-up.
Address ReadBindAddress(const std::string& text);

} // namespace swim
