// SPDX-License-Identifier: MIT
//
// Tells the event stream and the log what the agent concludes.
#pragma once

#include "agent/agent.h"
#include "agent/program/event-stream.h"

#include <latch>

namespace swim::program
{

class Reporter : public Listener
{
  public:
    explicit Reporter(EventStream& events)
        : m_events(events)
    {
    }

    /// The agent goes on only now: its line "started" comes before all that it tells.
    void Start(const Agent& agent);

    void OnEvent(const MembershipEvent& event) override;
    void OnRejected(std::string_view reason, Instant when) override;
    bool OnUserMessage(wire::ByteView payload) override;

  private:
    EventStream& m_events;
    std::latch m_started{1};
};

/// Writes the lines "traffic" and "counters".
void WriteCounts(const Agent& agent, EventStream& events);

} // namespace swim::program
