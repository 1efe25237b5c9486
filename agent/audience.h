// SPDX-License-Identifier: MIT
//
// The application as its agent meets it: who hears, who is asked, who takes what there is to say in
// words.
//
// What is told runs beside the agent (see callbacks.h). What is asked runs in the midst of an input,
// under the agent's lock: while it does, Answering::Here() is true on its thread, by which methods
// that would deadlock there refuse.
#pragma once

#include "agent/callbacks.h"
#include "swim/delegates.h"
#include "swim/listener.h"
#include "swim/log.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swim
{

/// While one exists, its thread is in an answer of an application.
class Answering
{
  public:
    Answering();
    ~Answering();
    Answering(const Answering&) = delete;
    Answering& operator=(const Answering&) = delete;

    /// @return whether the caller is in one
    static bool Here();

    /// Throws AgentError in one: the agent waits for the answer, under its lock.
    /// @param what must not be done there: "read an agent"
    static void Refuse(const char* what);
};

/// What an application set in AgentOptions, safely called. Methods from any thread.
class Audience
{
  public:
    /// @param listener null: nobody hears
    /// @param post runs a task later, see Callbacks
    Audience(Listener* listener,
             Delegates delegates,
             Logger logger,
             std::size_t mostCallbacks,
             std::function<void(Callbacks::Task)> post);

    // What is told, later:

    /// @return whether events and messages are for anybody
    bool Listens() const
    {
        return m_voices->listener != nullptr;
    }

    void TellEvent(const MembershipEvent& event);
    void TellRejected(Rejection reason, const Address& from, Instant when);
    void TellForbidden(const Address& from, Instant when);
    void TellBroadcast(BroadcastMessage message);

    /// @param passOn called if the listener wants that, unless closed by then
    void TellUserMessage(std::shared_ptr<const Bytes> message, std::function<void()> passOn);
    void TellRemoteState(ByteView state, bool join);
    void TellPinged(const Member& member, Duration roundTrip, ByteView payload);
    void Log(LogLevel level, std::string line);

    /// Runs another function of the application's.
    void Call(Callbacks::Task call)
    {
        m_callbacks.Call(std::move(call));
    }

    // What is asked, at once; the default where nobody answers:

    const Delegates& Asked() const
    {
        return m_voices->delegates;
    }

    std::optional<std::string> AskMeta(std::size_t most);
    Bytes AskLocalState(bool join);
    bool AskAlive(const Member& member);
    bool AskMerge(const std::vector<Member>& members, bool join);
    Bytes AskAckPayload();

    /// Nobody is told anything any more; the call under way may go on.
    void Forbid()
    {
        m_callbacks.Forbid();
    }

    /// Nobody is told anything any more; waits for the call under way, unless that is who asks.
    void Close()
    {
        m_callbacks.Close();
    }

    CallbackCounters Count() const
    {
        return m_callbacks.Count();
    }

  private:
    /// What calls hold, which an agent destroyed by one of them must not take away.
    struct Voices
    {
        Listener* listener;
        Delegates delegates;
        Logger logger;
    };

    template <typename Answer, typename Ask>
    Answer Answered(const char* delegate, Answer otherwise, Ask ask);

    std::shared_ptr<const Voices> m_voices;
    Callbacks m_callbacks;
};

} // namespace swim
