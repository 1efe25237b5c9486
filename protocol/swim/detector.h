// SPDX-License-Identifier: MIT
//
// A member of a cluster as whoever runs it sees it, however it detects failures.
//
// SWIM (node.h) is one implementation, and those of detectors/ are others. A driver knows no more of
// a member than this: it tells it what arrives, and performs what it answers. The contract is that of
// node.h:
// - Pure: new state and outbox depend on the old state and the arguments only. No I/O, no clock, no
//   threads; chance comes from the generator that the member was given. Same inputs, same bytes.
// - Time is an argument and never runs backwards. Each input first fires every deadline due by `now`.
// - Input from the network never fails: a malformed or foreign message becomes a REJECTED event and
//   changes nothing.
// - The outbox is appended to; the caller performs it and clears it.
#pragma once

#include "swim/counters.h"
#include "swim/directory.h"
#include "swim/ids.h"
#include "swim/members.h"
#include "swim/outbox.h"
#include "swim/rng.h"
#include "swim/types.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace swim
{

/// For how long a process has run when it is started here, which shows in its first push/pull alone.
enum class Age : std::uint8_t
{
    /// It starts now, as joiners, restarted processes and those of a new cluster do. Its first
    /// push/pull comes after a random part of push_pull_interval and a whole period on top
    /// (memberlist's pushPullTrigger): after 90 to 120 s where 128 members speak every 90 s.
    FRESH,
    /// It has run for long, and is anywhere in its period.
    SETTLED,
};

/// One life of a member: from Start to the last input that it is told.
class Detector
{
  public:
    /// Who it is, and what it starts with.
    struct Setup
    {
        IdentityId self;
        std::uint32_t incarnation = 1; ///< a restarted process that remembers starts higher
        /// Who is known from the start, self too; null: nobody but self.
        std::shared_ptr<const Baseline> baseline = nullptr;
        std::vector<Address> seeds = {}; ///< who may be asked when nobody else answers
        Age age = Age::FRESH;
    };

    virtual ~Detector() = default;

    /// What it draws from now on, for a copy of a simulation that is to take a course of its own.
    virtual void Reseed(const Rng& rng) = 0;

    /// Starts the periods, each at a random phase. To be called once, before any other input; what is
    /// to be sent at once is sent by the first Advance, which is due then.
    virtual void Start(Instant now) = 0;

    /// Asks each of these to be taken in; of each an event JOIN_SUCCEEDED or JOIN_FAILED tells.
    virtual void Join(Instant now, std::span<const Address> seeds, Outbox& out) = 0;

    /// Fires what is due.
    virtual void Advance(Instant now, Outbox& out) = 0;

    /// A datagram arrived. @param from the address it came from
    virtual void Receive(Instant now,
                         const Address& from,
                         wire::ByteView datagram,
                         Outbox& out) = 0;

    /// A whole message arrived on a stream that somebody opened; Outbox::StreamAnswer is what it
    /// answers. Drivers know from wire::StreamScanner when a message is whole, so detectors other than
    /// SWIM put theirs into memberlist's frame of a user message.
    virtual void ReceiveStream(Instant now, wire::ByteView bytes, Outbox& out) = 0;

    /// The answer to one of our own streams arrived, whole; or, where none is expected, the other
    /// side closed it. @param id that of Outbox::Stream
    virtual void ReceiveStreamAnswer(Instant now,
                                     std::uint32_t id,
                                     wire::ByteView bytes,
                                     Outbox& out) = 0;

    /// One of our own streams could not be opened or ended early.
    virtual void StreamFailed(Instant now, std::uint32_t id, Outbox& out) = 0;

    /// The operating system refused to send a datagram of ours (its network is down, unreachable).
    virtual void SendFailed(Instant now, const Address& to, Outbox& out) = 0;

    /// The process stalls: it blocks before it sends. Until EndStall the driver keeps what the member
    /// sends, tells it of nothing that arrives, and calls Advance as ever.
    virtual void BeginStall(Instant now, Outbox& out) = 0;

    /// It goes on. To be called when what was kept has been sent, and before the member is told of
    /// what has arrived.
    virtual void EndStall(Instant now, Outbox& out) = 0;

    /// Tells the others that it leaves; it goes on until LeaveDone().
    virtual void Leave(Instant now, Outbox& out) = 0;

    /// @return whether it left, and has told everybody whom it has to tell
    virtual bool LeaveDone() const = 0;

    /// @return when Advance has something to do, or NEVER
    virtual Instant NextDeadline() const = 0;

    /// What it believes of all members, itself too.
    virtual const MemberTable& Members() const = 0;

    /// What it did and met; a detector counts what it has a word for.
    virtual const Counters& Count() const = 0;

    /// Its own, as it stands in what it tells the others.
    virtual std::uint32_t Incarnation() const = 0;
};

/// Makes members of one kind, with one set of parameters. The directory outlives them.
using DetectorMaker = std::function<
    std::unique_ptr<Detector>(const Detector::Setup& setup, const Rng& rng, Directory& directory)>;

} // namespace swim
