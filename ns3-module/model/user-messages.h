// SPDX-License-Identifier: GPL-2.0-only
//
// Hears the broadcasts of the others for a member's application, and by which member they are.
//
// Private to this module, as it is C++20.
#pragma once

#include "cluster-shared.h"
#include "swim-cluster.h"
#include "swim/application.h"

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

namespace ns3
{

/// Of one member, over all of its lives.
class UserMessages : public swim::Application
{
  public:
    using OnMessage = std::function<void(uint32_t origin, swim::wire::ByteView payload)>;

    /// @param onMessage runs in the midst of what the member does
    UserMessages(Ptr<SwimCluster> cluster, OnMessage onMessage)
        : m_cluster(std::move(cluster)),
          m_onMessage(std::move(onMessage))
    {
    }

    void OnBroadcast(std::string_view from,
                     std::string_view /* name */,
                     swim::wire::ByteView payload) override
    {
        const SwimCluster::Shared& shared = m_cluster->GetShared();
        if (const auto origin = shared.FindMember(shared.directory.FindName(from)))
        {
            m_onMessage(*origin, payload); // of a stranger, whom Inject made up, nobody is told
        }
    }

  private:
    Ptr<SwimCluster> m_cluster;
    OnMessage m_onMessage;
};

} // namespace ns3
