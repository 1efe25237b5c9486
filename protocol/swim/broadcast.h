// SPDX-License-Identifier: MIT
//
// What waits to be passed on: news about members, dissemination by infection (SWIM section 4.1),
// and broadcasts of the user in a queue of their own.
//
// News: one update a subject, what is newer replaces what is older. An update is kept as ids and
// numbers, not bytes: a queue of a thousand is 12 kB, or 28 kB where all of it is of the rarer
// kind.
#pragma once

#include "swim/config.h"
#include "swim/ids.h"
#include "swim/transmit-queue.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace swim
{

/// What news says of its subject.
enum class UpdateKind : std::uint8_t
{
    SUSPECT,
    ALIVE,
    DEAD,
};

/// News about a member, as one node passes it on.
class Update
{
  public:
    static Update Alive(NameId subject, std::uint32_t incarnation, IdentityId identity)
    {
        return {UpdateKind::ALIVE, subject, incarnation, identity.Value()};
    }

    static Update Suspect(NameId subject, std::uint32_t incarnation, NameId accuser)
    {
        return {UpdateKind::SUSPECT, subject, incarnation, accuser.Value()};
    }

    static Update Dead(NameId subject, std::uint32_t incarnation, NameId accuser)
    {
        return {UpdateKind::DEAD, subject, incarnation, accuser.Value()};
    }

    UpdateKind Kind() const
    {
        return m_kind;
    }

    NameId Subject() const
    {
        return m_subject;
    }

    std::uint32_t Incarnation() const
    {
        return m_incarnation;
    }

    /// Of an alive.
    IdentityId Identity() const
    {
        return IdentityId(m_detail);
    }

    /// Of a suspect or dead: who said so.
    NameId Accuser() const
    {
        return NameId(m_detail);
    }

  private:
    Update(UpdateKind kind, NameId subject, std::uint32_t incarnation, std::uint32_t detail)
        : m_kind(kind),
          m_subject(subject),
          m_incarnation(incarnation),
          m_detail(detail)
    {
    }

    UpdateKind m_kind;
    NameId m_subject;
    std::uint32_t m_incarnation;
    std::uint32_t m_detail; ///< one number for either, as a queue can be long
};

static_assert(sizeof(Update) == 16);

/// How often an update is passed on in a cluster of n members.
std::uint32_t RetransmitLimit(const Config& config, std::uint32_t n);

/// What a queue holds in place of an update: four bytes, since a cluster of 10,000 that forms at
/// once has a hundred million of them.
struct UpdateRef
{
    std::uint32_t value;
};

/// The news that one node has to pass on.
class UpdateQueue : private TransmitQueue<UpdateRef>
{
  public:
    struct Taken
    {
        Update what;
        std::size_t size;
    };

    using TransmitQueue::Empty;
    using TransmitQueue::Prefetch;
    using TransmitQueue::Size;

    /// @return whether news about this member still waits
    bool Contains(NameId subject) const;

    /// Queues an update and drops older news about its subject. @param size its encoded bytes
    void Push(const Update& update, std::size_t size);

    /**
     * Takes what fits into one datagram and counts it as transmitted once.
     * @param budget bytes left, of which each update uses its size and `overhead`
     * @param most how many at most
     * @param limit the retransmit limit
     * @param taken what was taken, in order; cleared first
     * @return what is left of the budget
     */
    std::size_t Take(std::size_t budget,
                     std::size_t overhead,
                     std::size_t most,
                     std::uint32_t limit,
                     std::vector<Taken>& taken);

  private:
    /// The commonest update says that a member lives, at its first incarnation, and its identity
    /// has the number of its name: the name tells all. Others have this bit, and are listed.
    static constexpr std::uint32_t LISTED = 1u << 31;
    static constexpr std::uint32_t NO_PLACE = UINT32_MAX;

    UpdateRef MakeRef(const Update& update);
    Update Get(UpdateRef ref) const;
    void Release(UpdateRef ref);
    void DropNewsOf(NameId subject);
    void Note(NameId subject);

    std::vector<Update> m_listed;
    std::uint32_t m_free = NO_PLACE; ///< in the list; each names the next one as its subject
    /// By subject: whether news about it waits. Kept only once the queue is too long to search.
    std::vector<bool> m_waiting;
};

/// A broadcast of the user that waits to be passed on.
struct UserBroadcast
{
    wire::Bytes message;  ///< whole, with its type byte
    std::uint32_t id = 0; ///< what its sender's application calls it; 0: nobody waits for its end
    // Of one with a name, which a later one takes the place of:
    std::string name = {};   ///< empty: it has none
    std::string sender = {}; ///< whose it is
    std::uint32_t epoch = 0; ///< of which life
    std::uint32_t number = 0;

    /// Whether it is of the same sender, life and name.
    bool IsNamedAs(const UserBroadcast& other) const
    {
        return !name.empty() && name == other.name && sender == other.sender &&
               epoch == other.epoch;
    }
};

/// The user broadcasts that one node has to pass on.
class UserQueue : public TransmitQueue<std::shared_ptr<UserBroadcast>>
{
  public:
    struct Taken
    {
        std::shared_ptr<UserBroadcast> what;
        std::size_t size;
        bool last; ///< it has left the queue
    };

    using TransmitQueue::ForEach;

    /// As UpdateQueue::Take.
    std::size_t Take(std::size_t budget,
                     std::size_t overhead,
                     std::size_t most,
                     std::uint32_t limit,
                     std::vector<Taken>& taken);
};

} // namespace swim
