// SPDX-License-Identifier: GPL-2.0-only
//
// The protocol's side of SwimCluster; private to this module, as it is C++20.
#pragma once

#include "alarms.h"
#include "member-process.h"
#include "swim-cluster.h"
#include "swim/directory.h"
#include "swim/members.h"
#include "swim/outbox.h"

#include <memory>
#include <vector>

namespace ns3
{

struct SwimCluster::Shared
{
    swim::Directory directory;
    std::vector<swim::IdentityId> identities; ///< by member
    /// By member: whom it knows if it starts converged; null: it cannot.
    std::vector<std::shared_ptr<const swim::Baseline>> baselines;
    Alarms alarms{sizeof(MemberProcess)}; ///< of the members' processes
    std::shared_ptr<const void> settings; ///< of the application that launched last
    swim::Outbox outbox; ///< of whoever acts at the moment: applications never re-enter each other
};

} // namespace ns3
