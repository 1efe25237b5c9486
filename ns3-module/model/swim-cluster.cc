// SPDX-License-Identifier: GPL-2.0-only
//
// See swim-cluster.h.
#include "swim-cluster.h"

#include "address-conversion.h"
#include "cluster-shared.h"

#include "ns3/abort.h"

#include <algorithm>

namespace ns3
{

SwimCluster::SwimCluster()
    : m_shared(std::make_unique<Shared>())
{
}

SwimCluster::~SwimCluster() = default;

uint32_t SwimCluster::AddMember(const std::string& name, Ipv4Address address, uint16_t port)
{
    return m_shared->AddMember(name, ToSwimAddress(address, port));
}

uint32_t SwimCluster::AddMember(const std::string& name, Ipv6Address address, uint16_t port)
{
    return m_shared->AddMember(name, ToSwimAddress(address, port));
}

uint32_t SwimCluster::Shared::AddMember(const std::string& name, const swim::Address& address)
{
    NS_ABORT_MSG_IF(directory.FindName(name) != swim::NONE,
                    "two members of one cluster are called " << name);
    const auto family = [](bool ipv6) { return ipv6 ? "IPv6" : "IPv4"; };
    const bool ipv6 = IsIpv6(address);
    NS_ABORT_MSG_IF(!identities.empty() && IsIpv6(directory.Get(identities[0]).address) != ipv6,
                    "member " << name << " is on " << family(ipv6) << ", but the others are on "
                              << family(!ipv6)
                              << ": all members of a cluster must be on one of both");
    const swim::NameId id = directory.InternName(name);
    identities.push_back(directory.Intern(id, address, "", swim::OUR_VERSIONS));
    baselines.emplace_back();
    applications.push_back(nullptr);
    alarms.Add();
    return static_cast<uint32_t>(identities.size()) - 1;
}

std::optional<uint32_t> SwimCluster::Shared::FindMember(swim::NameId name) const
{
    if (name == swim::NONE)
    {
        return std::nullopt;
    }
    const auto isOf = [&](uint32_t member) {
        return directory.Get(identities[member]).name == name;
    };
    // Members are named before anybody else, as a rule, and then the numbers are the same.
    if (name.Value() < identities.size() && isOf(name.Value()))
    {
        return name.Value();
    }
    for (uint32_t member = 0; member < identities.size(); ++member)
    {
        if (isOf(member))
        {
            return member;
        }
    }
    return std::nullopt;
}

void SwimCluster::SetAddress(uint32_t member, Ipv4Address address)
{
    swim::IdentityId& identity = m_shared->identities.at(member);
    const swim::Identity old = m_shared->directory.Get(identity);
    identity = m_shared->directory.Intern(old.name,
                                          ToSwimAddress(address, old.address.port),
                                          old.meta,
                                          old.versions);
}

uint32_t SwimCluster::GetSize() const
{
    return static_cast<uint32_t>(m_shared->identities.size());
}

std::string_view SwimCluster::GetName(uint32_t member) const
{
    return m_shared->directory.NameOf(m_shared->identities.at(member));
}

uint16_t SwimCluster::GetPort(uint32_t member) const
{
    return m_shared->directory.Get(m_shared->identities.at(member)).address.port;
}

Address SwimCluster::GetSocketAddress(uint32_t member) const
{
    return ToSocketAddress(m_shared->directory.Get(m_shared->identities.at(member)).address);
}

bool SwimCluster::IsInUse() const
{
    return std::ranges::any_of(m_shared->applications,
                               [](const SwimApplication* player) { return player != nullptr; });
}

void SwimCluster::FreezeConvergedStart(const std::vector<uint32_t>& members)
{
    m_shared->frozen = true;
    std::vector<swim::IdentityId> identities;
    for (const uint32_t member : members)
    {
        identities.push_back(m_shared->identities.at(member));
    }
    const auto baseline =
        std::make_shared<const swim::Baseline>(std::move(identities), m_shared->directory);
    for (const uint32_t member : members)
    {
        m_shared->baselines[member] = baseline;
    }
}

SwimCluster::Shared& SwimCluster::GetShared() const
{
    return *m_shared;
}

} // namespace ns3
