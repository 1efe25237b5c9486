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

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{

struct SwimCluster::Shared
{
    uint32_t AddMember(const std::string& name, const swim::Address& address);

    /// @return the member of this name
    std::optional<uint32_t> FindMember(swim::NameId name) const;

    swim::Directory directory;
    std::vector<swim::IdentityId> identities; ///< by member
    /// By member: whom it knows if it starts converged; null: it cannot.
    std::vector<std::shared_ptr<const swim::Baseline>> baselines;
    bool frozen = false;                        ///< FreezeConvergedStart was called
    std::vector<SwimApplication*> applications; ///< by member: who plays it; null: nobody
    Alarms alarms{sizeof(MemberProcess)};       ///< of the members' processes
    std::shared_ptr<const void> settings;       ///< of the application that launched last
    swim::Outbox outbox; ///< of whoever acts at the moment: applications never re-enter each other
    bool reporting = false; ///< a member is telling observers and trace sinks, who must not act
};

/// While it lives, observers and trace sinks are being told, and must not act on members: one
/// outbox serves all of them, and whoever tells is in the midst of performing it.
class Reporting
{
  public:
    explicit Reporting(SwimCluster::Shared& shared)
        : m_shared(shared)
    {
        m_shared.reporting = true;
    }

    ~Reporting()
    {
        m_shared.reporting = false;
    }

    Reporting(const Reporting&) = delete;
    Reporting& operator=(const Reporting&) = delete;

  private:
    SwimCluster::Shared& m_shared;
};

} // namespace ns3
