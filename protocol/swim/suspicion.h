// SPDX-License-Identifier: MIT
//
// How long a suspect may defend itself, and who has confirmed the suspicion.
//
// SWIM section 4.2 gives a suspect a fixed time. Lifeguard section IV-B starts with a long time and
// shortens it with each independent confirmation, so that a lonely accuser (who is often the slow
// one) cannot bury a living member quickly.
#pragma once

#include "swim/config.h"
#include "swim/ids.h"
#include "swim/types.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

namespace swim
{

/// What the configuration and the table size make of a new suspicion.
struct SuspicionBounds
{
    std::uint32_t confirmations = 0; ///< Lifeguard's K: how many shorten the time to the minimum
    Duration min{};
    Duration max{};

    friend bool operator==(const SuspicionBounds&, const SuspicionBounds&) = default;
};

/// @param n members in the table, of any state
SuspicionBounds BoundSuspicion(const Config& config, std::uint32_t n);

/// @return the whole time-out with this many confirmations
///         (floor to ms of max - (max-min) * ln(c+1)/ln(K+1), at least min)
Duration SuspicionTimeout(const SuspicionBounds& bounds, std::uint32_t confirmations);

/// The smallest d with e^d >= x: ceil(ln x) from exact constants. @param x at least 1
std::uint32_t CeilLn(std::uint64_t x);

/// The smallest d with 10^d >= x: ceil(log10 x). @param x at least 1
std::uint32_t CeilLog10(std::uint64_t x);

/**
 * The running suspicions of one node: one for each member it holds for suspect.
 *
 * Sorted lists, as a node of a large cluster suspects few at a time and hears of these few in
 * nearly every datagram: what most of it asks (is this settled, has he accused already) lies in
 * one or two cache lines. Of one that is settled its deadline is all that there is to know: nothing
 * moves it any more.
 */
class Suspicions
{
  public:
    /// @param from the accuser, who cannot confirm his own word
    void Start(Slot slot, NameId from, Instant now, const SuspicionBounds& bounds);

    /// @return whether this is a new confirmation that still counts, and so is worth passing on
    bool Confirm(Slot slot, NameId from);

    /// @return whether one more confirmation of this running suspicion would count
    bool WantsConfirmation(Slot slot) const
    {
        return !IsSettled(slot);
    }

    void Cancel(Slot slot);

    /// Asks for the memory that news of suspects will touch.
    void Prefetch() const
    {
        __builtin_prefetch(m_deadlines.data());
        __builtin_prefetch(m_settled.data());
        __builtin_prefetch(m_accusers.data());
    }

    /// The earliest deadline, or NEVER.
    Instant NextDeadline() const
    {
        return m_deadlines.empty() ? NEVER : m_deadlines.front().at;
    }

    /// When the member's running suspicion ends, or NEVER. Looks through all of them: for traces.
    Instant DeadlineOf(Slot slot) const
    {
        const auto found = std::ranges::find(m_deadlines, slot, &Deadline::slot);
        return found == m_deadlines.end() ? NEVER : found->at;
    }

    /// The member whose deadline is the earliest (of equal ones the lowest slot), while any is
    /// running.
    Slot First() const
    {
        return m_deadlines.front().slot;
    }

  private:
    /// One that wants confirmations.
    struct Suspicion
    {
        Slot slot;
        std::uint32_t confirmations;
        Instant start;
        SuspicionBounds bounds;
    };

    struct Deadline
    {
        Instant at;
        Slot slot;

        // By hand: not every standard library has the three-way comparison of points in time.
        std::strong_ordering operator<=>(const Deadline& other) const
        {
            return at != other.at
                       ? at.time_since_epoch().count() <=> other.at.time_since_epoch().count()
                       : slot <=> other.slot;
        }

        bool operator==(const Deadline&) const = default;
    };

    struct Accusation
    {
        Slot slot;
        NameId from;
        auto operator<=>(const Accusation&) const = default;
    };

    static Instant DeadlineOf(const Suspicion& suspicion);

    bool IsSettled(Slot slot) const
    {
        return std::ranges::binary_search(m_settled, slot);
    }

    std::vector<Suspicion>::iterator Find(Slot slot);
    void InsertDeadline(Instant at, Slot slot);
    void Settle(Slot slot);
    void Close(std::vector<Suspicion>::iterator open);

    std::vector<Suspicion> m_open;      ///< by slot: running ones that want confirmations
    std::vector<Deadline> m_deadlines;  ///< sorted: one for each running suspicion
    std::vector<Accusation> m_accusers; ///< sorted: of the open ones
    /// Running ones that want no more confirmations, sorted. In a large cluster nearly every
    /// accusation is of these, so this is asked far more often than all else.
    std::vector<Slot> m_settled;
};

} // namespace swim
