// SPDX-License-Identifier: GPL-2.0-only
//
// See animation.h. The elements are those of ns-3's AnimationInterface, version 3.108.
#include "lab/ns3/animation.h"

#include "swim/trace-row.h"

#include "ns3/node.h"
#include "ns3/packet.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <utility>

namespace swimlab
{

namespace
{

/// The drawing is so wide and so high.
constexpr double SIZE = 100;

/// Members lie in a circle around their router.
constexpr double LEAST_RADIUS = 4;
constexpr double RADIUS_A_MEMBER = 0.1;

constexpr std::string_view RUNNING = R"(r="0" g="114" b="178")";
constexpr std::string_view STANDING_STILL = R"(r="230" g="159" b="0")";
constexpr std::string_view GONE = R"(r="120" g="120" b="120")";

/// Where an IPv4 header has its protocol (RFC 791).
constexpr std::uint32_t IP_PROTOCOL_AT = 9;

std::string Quoted(std::string_view name, std::string_view value)
{
    std::string text = " " + std::string(name) + "=\"";
    for (const char c : value)
    {
        switch (c)
        {
        case '&':
            text += "&amp;";
            break;
        case '<':
            text += "&lt;";
            break;
        case '"':
            text += "&quot;";
            break;
        default:
            text += c;
        }
    }
    return text + "\"";
}

std::string Quoted(std::string_view name, std::uint32_t value)
{
    return Quoted(name, std::to_string(value));
}

std::string Seconds(std::string_view name, std::int64_t ns)
{
    std::string text;
    swim::AppendSeconds(ns, text);
    return Quoted(name, text);
}

std::string Place(double value)
{
    std::array<char, 32> text;
    const int length = std::snprintf(text.data(), text.size(), "%.3f", value);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string NodeLine(std::uint32_t id, double x, double y)
{
    return "<node" + Quoted("id", id) + Quoted("sysId", 0) + Quoted("locX", Place(x)) +
           Quoted("locY", Place(y)) + " />";
}

std::string DescriptionLine(std::uint32_t id, std::string_view name)
{
    return R"(<nu p="d")" + Seconds("t", 0) + Quoted("id", id) + Quoted("descr", name) + " />";
}

std::string LinkLine(std::uint32_t from, std::uint32_t to)
{
    return "<link" + Quoted("fromId", from) + Quoted("toId", to) + R"( fd="" td="" ld="" />)";
}

std::string_view ProtocolOf(const ns3::Packet& packet, std::uint32_t header)
{
    constexpr std::uint8_t TCP = 6;
    constexpr std::uint8_t UDP = 17;
    std::array<std::uint8_t, 16> head{};
    packet.CopyData(head.data(), head.size());
    const std::uint8_t protocol = head.at(header + IP_PROTOCOL_AT);
    return protocol == TCP ? "TCP" : protocol == UDP ? "UDP" : "ICMP";
}

} // namespace

Animation::Animation(const std::filesystem::path& folder,
                     const Plan& plan,
                     const PacketNetwork& network)
    : m_plan(plan),
      m_file(folder / ANIMATION_FILE, R"(<?xml version="1.0" encoding="UTF-8"?>)")
{
    Put(-1, R"(<anim ver="netanim-3.108" filetype="animation" >)");
    AddNodes(network);
    AddLinks();
    WriteUntil(0);
}

std::uint32_t Animation::NodeOf(MemberId member) const
{
    return static_cast<std::uint32_t>(m_plan.topology.routers.size()) + member;
}

void Animation::AddNodes(const PacketNetwork& network)
{
    const auto& routers = m_plan.topology.routers;
    for (RouterId router = 0; router < routers.size(); ++router)
    {
        m_numbers[network.RouterNode(router)->GetId()] = router;
        Put(-1, NodeLine(router, SIZE * routers[router].x, SIZE * (1 - routers[router].y)));
        Put(-1, DescriptionLine(router, routers[router].label));
    }
    std::vector<std::uint32_t> membersOf(routers.size());
    for (const RouterId router : m_plan.routerOfMember)
    {
        ++membersOf[router];
    }
    std::vector<std::uint32_t> placed(routers.size());
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        const RouterId router = m_plan.routerOfMember[member];
        const double angle = 2 * std::numbers::pi * placed[router]++ / membersOf[router];
        const double radius = LEAST_RADIUS + RADIUS_A_MEMBER * membersOf[router];
        m_numbers[network.MemberNode(member)->GetId()] = NodeOf(member);
        Put(-1,
            NodeLine(NodeOf(member),
                     SIZE * routers[router].x + radius * std::cos(angle),
                     SIZE * (1 - routers[router].y) + radius * std::sin(angle)));
        Put(-1, DescriptionLine(NodeOf(member), m_plan.names[member]));
    }
}

void Animation::AddLinks()
{
    for (const Link& link : m_plan.topology.links)
    {
        Put(-1, LinkLine(link.a, link.b));
    }
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        Put(-1, LinkLine(m_plan.routerOfMember[member], NodeOf(member)));
    }
}

bool Animation::IsWanted(std::int64_t timeNs) const
{
    return timeNs >= m_plan.trace.from.count() && timeNs < m_plan.trace.to.count();
}

void Animation::Put(std::int64_t timeNs, std::string line)
{
    m_lines.emplace(timeNs, std::move(line));
}

void Animation::WriteUntil(std::int64_t timeNs)
{
    while (!m_lines.empty() && m_lines.begin()->first < timeNs)
    {
        m_file.Row() += m_lines.begin()->second;
        m_file.EndRow();
        m_lines.erase(m_lines.begin());
    }
}

void Animation::Hop(const ns3::SwimHop& hop, const ns3::Packet& packet, std::uint32_t header)
{
    if (!IsWanted(hop.toldNs))
    {
        return;
    }
    const std::string meta = std::string(ProtocolOf(packet, header)) + " " +
                             std::to_string(packet.GetSize() - header) + " bytes";
    Put(hop.beginsNs,
        "<p" + Quoted("fId", m_numbers.at(hop.from)) + Seconds("fbTx", hop.beginsNs) +
            Seconds("lbTx", hop.endsNs) + Quoted("meta-info", meta) +
            Quoted("tId", m_numbers.at(hop.to)) + Seconds("fbRx", hop.beginsNs + hop.delayNs) +
            Seconds("lbRx", hop.endsNs + hop.delayNs) + " />");
    WriteUntil(hop.toldNs);
}

void Animation::Paint(std::int64_t timeNs, MemberId member, bool runs, bool ended)
{
    Put(timeNs,
        R"(<nu p="c")" + Seconds("t", timeNs) + Quoted("id", NodeOf(member)) + " " +
            std::string(runs    ? RUNNING
                        : ended ? GONE
                                : STANDING_STILL) +
            " />");
}

void Animation::Finish()
{
    WriteUntil(INT64_MAX);
    m_file.Row() += "</anim>";
    m_file.EndRow();
    m_file.Finish();
}

} // namespace swimlab
