// SPDX-License-Identifier: GPL-2.0-only
//
// See spells.h.
#include "lab/record/metrics/spells.h"

#include <algorithm>

namespace swimlab
{

Spells::Spells(const RunState& run)
    : m_run(run),
      m_spellOf(run.facts.Members(), NO_SPELL),
      m_accused(run.facts.Members())
{
}

bool Spells::IsAsked(const Spell& spell, MemberId observer) const
{
    return observer != spell.member && m_run.truth.CanHearSince(observer, spell.moment);
}

/// Whether it has a process, and is disturbed.
bool Spells::IsIn(MemberId member) const
{
    return m_run.truth.IsDisturbed(member) && HasProcess(m_run.truth.HealthOf(member));
}

void Spells::Before(const Deed& deed)
{
    m_wasIn = deed.event.subject && IsIn(*deed.event.subject);
    m_perhapsLeaving.clear();
    for (const std::uint32_t place : m_open)
    {
        const Spell& spell = m_spells[place];
        if (deed.event.subject && IsAsked(spell, *deed.event.subject))
        {
            m_perhapsLeaving.push_back({place, m_run.views.Get(*deed.event.subject, spell.member)});
        }
    }
}

void Spells::After(const Deed& deed)
{
    for (const Asked& asked : m_perhapsLeaving)
    {
        Spell& spell = m_spells[asked.place];
        if (!IsAsked(spell, *deed.event.subject))
        {
            SeeMove(spell, deed.event.timeNs, asked.view, View::UNKNOWN);
        }
    }
    if (deed.event.subject)
    {
        Update(deed, *deed.event.subject);
    }
    else if (Disturbances::IsAbout(deed.event.verb))
    {
        for (MemberId member = 0; member < m_spellOf.size(); ++member)
        {
            Update(deed, member);
        }
    }
}

void Spells::Update(const Deed& deed, MemberId member)
{
    const bool isIn = IsIn(member);
    if (m_spellOf[member] != NO_SPELL && (!isIn || deed.change.starts))
    {
        Close(deed.event.timeNs, member);
    }
    // A row about everybody disturbs nobody.
    const bool begins = isIn && deed.event.subject && (!m_wasIn || deed.change.starts);
    if (begins && m_run.truth.MeasureOfRun().window.Contains(deed.event.timeNs))
    {
        Open(deed, member);
    }
}

void Spells::Open(const Deed& deed, MemberId member)
{
    Spell spell{.member = member,
                .verb = m_run.truth.CauseOf(member),
                .atNs = deed.event.timeNs,
                .moment = m_run.truth.Moments(),
                .accusedBefore = m_accused[member]};
    for (MemberId observer = 0; observer < m_spellOf.size(); ++observer)
    {
        if (IsAsked(spell, observer))
        {
            const View view = m_run.views.Get(observer, member);
            spell.knowing += IsGone(view) ? 1 : 0;
            spell.shouldKnow += view != View::UNKNOWN ? 1 : 0;
            spell.isAccusedBefore |= IsGone(view) || view == View::SUSPECT;
        }
    }
    spell.askedAtFirst = spell.shouldKnow;
    m_spellOf[member] = static_cast<std::uint32_t>(m_spells.size());
    m_open.push_back(m_spellOf[member]);
    m_spells.push_back(spell);
}

void Spells::Close(TimeNs timeNs, MemberId member)
{
    Spell& spell = m_spells[m_spellOf[member]];
    if (!m_run.truth.MeasureOfRun().window.IsPast(timeNs))
    {
        spell.ended = timeNs - spell.atNs;
    }
    std::erase(m_open, m_spellOf[member]);
    m_spellOf[member] = NO_SPELL;
}

/// The view of somebody who is asked changes, or, to UNKNOWN, it is asked no longer.
void Spells::SeeMove(Spell& spell, TimeNs timeNs, View before, View after) const
{
    if (m_run.truth.MeasureOfRun().window.IsPast(timeNs))
    {
        return;
    }
    spell.knowing += IsGone(after) ? 1 : 0;
    spell.knowing -= IsGone(before) ? 1 : 0;
    spell.shouldKnow += after != View::UNKNOWN ? 1 : 0;
    spell.shouldKnow -= before != View::UNKNOWN ? 1 : 0;
    spell.askedAtFirst = timeNs == spell.atNs ? spell.shouldKnow : spell.askedAtFirst;
    Settle(spell, timeNs);
}

void Spells::Settle(Spell& spell, TimeNs timeNs)
{
    const bool allKnow = spell.shouldKnow > 0 && spell.knowing == spell.shouldKnow;
    if (spell.firstDead && !spell.knownToAll && allKnow)
    {
        spell.knownToAll = timeNs - spell.atNs;
    }
}

void Spells::Hear(const Heard& heard)
{
    if (!heard.changesView)
    {
        return;
    }
    const bool accuses = heard.judgement != Judgement::NONE;
    const std::uint64_t above = std::uint64_t{heard.row.incarnation.value_or(0)} + 1;
    if (const std::uint32_t place = m_spellOf[heard.subject]; place != NO_SPELL)
    {
        Spell& spell = m_spells[place];
        const TimeNs delay = heard.row.timeNs - spell.atNs;
        const bool isNew = !heard.row.incarnation || above > spell.accusedBefore;
        const bool detects = accuses && isNew && !heard.cutOff &&
                             !m_run.truth.MeasureOfRun().window.IsPast(heard.row.timeNs) &&
                             !m_run.truth.IsOfEarlierProcess(heard.subject, heard.row.incarnation);
        if (detects && heard.after == View::SUSPECT)
        {
            spell.firstSuspect = spell.firstSuspect.value_or(delay);
        }
        else if (detects)
        {
            spell.firstDead = spell.firstDead.value_or(delay);
        }
        if (IsAsked(spell, heard.row.observer))
        {
            SeeMove(spell, heard.row.timeNs, heard.before.view, heard.after);
        }
        if (!m_run.truth.MeasureOfRun().window.IsPast(heard.row.timeNs))
        {
            Settle(spell, heard.row.timeNs);
        }
    }
    if (accuses && heard.row.incarnation)
    {
        m_accused[heard.subject] = std::max(m_accused[heard.subject], above);
    }
}

Json Spells::SpellJson(const Spell& spell) const
{
    return {{"member", m_run.facts.names[spell.member]},
            {"verb", ToString(spell.verb)},
            {"time_s", SecondsJson(spell.atNs)},
            {"ended_s", SecondsJson(spell.ended)},
            {"first_suspect_s", SecondsJson(spell.firstSuspect)},
            {"first_dead_s", SecondsJson(spell.firstDead)},
            {"known_to_all_s", SecondsJson(spell.knownToAll)},
            {"should_know", spell.askedAtFirst},
            {"known_by", spell.knowing},
            {"accused_before", spell.isAccusedBefore}};
}

void Spells::Finish(Json& metrics)
{
    Json& spells = metrics["disturbances"] = Json::array();
    for (const Spell& spell : m_spells)
    {
        spells.push_back(SpellJson(spell));
    }
}

} // namespace swimlab
