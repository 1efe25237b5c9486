// SPDX-License-Identifier: GPL-2.0-only
//
// How soon the members notice that one of them is disturbed: first suspicion, first dead, everybody.
//
// A spell is the time in which a process is disturbed without a break (disturbances.h), by the verb
// that began it. It ends with the last disturbance, with the process, or is cut off by the
// end of the run; what had not come by then is censored, and a spell that ended unnoticed is counted
// as such. Lifeguard's Threshold experiments (section V-F2) measure the same of its slow members.
//
// Asked are the members that have been live and able to hear ever since it began, and have the
// disturbed one in their view. An accusation of an incarnation that was accused before the spell
// began detects nothing of it, nor does one that a cut network is behind.
#pragma once

#include "lab/record/metrics/metric.h"

#include <optional>
#include <vector>

namespace swimlab
{

class Spells : public Metric
{
  public:
    explicit Spells(const RunState& run);

    Scope ScopeOf() const override
    {
        return Scope::PREAMBLE;
    }

    void Before(const Deed& deed) override;
    void After(const Deed& deed) override;
    void Hear(const Heard& heard) override;
    void Finish(Json& metrics) override;

  private:
    using Delay = std::optional<TimeNs>;

    struct Spell
    {
        MemberId member;
        Verb verb; ///< that began it
        TimeNs atNs;
        std::uint64_t moment;           ///< see GroundTruth::Moments
        std::uint64_t accusedBefore;    ///< incarnations below this were
        bool isAccusedBefore = false;   ///< by any of those who are asked
        std::uint32_t shouldKnow = 0;   ///< now
        std::uint32_t knowing = 0;      ///< of them
        std::uint32_t askedAtFirst = 0; ///< after all that happened at the instant of its beginning
        Delay firstSuspect{};
        Delay firstDead{};
        Delay knownToAll{};
        Delay ended{}; ///< none: the run, or the window, ended first
    };

    bool IsIn(MemberId member) const;
    void Update(const Deed& deed, MemberId member);
    void Open(const Deed& deed, MemberId member);
    void Close(TimeNs timeNs, MemberId member);
    void SeeMove(Spell& spell, TimeNs timeNs, View before, View after) const;
    static void Settle(Spell& spell, TimeNs timeNs);
    bool IsAsked(const Spell& spell, MemberId observer) const;
    Json SpellJson(const Spell& spell) const;

    /// Somebody who is asked in an open spell, and is not after the present row.
    struct Asked
    {
        std::uint32_t place;
        View view;
    };

    static constexpr std::uint32_t NO_SPELL = ~0u;

    RunState m_run;
    std::vector<Spell> m_spells;          ///< in their order
    std::vector<std::uint32_t> m_spellOf; ///< by member: the place of its open one, or NO_SPELL
    std::vector<std::uint32_t> m_open;    ///< places
    std::vector<Asked> m_perhapsLeaving;  ///< the subject of the present row
    bool m_wasIn = false;                 ///< it was disturbed before that row
    std::vector<std::uint64_t> m_accused; ///< by member: the highest incarnation so far, plus 1
};

} // namespace swimlab
