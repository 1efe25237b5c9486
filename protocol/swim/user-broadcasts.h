// SPDX-License-Identifier: MIT
//
// The broadcasts of those who use a cluster, at one node: its own and those that it passes on.
//
// memberlist gossips a payload as it is, and leaves it to each receiver to tell whether it has seen
// it and to pass it on. Here that is one of two ways (Relay::RECEIVERS). The other (EVERYBODY) puts
// its sender and a number into the message, so that nodes do both by themselves.
//
// What is remembered takes memory only once there was a broadcast that everybody relays.
#pragma once

#include "swim/application.h"
#include "swim/broadcast-options.h"
#include "swim/broadcast.h"
#include "swim/heard.h"
#include "swim/rng.h"
#include "swim/wire.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace swim
{

/// Why a node does not take a broadcast.
enum class BroadcastRefusal : std::uint8_t
{
    NAME_TOO_LONG, ///< over wire::MAX_NAME_SIZE
    TOO_LONG,      ///< with its name it fits into no datagram, see Node::MaxBroadcast
    QUEUE_FULL,    ///< as many wait as user_queue_depth allows
};

/// What became of a broadcast that a node was asked for.
struct BroadcastReceipt
{
    std::uint32_t id = 0; ///< what Application::OnBroadcastDone calls it; 0: it was refused
    std::optional<BroadcastRefusal> refusal = {};
};

/// What one node has to pass on, and what it has heard.
class UserBroadcasts
{
  public:
    /// @param application is told what is done; null: nobody is
    explicit UserBroadcasts(Application* application)
        : m_application(application)
    {
    }

    bool Empty() const
    {
        return m_queue.Empty();
    }

    std::size_t Size() const
    {
        return m_queue.Size();
    }

    /**
     * Queues one of our own, in place of those that wait under its name.
     * @param self our name
     * @param depth how many may wait
     * @param rng tells our lives apart, once something has to
     * @return what the application calls it; 0: the queue is full
     */
    std::uint32_t Add(std::string_view self,
                      wire::ByteView payload,
                      const BroadcastOptions& options,
                      std::size_t depth,
                      Rng& rng);

    /// Queues the user message of somebody else. @return whether another was dropped for it
    bool PassOn(wire::ByteView payload, std::size_t depth);

    /// Remembers a broadcast. @return whether it is heard for the first time
    bool Hear(std::string_view self, const wire::Broadcast& broadcast);

    /// Queues a broadcast that was heard, unless a later one of its name waits.
    /// @param payload the user message that it is @return whether another was dropped for it
    bool PassOn(const wire::Broadcast& broadcast, wire::ByteView payload, std::size_t depth);

    /// As UpdateQueue::Take; those that are passed on for the last time are done.
    std::size_t Take(std::size_t budget,
                     std::size_t overhead,
                     std::size_t most,
                     std::uint32_t limit,
                     std::vector<UserQueue::Taken>& taken);

    /// There is nobody to tell, so ours are done; they wait for whoever comes.
    void SettleOwn();

    /// Makes room for one of ours where all are done. @pre not empty
    void DropDone()
    {
        m_queue.TakeLast();
    }

  private:
    /// What it takes to know broadcasts again.
    struct Memory
    {
        HeardBroadcasts heard;
        std::uint32_t epoch = 0;  ///< of our own; 0: we have sent none
        std::uint32_t number = 0; ///< of our last one
    };

    Memory& Remember();
    bool Push(std::shared_ptr<UserBroadcast> broadcast, std::size_t depth);
    void TellDone(UserBroadcast& broadcast, bool passedOn);
    template <typename Predicate>
    void Replace(Predicate predicate);

    UserQueue m_queue;
    Application* m_application;
    std::unique_ptr<Memory> m_memory; ///< null: nothing to know again yet
    std::uint32_t m_lastId = 0;
};

} // namespace swim
