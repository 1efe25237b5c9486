// SPDX-License-Identifier: GPL-2.0-only
//
// Live members that were accused: false positives, and wrong suspicions that were refuted, counted
// while the run goes on.
//
// The streamed twin of analysis/run/false_positives.py for runs in which nobody is cut off: there,
// an accusation is true or false.
#pragma once

#include "lab/record/summary/health.h"
#include "lab/record/time-ns.h"
#include "lab/scenario/targets.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace swimlab::summary
{

/// A suspect or dead event, and who is behind it.
struct Accusation
{
    std::int64_t timeNs;
    MemberId observer;
    MemberId subject;
    std::uint32_t incarnation;
    MemberId accuser; ///< whose word it was
};

/// Counts accusations that were false, and by whom.
class Accusations
{
  public:
    Accusations(const Health& health, std::uint32_t members, std::size_t seconds);

    void Suspected(const Accusation& accusation);
    void Declared(const Accusation& accusation);

    /// The observer's view of the subject changed; to be called before what it changed to.
    /// @param refuted it became alive again through a higher incarnation
    void Changed(MemberId observer, MemberId subject, bool refuted);

    struct Counts
    {
        std::uint64_t events = 0;
        std::uint64_t pairs = 0;
        std::uint64_t subjects = 0;
        std::uint64_t fpMinus = 0;
        std::uint64_t aboutBystanders = 0;
        std::uint64_t amongBystanders = 0;
        std::uint64_t refutedSuspicions = 0;
        std::vector<std::uint64_t> perSecond;
        std::unordered_map<MemberId, std::uint64_t> byAccuser;
    };

    const Counts& Results() const
    {
        return m_counts;
    }

  private:
    /// Whether the accused was live, and accused as what it is now.
    bool IsFalse(const Accusation& accusation);

    /// Some observers of one subject: a bit each.
    struct Observers
    {
        std::vector<bool> are;
        std::uint32_t count = 0;
    };

    bool Insert(std::unordered_map<MemberId, Observers>& of, MemberId subject, MemberId observer);

    const Health& m_health;
    std::uint32_t m_members;
    /// By subject: the highest incarnation accused while it was not live, plus 1; 0: none.
    std::vector<std::uint64_t> m_accusedWhileNotLive;
    std::unordered_map<MemberId, Observers> m_wronglySuspectedBy; ///< at this time
    std::unordered_map<MemberId, Observers> m_wronglyBuriedBy;    ///< ever
    Counts m_counts;
};

} // namespace swimlab::summary
