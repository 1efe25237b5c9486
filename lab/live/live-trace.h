// SPDX-License-Identifier: GPL-2.0-only
//
// Makes one trace of those that the members' processes wrote: in order of time, and each message that
// was sent joined with its arrival.
//
// A process knows what it sent and what it received, of others the addresses. All of them read one
// clock (CLOCK_MONOTONIC), so times compare exactly. A packet is found again by its receiver, its way,
// a hash of its bytes and, of datagrams, its sender; equal ones are taken in the order in which they
// were sent, which is right but where the network changes the order of two that are the same.
#pragma once

#include "lab/live/trace-lines.h"
#include "lab/plan/plan.h"
#include "lab/record/trace/trace.h"
#include "swim/types.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace swimlab
{

class LiveTrace
{
  public:
    /// @param scratch a folder for the members' files
    LiveTrace(const Plan& plan, std::filesystem::path scratch);

    /// Where the member's processes write.
    std::filesystem::path FileOf(MemberId member) const;

    // Times are CLOCK_MONOTONIC's nanoseconds:

    /// The member's process starts at that address.
    void Starts(std::int64_t atNs, MemberId member, const swim::Address& address);
    void Ends(std::int64_t atNs, MemberId member);

    /// Once all processes have ended.
    /// @param zeroNs the run's time zero
    /// @param makesPackets whether the capture is made of messages, as nobody else makes it
    void Write(Trace& trace, std::int64_t zeroNs, bool makesPackets);

  private:
    /// A process of a member, and where it listens.
    struct Life
    {
        std::int64_t fromNs;
        std::int64_t toNs;
        MemberId member;
        swim::Address address;
    };

    using Packet = TraceLines::Packet;
    /// The receiver, the way and the hash; of datagrams and answers the sender, else NOBODY.
    using Key = std::tuple<MemberId, TraceLines::Way, std::string_view, MemberId>;

    static constexpr MemberId NOBODY = UINT32_MAX;

    MemberId MemberAt(std::string_view address, std::int64_t atNs) const;
    const Life* LifeOf(MemberId member, std::int64_t atNs) const;
    void Read();
    void Join();
    void JoinAs(TraceLines::Way way);
    MemberId ReceiverOf(const Packet& sent) const;
    void Emit(Trace& trace, std::int64_t zeroNs, bool makesPackets);
    void EmitPacket(const Packet& packet, Trace& trace, std::int64_t zeroNs, bool makesPackets);
    void EmitAgain(const Packet& packet, Trace& trace, std::int64_t zeroNs) const;
    std::string_view WhyLost(const Packet& sent) const;
    void Capture(const Packet& packet, swimlab::Capture& capture, std::int64_t zeroNs);

    const Plan& m_plan;
    std::filesystem::path m_scratch;
    std::vector<Life> m_lives;                                 ///< by when they started
    std::map<std::string, std::vector<std::size_t>> m_livesAt; ///< by address
    std::vector<TraceLines> m_lines;                           ///< by member
    std::vector<Packet*> m_sent;                               ///< by time
    std::map<Key, std::vector<Packet*>> m_received;            ///< by time
    /// Who opened a stream from an address to a member, since when.
    std::map<std::pair<MemberId, std::string_view>, std::map<std::int64_t, MemberId>> m_openers;
    std::uint64_t m_packets = 0;
};

} // namespace swimlab
