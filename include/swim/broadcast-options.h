// SPDX-License-Identifier: MIT
//
// How a message goes round the cluster, and when whoever sent it holds that for done.
#pragma once

#include <cstdint>
#include <string>

namespace swim
{

/// Who passes a broadcast on.
enum class Relay : std::uint8_t
{
    /// Every member that hears it for the first time, and tells its application once. It travels
    /// with its sender's name and a number, in a form of our own (see docs: the wire), so only
    /// members of this library pass it on and can read it.
    EVERYBODY,
    /// Whoever hears it decides, as memberlist has it (Listener::OnUserMessage): the bytes travel as
    /// they are, any member of memberlist's kind can read them, and none knows who sent them.
    RECEIVERS,
};

/// When what a member tells everybody counts as told.
enum class Until : std::uint8_t
{
    QUEUED,    ///< at once: it waits to be gossiped
    PASSED_ON, ///< we have sent it as often as the retransmit limit asks, or there is nobody to tell
};

/// What a broadcast is like.
struct BroadcastOptions
{
    Relay relay = Relay::EVERYBODY; ///< who passes it on
    /// A later broadcast of ours with the same name takes the place of this one wherever it still
    /// waits to be sent. Empty: nothing does. It travels along where everybody relays, and then has
    /// at most MAX_NAME_SIZE bytes.
    std::string name = {};
    Until until = Until::QUEUED; ///< when the future is ready
};

} // namespace swim
