// SPDX-License-Identifier: MIT
//
// A listener that keeps what it hears, for a test that reads from another thread.
#pragma once

#include "swim/listener.h"

#include <mutex>
#include <set>

namespace swim
{

class RecordingListener : public Listener
{
  public:
    void OnEvent(const MembershipEvent& event) override
    {
        const std::lock_guard lock(m_mutex);
        m_events.emplace(event.kind, event.member.name);
    }

    /// Passes on what it hears for the first time.
    bool OnUserMessage(ByteView payload) override
    {
        const std::lock_guard lock(m_mutex);
        return m_messages.emplace(payload.begin(), payload.end()).second;
    }

    void OnBroadcast(const BroadcastMessage& message) override
    {
        const std::lock_guard lock(m_mutex);
        m_messages.emplace(message.payload.begin(), message.payload.end());
    }

    bool Heard(EventKind kind, const std::string& member) const
    {
        const std::lock_guard lock(m_mutex);
        return m_events.contains({kind, member});
    }

    bool HasMessage(const std::string& text) const
    {
        const std::lock_guard lock(m_mutex);
        return m_messages.contains(text);
    }

  private:
    mutable std::mutex m_mutex;
    std::set<std::pair<EventKind, std::string>> m_events;
    std::set<std::string> m_messages;
};

inline Bytes BytesOf(std::string_view text)
{
    return {text.begin(), text.end()};
}

inline std::optional<MemberState> StateOf(const std::optional<Member>& member)
{
    return member ? std::optional(member->state) : std::nullopt;
}

} // namespace swim
