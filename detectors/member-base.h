// SPDX-License-Identifier: MIT
//
// What members have in common whichever way they detect failures: a table of members, a name and an
// incarnation in front of every message, a join through a seed's table, and a farewell.
//
// A message is its type (one byte), the sender's name and incarnation (four bytes), on streams the
// sender's address, and what the detector adds. A message on a stream lies in memberlist's frame of a user message, which tells
// drivers where it ends. A joining member asks a seed for its table by stream; how the others hear of
// the joiner is the detector's own affair.
#pragma once

#include "detectors/bytes.h"
#include "swim/detector.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace swim::detectors
{

/// Types of messages that all detectors have; their own start at OWN.
enum class CommonType : std::uint8_t
{
    JOIN = 1,  ///< stream: asks for the table
    TABLE = 2, ///< its answer: how many members, and each with name, address, incarnation, flags
    LEAVE = 3, ///< datagram: the sender leaves
    OWN = 16,
};

class MemberBase : public Detector
{
  public:
    void Reseed(const Rng& rng) override
    {
        m_rng = rng;
    }

    void Start(Instant now) override;
    void Join(Instant now, std::span<const Address> seeds, Outbox& out) override;
    void Advance(Instant now, Outbox& out) override;
    void Receive(Instant now, const Address& from, wire::ByteView datagram, Outbox& out) override;
    void ReceiveStream(Instant now, wire::ByteView bytes, Outbox& out) override;
    void ReceiveStreamAnswer(Instant now,
                             std::uint32_t id,
                             wire::ByteView bytes,
                             Outbox& out) override;
    void StreamFailed(Instant now, std::uint32_t id, Outbox& out) override;
    void SendFailed(Instant now, const Address& to, Outbox& out) override;

    void BeginStall(Instant now, Outbox& out) override
    {
        FireDue(now, out);
    }

    void EndStall(Instant now, Outbox& out) override
    {
        FireDue(now, out);
    }

    void Leave(Instant now, Outbox& out) override;

    bool LeaveDone() const override
    {
        return m_left;
    }

    Instant NextDeadline() const override;

    const MemberTable& Members() const override
    {
        return m_members;
    }

    const Counters& Count() const override
    {
        return m_counters;
    }

    std::uint32_t Incarnation() const override
    {
        return m_incarnation;
    }

  protected:
    MemberBase(const Setup& setup, const Rng& rng, Directory& directory);

    /// A stream of ours that is open.
    struct Exchange
    {
        std::uint8_t type = 0; ///< of the message that opened it
        Slot with = NONE;      ///< NONE: a seed that is asked to take us in
    };

    // What a detector is. In all of them m_now is the time of the input.

    /// Arms the timers; every member of the table is known.
    virtual void OnStart() = 0;

    /// @return when Fire has something to do, or NEVER
    virtual Instant Next() const = 0;

    /// Does what is due first; Next() is later afterwards, or Fire is called again.
    virtual void Fire(Outbox& out) = 0;

    /// How a message came.
    enum class Way : std::uint8_t
    {
        DATAGRAM,
        REQUEST, ///< on a stream that somebody opened
        ANSWER,  ///< on a stream of ours
    };

    /// Whether there is such a message of its own on this way, and the body is one from its first to its
    /// last byte. Asked before anything that the message says is believed, its sender's name too.
    virtual bool IsWhole(Way way, std::uint8_t type, ByteReader body) const = 0;

    /// A message of its own came by datagram, whole. @return false: it is not accepted
    virtual bool OnDatagram(Slot from, std::uint8_t type, ByteReader& body, Outbox& out) = 0;

    /// One came on a stream; Answer() answers it. By default there are none.
    virtual bool OnRequest(Slot from, std::uint8_t type, ByteReader& body, Outbox& out);

    /// A stream of ours was answered by a message of its own.
    virtual bool OnAnswer(const Exchange& exchange,
                          std::uint32_t id,
                          std::uint8_t type,
                          ByteReader& body,
                          Outbox& out);

    /// A stream of ours ended otherwise.
    virtual void OnFailure(const Exchange& exchange, std::uint32_t id, Outbox& out);

    /// How messages of this type are counted.
    virtual TrafficKind KindOf(std::uint8_t type) const = 0;

    /// A member is new in the table, where its slot is taken for the first time.
    virtual void OnMet(Slot slot) = 0;

    /// A message shows that a process of the member runs which was not known: it started again. By
    /// default it is trusted.
    virtual void OnReturn(Slot slot, Outbox& out);

    /// The member has said that it leaves. By default nothing more is to be done.
    virtual void OnLeft(Slot slot, Outbox& out);

    /// The member asked us for our table, which is written next. By default nothing more is to be done.
    virtual void OnAsked(Slot joiner);

    /// The seed's table is taken over. By default nothing more is to be done.
    virtual void OnJoined(Outbox& out);

    /// What a TABLE says of a member beside its name. By default 0, and of no use.
    virtual std::uint8_t FlagsOf(Slot slot) const;
    virtual void TakeFlags(Slot slot, std::uint8_t flags);

    /// Whether LEAVE is told to everybody; otherwise the detector has told them.
    virtual bool TellsLeave() const
    {
        return true;
    }

    // What a detector uses.

    /// @return where the message starts, for SendTo
    std::size_t Begin(std::uint8_t type, wire::Bytes& bytes) const;

    /// The same for a datagram, in the outbox's arena.
    std::size_t Begin(std::uint8_t type, Outbox& out) const
    {
        return Begin(type, out.Arena());
    }

    /// The same for a stream, with our address behind it, as a stream does not tell where we listen.
    std::size_t BeginStream(std::uint8_t type, wire::Bytes& bytes) const;

    /// Sends what stands in the arena since `start`. To be called for as many members as are to get
    /// the same bytes, as long as nothing else was appended.
    void SendTo(Slot to, TrafficKind kind, std::size_t start, Outbox& out) const
    {
        out.AddDatagram(AddressOf(to), kind, start);
    }

    /// Opens a stream with a message that BeginStream started. @return its id
    std::uint32_t Open(Slot to, TrafficKind kind, wire::ByteView message, Outbox& out);

    /// Asks a member for its table, as a joiner does, where we have heard of somebody without a name.
    void AskForTable(Slot whom, Outbox& out);

    /// Closes a stream of ours, of which nothing is heard any more.
    void Abort(std::uint32_t id, Outbox& out);

    /// Answers the stream whose request is being handled, by a message that BeginStream started.
    static void Answer(TrafficKind kind, wire::ByteView message, Outbox& out);

    /// Believes that the member lives. @param source whose word it was
    void Trust(Slot slot, NameId source, Outbox& out);

    /// Believes it suspect, dead or left, if it does not yet.
    void Doubt(Slot slot, MemberState state, NameId source, Outbox& out);

    /// Takes in a member that somebody named. @return its slot; NONE: it is no news, or the directory
    ///         is full
    Slot Meet(std::string_view name,
              const Address& address,
              std::uint32_t incarnation,
              NameId source,
              Outbox& out);

    /// A message names its sender. @return its slot; NONE: it is ourselves, or an earlier life
    Slot Hear(std::string_view name, std::uint32_t incarnation, const Address& from, Outbox& out);

    /// Makes our incarnation the next one after this, if it is not above it.
    void Outdo(std::uint32_t incarnation);

    void Reject(Rejection reason, Outbox& out);

    Instant RandomPhase(Duration interval)
    {
        const auto count = static_cast<std::uint64_t>(interval.count());
        return m_now + Duration(static_cast<std::int64_t>(m_rng.Below(count)));
    }

    NameId NameOf(Slot slot) const
    {
        return m_directory.Get(m_members.At(slot).identity).name;
    }

    std::string_view NameText(Slot slot) const
    {
        return m_directory.NameOf(m_members.At(slot).identity);
    }

    const Address& AddressOf(Slot slot) const
    {
        return m_directory.Get(m_members.At(slot).identity).address;
    }

    MemberState StateOf(Slot slot) const
    {
        return m_states[slot.Value()];
    }

    /// By slot: the table's states, close together for who goes through all of them.
    std::span<const MemberState> States() const
    {
        return m_states;
    }

    /// @return of the others whom the table holds in this state, the n-th
    Slot NthOther(MemberState state, std::size_t n) const;

    Slot FindByName(std::string_view name) const
    {
        const NameId id = m_directory.FindName(name);
        return id == NONE ? Slot(NONE) : m_members.Find(id);
    }

    /// As above, sooner where the guess is right: tables of one start have their members in one order.
    Slot FindByName(std::string_view name, Slot guess) const
    {
        const bool right = guess.Value() < m_members.Slots() && m_members.At(guess).Present() &&
                           NameText(guess) == name;
        return right ? guess : FindByName(name);
    }

    bool Left() const
    {
        return m_left;
    }

    Slot Self() const
    {
        return m_slot;
    }

    NameId OwnName() const
    {
        return m_name;
    }

    Directory& m_directory;
    Rng m_rng;
    MemberTable m_members;
    Counters m_counters;
    Instant m_now{};

  private:
    void FireDue(Instant now, Outbox& out);
    void SetState(Slot slot, MemberState state);
    bool IsGood(Way way, std::uint8_t type, ByteReader body) const;
    static bool IsTable(ByteReader body);
    bool OnTable(ByteReader& body, Outbox& out);
    void WriteTable(wire::Bytes& message) const;
    void Count(std::uint8_t type, Outbox& out) const;

    IdentityId m_identity;
    NameId m_name;
    Slot m_slot = NONE;
    std::vector<MemberState> m_states;
    std::uint32_t m_incarnation;
    std::uint32_t m_exchangeId = 0;
    std::unordered_map<std::uint32_t, Exchange> m_exchanges; ///< found by id, never gone through
    bool m_left = false;
};

} // namespace swim::detectors
