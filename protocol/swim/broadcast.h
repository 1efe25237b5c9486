// SPDX-License-Identifier: MIT
//
// What waits to be passed on: news about members, dissemination by infection (SWIM section 4.1),
// and broadcasts of the user in a queue of their own.
//
// News: one update a subject, what is newer replaces what is older. An update is kept as ids and
// numbers, not bytes: a queue of a thousand is 32 kB.
#pragma once

#include "config.h"
#include "transmit-queue.h"

#include <memory>

namespace swim
{

enum class UpdateKind : std::uint8_t
{
    SUSPECT,
    ALIVE,
    DEAD,
};

/// News about a member, as one node passes it on.
struct Update
{
    UpdateKind kind;
    NameId subject;
    std::uint32_t incarnation;
    std::uint32_t detail; ///< suspect, dead: who said so; alive: the identity
};

/// How often an update is passed on in a cluster of n members.
std::uint32_t RetransmitLimit(const Config& config, std::uint32_t n);

class UpdateQueue : public TransmitQueue<Update>
{
  public:
    /// @return whether news about this member still waits
    bool Contains(NameId subject) const
    {
        return ContainsIf([&](const Update& update) { return update.subject == subject; });
    }

    /// Queues an update and drops older news about its subject. @param size its encoded bytes
    void Push(const Update& update, std::size_t size)
    {
        EraseIf([&](const Update& queued) { return queued.subject == update.subject; });
        TransmitQueue::Push(update, size);
    }
};

/// A broadcast of the user: a whole message with its type byte.
using UserBroadcast = std::shared_ptr<const wire::Bytes>;

using UserQueue = TransmitQueue<UserBroadcast>;

} // namespace swim
