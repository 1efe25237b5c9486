// SPDX-License-Identifier: MIT
//
// Whether a cluster knows the truth about itself, and by when it has to.
#pragma once

#include "virtual/virtual-network.h"

namespace swim
{

MemberState StateIn(const Detector& node, Member subject);

/// @return whether `observer`, who runs, is right about `subject`: at its address, with its
///         incarnation and metadata if it runs, gone or unknown if not
bool Right(const VirtualNetwork& network, Member observer, Member subject);

/// @return whether everybody who runs is right about everybody
bool AllRight(const VirtualNetwork& network);

/// @return whether nobody who runs holds anybody for a member who does not run
bool NoGhosts(const VirtualNetwork& network);

/**
 * How long a member that nobody hears of any more may be held for one: its turn in the probe order
 * (2n-1 rounds at most), each round stretched by the worst health, then the longest suspicion.
 */
Duration BurialBound(const Config& config, std::uint32_t n);

/**
 * How long a cluster without new faults may take until everybody is right, but for one case in 1e9.
 *
 * - To bury a member: see above.
 * - Two members that hold each other dead need two meetings, since the answer to the first was
 *   written before the news was heard; a reconnect tick picks a given dead with probability 1/n at
 *   least.
 * - What gossip dropped spreads by push/pull: like a rumour in log2 n + ln n rounds, and each
 *   further round makes it e times less probable that somebody was missed.
 * - Who came back at another address is heard once dead_node_reclaim_time lets him.
 */
Duration ConvergenceBound(const Config& config, std::uint32_t n);

} // namespace swim
