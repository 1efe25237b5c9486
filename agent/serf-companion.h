// SPDX-License-Identifier: MIT
//
// What a member does to be a good neighbour of Serf's agents, who gossip among themselves on top of
// memberlist.
//
// It announces that it joins and leaves, or Serf would show it as failed once it is gone; passes on
// what it hears for the first time, so that Serf's messages spread through it; and answers queries:
// that it heard them (`serf reachability`), where a contested name is at home, and nothing else.
// Keys are not changed by queries: each kind of member rotates them by its own means.
//
// A value that is told what happens and owes messages for it. Knows no thread and no clock.
#pragma once

#include "agent/serf-messages.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace swim::serf
{

/// A Lamport clock with what was lately heard at its times: the same message is new only once.
class LamportClock
{
  public:
    /// Times behind the newest one in which a message may still be new; Serf's for events.
    static constexpr LamportTime WINDOW = 512;

    /// Keeps a forged time from stopping the clock for good.
    static constexpr LamportTime LATEST = LamportTime{1} << 62;

    /// Messages remembered; beyond it the oldest are forgotten, and with them their times.
    static constexpr std::size_t MOST_HEARD = 4096;

    /// @return a time that no message heard so far has
    LamportTime Next() const
    {
        return m_next;
    }

    /// There is a message of that time. One that no honest cluster reaches is none.
    void Witness(LamportTime time)
    {
        m_next = time >= m_next && time <= LATEST ? time + 1 : m_next;
    }

    /// @return whether this message of that time is heard for the first time
    bool Hear(LamportTime time, ByteView message);

    std::size_t Remembered() const
    {
        return m_heard.size();
    }

  private:
    LamportTime m_next = 1;
    LamportTime m_oldest = 0;                              ///< nothing before it is new
    std::set<std::pair<LamportTime, std::size_t>> m_heard; ///< time and hash of the message
};

/// What one member has heard of Serf's messages, and owes for them.
class Companion
{
  public:
    /// @return where a member is that is not dead and has not left, or nothing
    using Find = std::function<std::optional<Address>(std::string_view name)>;

    /// A message that is owed.
    struct Errand
    {
        std::optional<Address> to; ///< nothing: everybody, by gossip
        Bytes message;
    };

    /// @param hasLeft whether we are about to leave, or have left and not come back
    Companion(std::string name, Find find, std::function<bool()> hasLeft);

    /// A user message came.
    /// @return whether it is an intent, an event or a query, heard for the first time
    bool Hear(ByteView message);

    /// What came with a push/pull.
    void HearState(ByteView state);

    /// What to send with a push/pull.
    Bytes State() const;

    /// Says that we leave, or that we are here, later than whatever was said of us before.
    void Announce();

    /// @return the message that `serf event NAME PAYLOAD` broadcasts
    Bytes MakeEvent(std::string_view name, ByteView payload);

    /// @return what is owed since the last call, in order
    std::vector<Errand> Take()
    {
        return std::exchange(m_owed, {});
    }

  private:
    bool On(const Intent& intent, ByteView message);
    bool On(const Event& event, ByteView message);
    bool On(const Query& query, ByteView message);
    bool On(const Response& response, ByteView message);
    bool On(const Relay& relay, ByteView message);
    void Answer(const Query& query);
    void PassOn(ByteView message);

    std::string m_name;
    Find m_find;
    std::function<bool()> m_hasLeft;
    LamportClock m_intents;
    LamportClock m_events;
    LamportClock m_queries;
    std::vector<Errand> m_owed;
};

} // namespace swim::serf
