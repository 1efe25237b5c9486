// SPDX-License-Identifier: GPL-2.0-only
//
// netanim.xml: a run of packets as ns-3's NetAnim plays it.
//
// ns-3's own writer of such files watches devices and channels, of which this network has few
// (swim-forwarder.h). So the network tells of each hop itself, and the file is the same.
#pragma once

#include "lab/ns3/packet-network.h"
#include "lab/record/row-file.h"
#include "ns3-module/model/swim-packet-tracer.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <unordered_map>

namespace swimlab
{

inline constexpr std::string_view ANIMATION_FILE = "netanim.xml";

class Animation
{
  public:
    Animation(const std::filesystem::path& folder, const Plan& plan, const PacketNetwork& network);

    void Hop(const ns3::SwimHop& hop, const ns3::Packet& packet, std::uint32_t header);

    /// The member's process runs, stands still or is gone: it changes its colour.
    void Paint(std::int64_t timeNs, MemberId member, bool runs, bool ended);

    /// @throws RecordError
    void Finish();

  private:
    void AddNodes(const PacketNetwork& network);
    void AddLinks();
    std::uint32_t NodeOf(MemberId member) const;
    bool IsWanted(std::int64_t timeNs) const;
    void Put(std::int64_t timeNs, std::string line);
    void WriteUntil(std::int64_t timeNs);

    const Plan& m_plan;
    RowFile m_file;
    std::unordered_map<std::uint32_t, std::uint32_t> m_numbers; ///< by ns-3's number of a node
    std::multimap<std::int64_t, std::string>
        m_lines; ///< by time: hops are told as they are planned
};

} // namespace swimlab
