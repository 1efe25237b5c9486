// SPDX-License-Identifier: MIT
//
// Two members of which one sends and the other listens, with any law of delay and loss: what formulas
// of failure detectors are about.
#pragma once

#include "swim/detector.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace swim::detectors
{

class OneWay
{
  public:
    /// What the listener comes to believe of the sender.
    struct Turn
    {
        Instant at;
        bool suspects;
    };

    /// How long a heartbeat takes; none: it is lost.
    using Travel = std::function<std::optional<Duration>(Rng&)>;

    OneWay(const DetectorMaker& maker, std::uint64_t seed, Travel travel);

    /// @return when the sender will next send
    Instant NextSend() const
    {
        return m_sender->NextDeadline();
    }

    /// The sender lives until then, and the listener is watched until then.
    void RunTo(Instant end);

    /// The sender is gone. @return how long it takes until it is suspected for good, nothing within
    ///         that time
    Duration CrashAndWait(Duration most);

    const std::vector<Turn>& Turns() const
    {
        return m_turns;
    }

    /// When the sender sent each of its heartbeats.
    const std::vector<Instant>& Sent() const
    {
        return m_sent;
    }

    bool Suspects() const
    {
        return !m_turns.empty() && m_turns.back().suspects;
    }

  private:
    void Listen(Instant end, bool sends);
    void Note(Instant now);

    Directory m_directory;
    Rng m_rng;
    Travel m_travel;
    std::unique_ptr<Detector> m_sender;
    std::unique_ptr<Detector> m_listener;
    Address m_from;
    Address m_to;
    Outbox m_out;
    Instant m_now{};
    std::multimap<Instant, wire::Bytes> m_underWay;
    std::vector<Turn> m_turns;
    std::vector<Instant> m_sent;
};

} // namespace swim::detectors
