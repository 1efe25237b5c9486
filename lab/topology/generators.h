// SPDX-License-Identifier: GPL-2.0-only
//
// The makers behind BuildTopology: one for each kind. They take a spec that is in range and fill
// routers, links and notes; what is common to all kinds is added by BuildTopology.
#pragma once

#include "lab/topology/topology.h"

namespace swimlab
{

Topology MakeStar();
Topology MakeLeafSpine(const TopologySpec& spec);
Topology MakeFatTree(const TopologySpec& spec);
Topology MakeWaxman(const TopologySpec& spec);
Topology MakeBarabasiAlbert(const TopologySpec& spec);

/// Delays are those from member to member: access links take no time.
/// @throws TopologyError of `matrix`, `loss_matrix`, `members` or `pair.N.between`
Topology MakeRegions(const TopologySpec& spec);

/// May be in several parts. @throws TopologyError of `file`
Topology ReadTopologyFile(const TopologySpec& spec);

} // namespace swimlab
