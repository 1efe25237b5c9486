// SPDX-License-Identifier: MIT
//
// See audience.h.
#include "agent/audience.h"

#include "swim/agent.h"
#include "swim/config.h"
#include "swim/endpoint.h"
#include "swim/wire.h"

#include <chrono>
#include <exception>
#include <utility>

namespace swim
{

namespace
{

thread_local std::size_t answering = 0;

/// An answer that takes longer is told: the agent probes and acks nobody meanwhile.
constexpr auto SLOW = std::chrono::milliseconds(10);

std::string Quoted(std::string_view text)
{
    return '"' + std::string(text) + '"';
}

} // namespace

Answering::Answering()
{
    ++answering;
}

Answering::~Answering()
{
    --answering;
}

bool Answering::Here()
{
    return answering > 0;
}

void Answering::Refuse(const char* what)
{
    if (Here())
    {
        throw AgentError(std::string("a delegate that answers must not ") + what +
                         ": its agent waits for the answer, under its lock; let another thread do "
                         "it");
    }
}

Audience::Audience(Listener* listener,
                   Delegates delegates,
                   Logger logger,
                   std::size_t mostCallbacks,
                   std::function<void(Callbacks::Task)> post)
    : m_voices(std::make_shared<const Voices>(
          Voices{listener, std::move(delegates), std::move(logger)})),
      m_callbacks(std::move(post),
                  mostCallbacks,
                  {.lost = {[voices = m_voices](std::uint64_t calls) {
                                if (voices->listener != nullptr)
                                {
                                    voices->listener->OnLost(calls);
                                }
                            },
                            [voices = m_voices](std::uint64_t calls) {
                                if (voices->logger)
                                {
                                    voices->logger(LogLevel::WARNING,
                                                   std::to_string(calls) +
                                                       " calls of the application were lost, as "
                                                       "earlier ones took too long");
                                }
                            }},
                   .threw = [voices = m_voices](const std::string& what) {
                       if (voices->logger)
                       {
                           voices->logger(LogLevel::WARNING,
                                          "a function of the application threw: " + what);
                       }
                   }})
{
}

void Audience::TellEvent(const MembershipEvent& event)
{
    if (event.kind == EventKind::CONFLICT)
    {
        Log(LogLevel::WARNING,
            "the name " + Quoted(event.member.name) + " is that of the member at " +
                FormatAddress(event.member.address) + ", and " + FormatAddress(event.claimed) +
                " claims it too; one of them needs another");
    }
    if (Listens())
    {
        Call([voices = m_voices, event] { voices->listener->OnEvent(event); });
    }
}

void Audience::TellRejected(Rejection reason, const Address& from, Instant when)
{
    Log(LogLevel::DEBUG,
        "turned away a packet of " + FormatAddress(from) + ": " +
            std::string(RejectionName(reason)));
    if (Listens())
    {
        Call([voices = m_voices, reason, from, when] {
            voices->listener->OnRejected(reason, from, when);
        });
    }
}

void Audience::TellForbidden(const Address& from, Instant when)
{
    if (Listens())
    {
        Call([voices = m_voices, from, when] { voices->listener->OnForbidden(from, when); });
    }
}

void Audience::TellBroadcast(BroadcastMessage message)
{
    if (Listens())
    {
        const std::size_t bytes = message.payload.size();
        m_callbacks.Call([voices = m_voices,
                          message = std::move(message)] { voices->listener->OnBroadcast(message); },
                         bytes);
    }
}

void Audience::TellUserMessage(std::shared_ptr<const Bytes> message, std::function<void()> passOn)
{
    if (Listens())
    {
        // While the call runs nobody destroys us but the call itself, which closed() tells.
        const std::size_t bytes = message->size();
        m_callbacks.Call(
            [voices = m_voices,
             closed = m_callbacks.WhetherClosed(),
             message = std::move(message),
             passOn = std::move(passOn)] {
                if (voices->listener->OnUserMessage(*message) && !closed())
                {
                    passOn();
                }
            },
            bytes);
    }
}

void Audience::TellRemoteState(ByteView state, bool join)
{
    if (Asked().remoteState)
    {
        m_callbacks.Call([voices = m_voices,
                          bytes = Bytes(state.begin(), state.end()),
                          join] { voices->delegates.remoteState(bytes, join); },
                         state.size());
    }
}

void Audience::TellPinged(const Member& member, Duration roundTrip, ByteView payload)
{
    if (Asked().pinged)
    {
        Call([voices = m_voices, member, roundTrip, bytes = Bytes(payload.begin(), payload.end())] {
            voices->delegates.pinged(member, roundTrip, bytes);
        });
    }
}

void Audience::Log(LogLevel level, std::string line)
{
    if (m_voices->logger)
    {
        Call([voices = m_voices, level, line = std::move(line)] { voices->logger(level, line); });
    }
}

template <typename Answer, typename Ask>
Answer Audience::Answered(const char* delegate, Answer otherwise, Ask ask)
{
    const auto begin = std::chrono::steady_clock::now();
    std::string what = "something that is no std::exception";
    try
    {
        const Answering here;
        Answer answer = ask();
        const auto took = std::chrono::steady_clock::now() - begin;
        if (took > SLOW)
        {
            Log(LogLevel::WARNING,
                std::string("the delegate ") + delegate + " took " +
                    FormatDuration(std::chrono::duration_cast<std::chrono::milliseconds>(took)) +
                    ", in which the agent did nothing else; it must answer at once");
        }
        return answer;
    }
    catch (const std::exception& error)
    {
        what = error.what();
    }
    catch (...) // whatever an application throws must not end the process
    {
    }
    Log(LogLevel::WARNING, std::string("the delegate ") + delegate + " threw: " + what);
    return otherwise;
}

std::optional<std::string> Audience::AskMeta(std::size_t most)
{
    const auto ask = [&] { return std::optional(Asked().meta(most)); };
    return Asked().meta ? Answered<std::optional<std::string>>("meta", std::nullopt, ask)
                        : std::nullopt;
}

Bytes Audience::AskLocalState(bool join)
{
    if (!Asked().localState)
    {
        return {};
    }
    Bytes state = Answered("localState", Bytes(), [&] { return Asked().localState(join); });
    if (state.size() > wire::MAX_USER_STATE_SIZE)
    {
        Log(LogLevel::WARNING,
            "a local state of " + std::to_string(state.size()) +
                " bytes was not sent; the most is " + std::to_string(wire::MAX_USER_STATE_SIZE));
        return {};
    }
    return state;
}

bool Audience::AskAlive(const Member& member)
{
    return !Asked().acceptAlive ||
           Answered("acceptAlive", true, [&] { return Asked().acceptAlive(member); });
}

bool Audience::AskMerge(const std::vector<Member>& members, bool join)
{
    return !Asked().acceptMerge ||
           Answered("acceptMerge", true, [&] { return Asked().acceptMerge(members, join); });
}

Bytes Audience::AskAckPayload()
{
    return Asked().ackPayload
               ? Answered("ackPayload", Bytes(), [&] { return Asked().ackPayload(); })
               : Bytes();
}

} // namespace swim
