// SPDX-License-Identifier: GPL-2.0-only
//
// What a simulation has sent and decided, in order of time, until it is known what became of it.
//
// A row says whether its message arrived, and rows stand in the order in which messages were sent. So
// a packet waits here until it has arrived or is lost, and what was sent after it waits behind it: in
// memory a packet's bytes, which are decoded when it is written.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/conclusion.h"
#include "lab/record/trace/capture.h"
#include "lab/record/trace/trace-rows.h"
#include "swim/message-reader.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// How a message travels.
enum class TraceChannel : std::uint8_t
{
    DATAGRAM,
    REQUEST, ///< on a stream, from who opened it
    ANSWER,
};

class TraceQueue
{
  public:
    /// Names a packet; 0: none.
    using Number = std::uint64_t;

    /// What is sent.
    struct Sent
    {
        std::int64_t timeNs = 0;
        MemberId sender = 0;
        Party receiver{}; ///< who has the address, or the address
        TraceChannel channel = TraceChannel::DATAGRAM;
        swim::wire::ByteView bytes{};
        std::optional<MadeAddresses> addresses{}; ///< for a capture of messages; none: not there
    };

    /// @param capture of messages; null: none
    TraceQueue(const Plan& plan, TraceRows& rows, Capture* capture);

    /// @return 0 if it is not wanted
    Number Send(const Sent& sent);

    /// So many copies more are under way.
    void Double(Number number, std::uint32_t more);

    void Hear(Number number, std::int64_t timeNs, MemberId receiver);

    /// One copy is lost. @param why lives as long as the program
    void Lose(Number number, std::string_view why);

    bool IsUnderWay(Number number) const
    {
        return number >= m_first && number - m_first < m_entries.size();
    }

    /// Anything but a message.
    void Add(const swim::TraceRow& row);

    /// A message that a member was handed and nobody sent.
    void Inject(std::int64_t timeNs, MemberId receiver, MemberId from, swim::wire::ByteView bytes);

    /// The run is over: what is under way does not arrive. From now on nothing is taken in.
    void Finish();

  private:
    struct Entry
    {
        std::int64_t timeNs = 0;
        std::int64_t arrivedNs = -1; ///< -1: it has not
        std::uint64_t packet = 0;
        MemberId sender = 0;
        std::uint32_t copies = 1; ///< of which nothing is known yet; 0: it is settled
        Party receiver{};
        TraceChannel channel = TraceChannel::DATAGRAM;
        std::string_view lostBy{};
        std::string content{}; ///< the packet's bytes; of anything else its line
        std::optional<MadeAddresses> addresses{};
    };

    Entry* Find(Number number);
    void Push(Entry entry);
    void WriteSettled();
    void Write(const Entry& entry);
    void WritePacket(const Entry& entry);
    std::vector<swim::TraceRow>& Decode(const Entry& entry);
    swim::MessageReader& ReaderOf(MemberId sender);
    std::string_view NameOf(const Party& party) const;

    const Plan& m_plan;
    TraceRows& m_rows;
    Capture* m_capture;
    std::vector<std::unique_ptr<swim::MessageReader>> m_readers; ///< by group
    std::vector<std::uint32_t> m_groupOf;                        ///< by member
    std::deque<Entry> m_entries;
    Number m_first = 1; ///< of the front entry
    std::uint64_t m_packets = 0;
    bool m_finished = false;
    std::vector<swim::TraceRow> m_decoded;
    std::deque<std::string> m_words; ///< of what is decoded
};

} // namespace swimlab
