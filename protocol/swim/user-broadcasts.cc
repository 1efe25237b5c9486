// SPDX-License-Identifier: MIT
//
// See user-broadcasts.h.
#include "swim/user-broadcasts.h"

#include <algorithm>
#include <utility>

namespace swim
{

namespace
{

/// A user message of a datagram: a type byte, and whatever the application wants.
wire::Bytes MakeUserMessage(wire::ByteView payload)
{
    wire::Bytes message(1 + payload.size(), static_cast<std::uint8_t>(wire::MessageType::USER));
    std::ranges::copy(payload, message.begin() + 1);
    return message;
}

} // namespace

UserBroadcasts::Memory& UserBroadcasts::Remember()
{
    if (!m_memory)
    {
        m_memory = std::make_unique<Memory>();
    }
    return *m_memory;
}

std::uint32_t UserBroadcasts::Add(std::string_view self,
                                  wire::ByteView payload,
                                  const BroadcastOptions& options,
                                  std::size_t depth,
                                  Rng& rng)
{
    auto broadcast = std::make_shared<UserBroadcast>();
    if (!options.name.empty())
    {
        broadcast->name = options.name;
        broadcast->sender = self;
        Replace([&](const UserBroadcast& waiting) {
            return waiting.name == options.name && waiting.sender == self;
        });
    }
    if (m_queue.Size() >= depth)
    {
        return 0;
    }
    if (options.relay == Relay::RECEIVERS)
    {
        broadcast->message = MakeUserMessage(payload);
    }
    else
    {
        Memory& memory = Remember();
        if (memory.epoch == 0 || memory.number == UINT32_MAX)
        {
            memory.epoch = 1 + static_cast<std::uint32_t>(rng.Below(UINT32_MAX));
            memory.number = 0;
        }
        broadcast->epoch = memory.epoch;
        broadcast->number = ++memory.number;
        wire::Encode(wire::Broadcast{self, memory.epoch, memory.number, options.name, payload},
                     broadcast->message);
    }
    m_lastId += m_lastId == UINT32_MAX ? 2 : 1; // 0 is none's
    broadcast->id = m_lastId;
    Push(std::move(broadcast), depth);
    return m_lastId;
}

bool UserBroadcasts::PassOn(wire::ByteView payload, std::size_t depth)
{
    auto broadcast = std::make_shared<UserBroadcast>();
    broadcast->message = MakeUserMessage(payload);
    return Push(std::move(broadcast), depth);
}

bool UserBroadcasts::Hear(std::string_view self, const wire::Broadcast& broadcast)
{
    Memory& memory = Remember();
    const bool ours = broadcast.sender == self && broadcast.epoch == memory.epoch;
    return !ours && memory.heard.Add(broadcast.sender, broadcast.epoch, broadcast.number);
}

bool UserBroadcasts::PassOn(const wire::Broadcast& broadcast,
                            wire::ByteView payload,
                            std::size_t depth)
{
    auto heard = std::make_shared<UserBroadcast>();
    if (!broadcast.name.empty())
    {
        heard->name = broadcast.name;
        heard->sender = broadcast.sender;
        heard->epoch = broadcast.epoch;
        heard->number = broadcast.number;
        const auto isReplaced = [&](const std::shared_ptr<UserBroadcast>& waiting) {
            return heard->IsNamedAs(*waiting) && waiting->number > heard->number;
        };
        if (m_queue.ContainsIf(isReplaced))
        {
            return false;
        }
        Replace([&](const UserBroadcast& waiting) { return heard->IsNamedAs(waiting); });
    }
    heard->message = MakeUserMessage(payload);
    return Push(std::move(heard), depth);
}

/// @return whether the one that was sent most often was dropped for it
bool UserBroadcasts::Push(std::shared_ptr<UserBroadcast> broadcast, std::size_t depth)
{
    const bool full = m_queue.Size() >= depth;
    if (full)
    {
        TellDone(*m_queue.TakeLast(), false);
    }
    const std::size_t size = broadcast->message.size();
    m_queue.Push(std::move(broadcast), size);
    return full;
}

std::size_t UserBroadcasts::Take(std::size_t budget,
                                 std::size_t overhead,
                                 std::size_t most,
                                 std::uint32_t limit,
                                 std::vector<UserQueue::Taken>& taken)
{
    const std::size_t left = m_queue.Take(budget, overhead, most, limit, taken);
    for (const UserQueue::Taken& one : taken)
    {
        if (one.last)
        {
            TellDone(*one.what, true);
        }
    }
    return left;
}

void UserBroadcasts::SettleOwn()
{
    m_queue.ForEach(
        [this](const std::shared_ptr<UserBroadcast>& waiting) { TellDone(*waiting, true); });
}

/// Tells the application, once, if it is ours.
void UserBroadcasts::TellDone(UserBroadcast& broadcast, bool passedOn)
{
    const std::uint32_t id = std::exchange(broadcast.id, 0);
    if (id != 0 && m_application != nullptr)
    {
        m_application->OnBroadcastDone(id, passedOn);
    }
}

/// Drops those of which the predicate is true.
template <typename Predicate>
void UserBroadcasts::Replace(Predicate predicate)
{
    m_queue.EraseIf([&](const std::shared_ptr<UserBroadcast>& waiting) {
        const bool replaced = predicate(*waiting);
        if (replaced)
        {
            TellDone(*waiting, false);
        }
        return replaced;
    });
}

} // namespace swim
