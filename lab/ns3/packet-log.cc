// SPDX-License-Identifier: GPL-2.0-only
//
// See packet-log.h.
#include "lab/ns3/packet-log.h"

#include "ns3/packet.h"
#include "ns3/simulator.h"

#include <array>

namespace swimlab
{

namespace
{

/// What nobody tells of for so long is written as it was sent. No packet is slower than this, but for
/// one that an event delays by minutes, whose comment is then missing.
constexpr std::int64_t LONGEST_WAIT_NS = 60'000'000'000;

/// Where an IPv4 header says which piece of a datagram this is, in 13 bits (RFC 791).
constexpr std::uint32_t FRAGMENT_AT = 6;
constexpr std::uint64_t FRAGMENT_BITS = 13;

constexpr std::string_view LOSS_NAMES[] = {"",
                                           "loss",
                                           "socket-loss",
                                           "partition",
                                           "block",
                                           "block-udp",
                                           "block-tcp",
                                           "link-down",
                                           "queue",
                                           "overflow",
                                           "nobody",
                                           "down",
                                           "stall",
                                           "closed"};
static_assert(std::size(LOSS_NAMES) == static_cast<std::size_t>(ns3::SwimLoss::CLOSED) + 1);

} // namespace

std::string_view ToString(ns3::SwimLoss loss)
{
    return LOSS_NAMES[static_cast<std::size_t>(loss)];
}

PacketLog::PacketLog(const Plan& plan, Capture& capture, std::int64_t zeroNs)
    : m_plan(plan),
      m_capture(capture),
      m_zeroNs(zeroNs),
      m_wanted(plan.trace.members.empty() ? 0 : plan.members)
{
    for (const MemberId member : plan.trace.members)
    {
        m_wanted[member] = true;
    }
}

/// ns-3 numbers packets, and copies and fragments keep their packet's number.
std::uint64_t PacketLog::KeyOf(const ns3::Packet& packet, std::uint32_t header)
{
    std::uint64_t fragment = 0;
    if (header != ns3::SwimPacketTracer::NO_HEADER)
    {
        std::array<std::uint8_t, 16> head{};
        packet.CopyData(head.data(), head.size());
        const std::uint32_t at = header + FRAGMENT_AT;
        fragment = (head[at] << 8 | head[at + 1]) & ((1 << FRAGMENT_BITS) - 1);
    }
    return packet.GetUid() << FRAGMENT_BITS | fragment;
}

PacketLog::Entry* PacketLog::Find(std::uint64_t key)
{
    const auto place = m_places.find(key);
    return place == m_places.end() ? nullptr : &m_entries[place->second - m_first];
}

std::int64_t PacketLog::NowNs() const
{
    return ns3::Simulator::Now().GetNanoSeconds() - m_zeroNs;
}

void PacketLog::Send(std::uint32_t member, const ns3::Packet& packet, std::uint32_t header)
{
    const std::int64_t timeNs = NowNs();
    if (timeNs < m_plan.trace.from.count() || timeNs >= m_plan.trace.to.count())
    {
        return;
    }
    Entry entry{.timeNs = timeNs,
                .key = KeyOf(packet, header),
                .member = member,
                .wanted = m_wanted.empty() || m_wanted[member],
                .bytes = std::string(packet.GetSize(), '\0')};
    packet.CopyData(reinterpret_cast<std::uint8_t*>(entry.bytes.data()), packet.GetSize());
    entry.bytes.erase(0, header);
    m_places[entry.key] = m_first + m_entries.size();
    m_entries.push_back(std::move(entry));
    WriteSettled(timeNs);
}

void PacketLog::Double(const ns3::Packet& packet, std::uint32_t header, std::uint32_t more)
{
    if (Entry* entry = Find(KeyOf(packet, header)))
    {
        entry->copies += more;
    }
}

void PacketLog::Arrive(std::uint32_t member, const ns3::Packet& packet, std::uint32_t header)
{
    if (Entry* entry = Find(KeyOf(packet, header)))
    {
        entry->arrived = true;
        entry->wanted = entry->wanted || m_wanted[member];
        Settle(*entry);
    }
}

void PacketLog::Lose(const ns3::Packet& packet, std::uint32_t header, ns3::SwimLoss why)
{
    if (Entry* entry = Find(KeyOf(packet, header)))
    {
        entry->lostBy = ToString(why);
        Settle(*entry);
    }
}

void PacketLog::Settle(Entry& entry)
{
    if (--entry.copies == 0)
    {
        m_places.erase(entry.key);
        WriteSettled(NowNs());
    }
}

void PacketLog::WriteSettled(std::int64_t nowNs)
{
    while (!m_entries.empty())
    {
        const Entry& entry = m_entries.front();
        if (entry.copies > 0 && nowNs - entry.timeNs < LONGEST_WAIT_NS)
        {
            return;
        }
        if (entry.wanted)
        {
            m_capture.AddPacket(
                entry.timeNs,
                entry.member,
                {reinterpret_cast<const std::uint8_t*>(entry.bytes.data()), entry.bytes.size()},
                entry.arrived ? "" : entry.lostBy);
        }
        const auto place = m_places.find(entry.key);
        if (place != m_places.end() && place->second == m_first)
        {
            m_places.erase(place);
        }
        m_entries.pop_front();
        ++m_first;
    }
}

void PacketLog::Finish()
{
    WriteSettled(INT64_MAX);
}

} // namespace swimlab
