// SPDX-License-Identifier: GPL-2.0-only
//
// See swim-helper.h.
#include "swim-helper.h"

#include "../model/parameter-attributes.h"

#include "ns3/abort.h"
#include "ns3/ipv4.h"
#include "ns3/node.h"

#include <numeric>

namespace ns3
{

namespace
{

std::string ListOfPresets()
{
    std::string list;
    for (const std::string_view name : swim::PresetNames())
    {
        list += (list.empty() ? "" : ", ") + std::string(name);
    }
    return list;
}

/// @return the node's first address that is not of its loopback interface
Ipv4Address AddressOf(Ptr<Node> node)
{
    const Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    const uint32_t interfaces = ipv4 ? ipv4->GetNInterfaces() : 0;
    uint32_t interface = 1;
    while (interface < interfaces && ipv4->GetNAddresses(interface) == 0)
    {
        ++interface;
    }
    NS_ABORT_MSG_UNLESS(interface < interfaces,
                        "node " << node->GetId()
                                << " has no IPv4 address besides its loopback's: assign "
                                   "addresses before SwimHelper::Install");
    return ipv4->GetAddress(interface, 0).GetLocal();
}

} // namespace

SwimHelper::SwimHelper(const std::string& preset, uint16_t port)
    : m_port(port)
{
    const auto config = swim::Preset(preset);
    NS_ABORT_MSG_UNLESS(config,
                        "there is no preset " << preset << "; there are " << ListOfPresets());
    m_factory.SetTypeId(SwimApplication::GetTypeId());
    SetParametersLeftAtDefault(m_factory, *config);
}

void SwimHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

void SwimHelper::SetJoin(Time spacing)
{
    m_join = true;
    m_spacing = spacing;
}

std::string SwimHelper::MemberName(uint32_t member, uint32_t members)
{
    const std::string number = std::to_string(member);
    return "m" + std::string(std::to_string(members - 1).size() - number.size(), '0') + number;
}

ApplicationContainer SwimHelper::Install(const NodeContainer& nodes)
{
    const auto cluster = Create<SwimCluster>();
    ApplicationContainer applications;
    for (uint32_t i = 0; i < nodes.GetN(); ++i)
    {
        const uint32_t member =
            cluster->AddMember(MemberName(i, nodes.GetN()), AddressOf(nodes.Get(i)), m_port);
        const auto application = m_factory.Create<SwimApplication>();
        application->SetMember(cluster, member);
        nodes.Get(i)->AddApplication(application);
        if (m_join)
        {
            SwimApplication::LaunchOptions options;
            options.seeds = {0};
            application->SetLaunchOptions(options);
            application->SetStartTime(i * m_spacing);
        }
        applications.Add(application);
    }
    if (!m_join)
    {
        std::vector<uint32_t> everybody(nodes.GetN());
        std::iota(everybody.begin(), everybody.end(), 0);
        cluster->FreezeConvergedStart(everybody);
    }
    return applications;
}

int64_t SwimHelper::AssignStreams(const ApplicationContainer& applications, int64_t stream)
{
    int64_t used = 0;
    for (uint32_t i = 0; i < applications.GetN(); ++i)
    {
        used += DynamicCast<SwimApplication>(applications.Get(i))->AssignStreams(stream + used);
    }
    return used;
}

} // namespace ns3
