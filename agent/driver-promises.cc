// SPDX-License-Identifier: MIT
//
// What a driver does that is done only later: leaving, telling everybody something, being taken in.
// Whoever asked waits here, and is told after each input that may have brought it about.
#include "agent/driver-hooks.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace swim
{

void Driver::Leave(Duration timeout, OnDone done)
{
    if (m_left)
    {
        done("the agent is leaving already");
        return;
    }
    if (const Failure refusal = RefusalOnceLeft())
    {
        done(refusal);
        return;
    }
    m_left = std::move(done);
    m_hasLeft = true;
    ++m_leaves;
    for (const OnDone& told : std::exchange(m_toldOfUs, {}))
    {
        told("the member left before the news was passed on"); // that it leaves takes its place
    }
    if (m_amongSerf)
    {
        m_serf->Announce();
        RunErrands();
    }
    LeaveOnceAnnounced(Later(m_transport.Now(), timeout / 2));
    After(timeout, [this, leave = m_leaves] {
        if (m_left && leave == m_leaves)
        {
            std::exchange(m_left, nullptr)(
                "the news of leaving was not passed on in time; others will hold us for failed");
        }
    });
}

/// Leaves when the others know that they should not take it for a failure, or time is short.
void Driver::LeaveOnceAnnounced(Instant deadline)
{
    if (!m_left)
    {
        return; // it came back, or time was shorter still
    }
    const bool announcing = m_amongSerf && m_node->QueuedBroadcasts() > 0 && MemberCount() > 1;
    if (announcing && m_transport.Now() < deadline)
    {
        After(std::chrono::milliseconds(20), [this, deadline] { LeaveOnceAnnounced(deadline); });
        return;
    }
    Tell([this](Instant now) { m_node->Leave(now, m_out); });
}

/// Whoever is gone for the others tells them nothing.
Failure Driver::RefusalOnceLeft() const
{
    return m_hasLeft ? Failure("the member has left; joining brings it back") : std::nullopt;
}

void Driver::UpdateMeta(const std::string& meta, Until until, OnDone done)
{
    Failure failure = RefusalOnceLeft();
    if (!failure)
    {
        Tell([&](Instant now) {
            if (!m_node->UpdateMeta(now, meta, m_out))
            {
                const std::size_t most = m_node->MaxMeta();
                failure = meta.size() > most
                              ? "metadata of " + std::to_string(meta.size()) +
                                    " bytes is too long; the most is " + std::to_string(most)
                              : "too many names and metadata are remembered already";
            }
        });
    }
    if (failure || until == Until::QUEUED)
    {
        done(failure);
        return;
    }
    m_toldOfUs.push_back(std::move(done));
    CheckWaiters();
}

void Driver::RefreshMeta(Until until, const OnDone& done)
{
    if (const std::optional<std::string> meta = m_audience.AskMeta(MaxMeta()))
    {
        UpdateMeta(*meta, until, done);
        return;
    }
    done("there is no delegate that tells the metadata, or it failed");
}

std::optional<Address> Driver::NameHeldAt() const
{
    const Address& held = m_node->NameHeldAt();
    return held.length == 0 ? std::nullopt : std::optional(held);
}

void Driver::AwaitAcceptance(Duration atMost, Transport::Task then)
{
    if (!NameHeldAt())
    {
        then();
        return;
    }
    const auto once = std::make_shared<Transport::Task>(std::move(then));
    const auto tell = [once] {
        if (const Transport::Task task = std::exchange(*once, nullptr))
        {
            task();
        }
    };
    m_acceptances.push_back(tell);
    After(atMost, tell);
}

void Driver::Broadcast(ByteView payload, const BroadcastOptions& options, OnDone done)
{
    Failure failure = RefusalOnceLeft();
    if (!failure)
    {
        Tell([&](Instant now) {
            const BroadcastReceipt receipt = m_node->Broadcast(now, payload, options, m_out);
            if (receipt.refusal == BroadcastRefusal::QUEUE_FULL)
            {
                failure = std::to_string(m_queueDepth) +
                          " broadcasts wait already, which user_queue_depth allows; ask again when "
                          "some have been passed on";
            }
            else if (receipt.refusal == BroadcastRefusal::NAME_TOO_LONG)
            {
                failure = "the name of a broadcast has " + std::to_string(options.name.size()) +
                          " bytes; the most is " + std::to_string(MAX_NAME_SIZE);
            }
            else if (receipt.refusal)
            {
                failure = "a broadcast of " + std::to_string(payload.size()) +
                          " bytes fits into no datagram; the most is " +
                          std::to_string(m_node->MaxBroadcast(options)) +
                          (options.name.empty() ? "" : " beside its name");
            }
            else if (options.until == Until::PASSED_ON)
            {
                m_broadcasts[receipt.id] = std::exchange(done, nullptr);
            }
        });
    }
    if (done)
    {
        done(failure);
        return;
    }
    CheckWaiters();
}

/// Gossips a user message as it is.
Failure Driver::PassOn(ByteView message)
{
    Failure failure;
    Tell([&](Instant now) {
        if (!m_node->PassOn(now, message, m_out))
        {
            failure = "a broadcast of " + std::to_string(message.size()) +
                      " bytes fits into no datagram; the most is " +
                      std::to_string(m_node->MaxUserMessage());
        }
    });
    return failure;
}

/// Tells those who wait for something that this input may have brought about.
void Driver::CheckWaiters()
{
    if (m_left && m_node->LeaveDone())
    {
        std::exchange(m_left, nullptr)(std::nullopt);
    }
    for (const auto& [broadcast, passedOn] : m_hooks->TakeBroadcastsDone())
    {
        if (const auto found = m_broadcasts.extract(broadcast))
        {
            found.mapped()(passedOn ? std::nullopt
                                    : Failure("another broadcast took its place before it was "
                                              "passed on"));
        }
    }
    if (!m_toldOfUs.empty() && m_node->OwnNewsPassedOn())
    {
        for (const OnDone& done : std::exchange(m_toldOfUs, {}))
        {
            done(std::nullopt);
        }
    }
    if (!m_acceptances.empty() && !NameHeldAt())
    {
        for (const Transport::Task& then : std::exchange(m_acceptances, {}))
        {
            then();
        }
    }
}

} // namespace swim
