// SPDX-License-Identifier: MIT
//
// Tells the event stream and the log what the agent concludes.
#pragma once

#include "agent/program/event-stream.h"
#include "agent/program/repeated-warnings.h"
#include "agent/program/user-events.h"
#include "swim/agent.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <latch>
#include <string>

namespace swim::program
{

/// The kinds that a listener is told of come first.
inline constexpr std::size_t EVENT_KINDS = static_cast<std::size_t>(EventKind::REJECTED) + 1;

/// The listener of the agent that the program runs.
class Reporter : public Listener
{
  public:
    /// @param serf whether there may be Serf's agents in the cluster
    Reporter(EventStream& events, SerfPeers serf)
        : m_events(events),
          m_serf(serf)
    {
    }

    /// The agent goes on only now: its line "started" comes before all that it tells.
    void Start(const Agent& agent);

    void OnEvent(const MembershipEvent& event) override;
    void OnRejected(Rejection reason, const Address& from, Instant when) override;
    void OnForbidden(const Address& from, Instant when) override;
    void OnBroadcast(const BroadcastMessage& message) override;
    bool OnUserMessage(ByteView payload) override;
    void OnLost(std::uint64_t calls) override;

    /// How many events of a kind were told so far. From any thread.
    std::uint64_t Told(EventKind kind) const
    {
        return m_told[static_cast<std::size_t>(kind)];
    }

  private:
    void Write(const UserMessage& message);
    void Warn(const std::string& what, Instant when, const std::string& text);

    EventStream& m_events;
    const SerfPeers m_serf;
    std::array<std::atomic<std::uint64_t>, EVENT_KINDS> m_told{};
    std::latch m_started{1};
    RepeatedWarnings m_warnings;
};

/// Writes the lines "traffic" and "counters".
void WriteCounts(const Agent& agent, EventStream& events);

} // namespace swim::program
