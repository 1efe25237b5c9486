// SPDX-License-Identifier: GPL-2.0-only
//
// See swim-helper.h.
#include "swim-helper.h"

#include "../model/logging.h"
#include "../model/parameter-attributes.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/uinteger.h"

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

/// @return the interface's first address that others can reach it by; invalid if it has none
Address GlobalAddressOf(Ptr<Ipv6> ipv6, uint32_t interface)
{
    for (uint32_t i = 0; i < ipv6->GetNAddresses(interface); ++i)
    {
        const Ipv6Address address = ipv6->GetAddress(interface, i).GetAddress();
        if (!address.IsLinkLocal() && !address.IsLocalhost())
        {
            return address;
        }
    }
    return Address();
}

/// @return the node's first address that is not of its loopback interface
Address AddressOf(Ptr<Node> node)
{
    const Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    for (uint32_t interface = 1; ipv4 && interface < ipv4->GetNInterfaces(); ++interface)
    {
        if (ipv4->GetNAddresses(interface) > 0)
        {
            return ipv4->GetAddress(interface, 0).GetLocal();
        }
    }
    const Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    for (uint32_t interface = 1; ipv6 && interface < ipv6->GetNInterfaces(); ++interface)
    {
        const Address address = GlobalAddressOf(ipv6, interface);
        if (!address.IsInvalid())
        {
            return address;
        }
    }
    NS_ABORT_MSG("node " << node->GetId()
                         << " has no IPv4 address besides its loopback's, and no global IPv6 "
                            "address: assign addresses before SwimHelper::Install");
    return Address(); // for compilers to whom an abort is no end
}

} // namespace

SwimHelper::SwimHelper(const std::string& preset, uint16_t port)
    : m_port(port)
{
    SetPreset(preset);
}

void SwimHelper::SetPreset(const std::string& preset)
{
    const auto config = swim::Preset(preset);
    NS_ABORT_MSG_UNLESS(config,
                        "there is no preset " << preset << "; there are " << ListOfPresets());
    m_factory = ObjectFactory();
    m_factory.SetTypeId(SwimApplication::GetTypeId());
    SetParametersLeftAtDefault(m_factory, *config);
    SetUnlessUserDid(m_factory, "JoinRetryJitter", TimeValue(Seconds(1)));
}

void SwimHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

void SwimHelper::SetJoin(Time spacing, const std::vector<uint32_t>& seeds)
{
    NS_ABORT_MSG_IF(seeds.empty(), "SwimHelper::SetJoin needs a member to join through");
    m_join = true;
    m_spacing = spacing;
    m_seeds = seeds;
}

void SwimHelper::StartNewCluster()
{
    m_cluster = nullptr;
}

std::string SwimHelper::MemberName(uint32_t member, uint32_t members)
{
    const std::string number = std::to_string(member);
    return "m" + std::string(std::to_string(members - 1).size() - number.size(), '0') + number;
}

ApplicationContainer SwimHelper::Install(const NodeContainer& nodes)
{
    PrepareCluster();
    const uint32_t members = m_cluster->GetSize() + nodes.GetN();
    ApplicationContainer applications;
    for (uint32_t i = 0; i < nodes.GetN(); ++i)
    {
        AddMember(nodes.Get(i), AddressOf(nodes.Get(i)), members, false, applications);
    }
    return applications;
}

ApplicationContainer SwimHelper::Install(const Ipv4InterfaceContainer& interfaces)
{
    PrepareCluster();
    const uint32_t members = m_cluster->GetSize() + interfaces.GetN();
    ApplicationContainer applications;
    for (uint32_t i = 0; i < interfaces.GetN(); ++i)
    {
        const auto [ipv4, interface] = interfaces.Get(i);
        const Address address = ipv4->GetAddress(interface, 0).GetLocal();
        AddMember(ipv4->GetObject<Node>(), address, members, true, applications);
    }
    return applications;
}

ApplicationContainer SwimHelper::Install(const Ipv6InterfaceContainer& interfaces)
{
    PrepareCluster();
    const uint32_t members = m_cluster->GetSize() + interfaces.GetN();
    ApplicationContainer applications;
    for (uint32_t i = 0; i < interfaces.GetN(); ++i)
    {
        const auto [ipv6, interface] = interfaces.Get(i);
        const Ptr<Node> node = ipv6->GetObject<Node>();
        const Address address = GlobalAddressOf(ipv6, interface);
        NS_ABORT_MSG_IF(address.IsInvalid(),
                        "interface " << interface << " of node " << node->GetId()
                                     << " has no global IPv6 address");
        AddMember(node, address, members, true, applications);
    }
    return applications;
}

/// Begins a cluster where there is none, or where all of it has gone with its simulation.
void SwimHelper::PrepareCluster()
{
    if (!m_cluster || (m_cluster->GetSize() > 0 && !m_cluster->IsInUse()))
    {
        m_cluster = Create<SwimCluster>();
    }
}

void SwimHelper::AddMember(Ptr<Node> node,
                           const Address& address,
                           uint32_t members,
                           bool bindToAddress,
                           ApplicationContainer& applications)
{
    const uint32_t index = m_cluster->GetSize();
    const std::string name = MemberName(index, members);
    if (Ipv6Address::IsMatchingType(address))
    {
        m_cluster->AddMember(name, Ipv6Address::ConvertFrom(address), m_port);
    }
    else
    {
        m_cluster->AddMember(name, Ipv4Address::ConvertFrom(address), m_port);
    }
    const auto application = m_factory.Create<SwimApplication>();
    application->SetMember(m_cluster, index);
    if (bindToAddress)
    {
        application->SetAttribute("BindToAddress", BooleanValue(true));
    }
    SwimApplication::LaunchOptions options;
    options.converged = !m_join;
    options.seeds = m_seeds;
    options.delay = m_join ? index * m_spacing : Time();
    application->SetLaunchOptions(options);
    node->AddApplication(application);
    NS_LOG_INFO(name << " is at " << address << ", port " << m_port << ", on node "
                     << node->GetId());
    applications.Add(application);
}

int64_t SwimHelper::AssignStreams(const ApplicationContainer& applications, int64_t stream)
{
    int64_t used = 0;
    for (uint32_t i = 0; i < applications.GetN(); ++i)
    {
        const auto member = DynamicCast<SwimApplication>(applications.Get(i));
        NS_ABORT_MSG_UNLESS(member,
                            "SwimHelper::AssignStreams is for SwimApplications, but number "
                                << i << " of the container is another application");
        used += member->AssignStreams(stream + used);
    }
    return used;
}

void SwimHelper::UseLinuxTcpDefaults()
{
    // 1500 of MTU, less 20 of IPv4, 20 of TCP and 12 of the timestamp option.
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    // Largest windows that Linux grows to by itself (tcp_wmem, tcp_rmem).
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(4 << 20));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(6 << 20));
    Config::SetDefault("ns3::TcpSocket::ConnTimeout", TimeValue(Seconds(1)));
    Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(MilliSeconds(40)));
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
    // TIME_WAIT lasts two of these.
    Config::SetDefault("ns3::TcpSocketBase::MaxSegLifetime", DoubleValue(30));
}

} // namespace ns3
