// SPDX-License-Identifier: GPL-2.0-only
//
// The packets that members' devices sent, as they were, for a capture: in order of time, each with
// what the network did to it.
//
// A packet is written where it was sent, once, and waits until it has arrived or is lost, as its
// comment stands beside it in the file.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/trace/capture.h"
#include "ns3-module/model/swim-packet-tracer.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ns3
{
class Packet;
} // namespace ns3

namespace swimlab
{

/// @return how a trace spells it
std::string_view ToString(ns3::SwimLoss loss);

class PacketLog
{
  public:
    /// @param capture outlives the log
    /// @param zeroNs the run's time zero on the simulator's clock
    PacketLog(const Plan& plan, Capture& capture, std::int64_t zeroNs);

    /// @param header bytes in front of its IPv4 header
    void Send(std::uint32_t member, const ns3::Packet& packet, std::uint32_t header);

    void Double(const ns3::Packet& packet, std::uint32_t header, std::uint32_t more);

    /// @param header bytes in front of its IPv4 header, or SwimPacketTracer::NO_HEADER
    void Arrive(std::uint32_t member, const ns3::Packet& packet, std::uint32_t header);
    void Lose(const ns3::Packet& packet, std::uint32_t header, ns3::SwimLoss why);

    /// The run is over: what is under way is written as it was sent.
    void Finish();

  private:
    struct Entry
    {
        std::int64_t timeNs;
        std::uint64_t key;
        std::uint32_t member;
        std::uint32_t copies = 1; ///< of which nothing is known yet
        bool wanted;
        bool arrived = false;
        std::string_view lostBy{};
        std::string bytes;
    };

    static std::uint64_t KeyOf(const ns3::Packet& packet, std::uint32_t header);
    Entry* Find(std::uint64_t key);
    void Settle(Entry& entry);
    void WriteSettled(std::int64_t nowNs);
    std::int64_t NowNs() const;

    const Plan& m_plan;
    Capture& m_capture;
    std::int64_t m_zeroNs;
    std::vector<bool> m_wanted; ///< by member; empty: everybody's
    std::deque<Entry> m_entries;
    std::unordered_map<std::uint64_t, std::uint64_t> m_places; ///< by key: number of the entry
    std::uint64_t m_first = 0;                                 ///< number of the front entry
};

} // namespace swimlab
