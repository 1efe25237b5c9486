// SPDX-License-Identifier: GPL-2.0-only
//
// See pair-accuracy.h.
#include "lab/record/metrics/pair-accuracy.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace swimlab
{

namespace
{

/// Pairs that are listed by name: the worst, by their time in mistakes.
constexpr std::size_t WORST_PAIRS = 20;

} // namespace

PairAccuracy::PairAccuracy(const RunFacts& facts,
                           const Exposure& exposure,
                           const Window& window,
                           bool remembers)
    : m_facts(facts),
      m_exposure(exposure),
      m_window(window),
      m_remembers(remembers)
{
}

void PairAccuracy::Begin(TimeNs timeNs, MemberId observer, MemberId subject, Cause cause)
{
    Subject& about = m_subjects[subject];
    Pair& pair = about.pairs[observer];
    if (pair.wrongSince != NONE)
    {
        return;
    }
    const bool counts = m_window.Contains(timeNs);
    pair.wrongSince = timeNs;
    pair.cause = cause;
    if (++about.wrong == 1)
    {
        about.wrongSince = timeNs;
        m_ofSubjects.count += counts ? 1 : 0;
    }
    if (!counts)
    {
        pair.lastBegin = pair.lastEnd = NONE;
        return;
    }
    if (cause != Cause::MISTAKE)
    {
        ++m_inherited.count;
        return;
    }
    ++m_mistakes.count;
    ++pair.mistakes;
    const bool isKnown = pair.lastBegin != NONE || pair.lastEnd != NONE;
    const TimeNs since = isKnown ? m_exposure.Since(observer, subject) : 0;
    if (pair.lastBegin != NONE && pair.lastBegin >= since)
    {
        m_recurrences.Add(timeNs - pair.lastBegin);
    }
    if (pair.lastEnd != NONE && pair.lastEnd >= since)
    {
        m_goodPeriods.Add(timeNs - pair.lastEnd);
    }
    pair.lastBegin = timeNs;
}

/// Of what began before the window, nobody knows how long it would have been left alone.
void PairAccuracy::Count(Errors& errors, TimeNs beginNs, TimeNs endNs, bool isSeenToTheEnd) const
{
    const TimeNs seen = m_window.Part(beginNs, endNs);
    errors.timeNs += static_cast<PairTime>(seen);
    if (!m_window.Contains(beginNs))
    {
        return;
    }
    isSeenToTheEnd && !m_window.IsPast(endNs) ? errors.durations.Add(seen)
                                              : errors.durations.AddCensored(seen);
}

/// @param isRight or else it is only not watched any longer
void PairAccuracy::Close(TimeNs timeNs, Subject& subject, Pair& pair, bool isRight)
{
    const bool isMistake = pair.cause == Cause::MISTAKE;
    Count(isMistake ? m_mistakes : m_inherited, pair.wrongSince, timeNs, isRight);
    pair.inMistakes += isMistake ? m_window.Part(pair.wrongSince, timeNs) : 0;
    pair.wrongSince = NONE;
    pair.lastEnd = isRight && m_window.Contains(timeNs) ? timeNs : NONE;
    if (--subject.wrong == 0)
    {
        Count(m_ofSubjects, subject.wrongSince, timeNs, isRight);
        subject.wrongSince = NONE;
    }
}

void PairAccuracy::End(TimeNs timeNs, MemberId observer, MemberId subject)
{
    const auto about = m_subjects.find(subject);
    if (about == m_subjects.end())
    {
        return;
    }
    auto& pairs = about->second.pairs;
    const auto pair = pairs.find(observer);
    if (pair == pairs.end() || pair->second.wrongSince == NONE)
    {
        return;
    }
    Close(timeNs, about->second, pair->second, true);
    if (!m_remembers)
    {
        pairs.erase(pair);
    }
}

/// @return whether there is nothing to remember of it
bool PairAccuracy::BreakPair(TimeNs timeNs, Subject& subject, Pair& pair)
{
    if (pair.wrongSince != NONE)
    {
        Close(timeNs, subject, pair, false);
    }
    return !m_remembers || pair.mistakes == 0;
}

void PairAccuracy::Break(TimeNs timeNs, MemberId member)
{
    for (auto& [subject, about] : m_subjects)
    {
        auto& pairs = about.pairs;
        auto pair = subject == member ? pairs.begin() : pairs.find(member);
        while (pair != pairs.end())
        {
            pair = BreakPair(timeNs, about, pair->second) ? pairs.erase(pair) : std::next(pair);
            pair = subject == member ? pair : pairs.end();
        }
    }
}

void PairAccuracy::BreakParted(TimeNs timeNs, const GroundTruth& truth)
{
    for (auto& [subject, about] : m_subjects)
    {
        for (auto pair = about.pairs.begin(); pair != about.pairs.end();)
        {
            const bool isForgotten =
                truth.AreParted(pair->first, subject) && BreakPair(timeNs, about, pair->second);
            pair = isForgotten ? about.pairs.erase(pair) : std::next(pair);
        }
    }
}

void PairAccuracy::Finish(TimeNs timeNs)
{
    for (auto& [subject, about] : m_subjects)
    {
        for (auto& [observer, pair] : about.pairs)
        {
            BreakPair(timeNs, about, pair);
        }
    }
}

nlohmann::ordered_json PairAccuracy::ToJson() const
{
    nlohmann::ordered_json json = {
        {"mistakes", m_mistakes.count},
        {"mistake_pair_s", Seconds(m_mistakes.timeNs)},
        {"mistake_durations", m_mistakes.durations.ToJson()},
        {"inherited", m_inherited.count},
        {"inherited_pair_s", Seconds(m_inherited.timeNs)},
        {"inherited_durations", m_inherited.durations.ToJson()},
        {"subject_errors", m_ofSubjects.count},
        {"subject_error_s", Seconds(m_ofSubjects.timeNs)},
        {"subject_error_durations", m_ofSubjects.durations.ToJson()},
    };
    if (m_remembers)
    {
        json["recurrence_times"] = m_recurrences.ToJson();
        json["good_periods"] = m_goodPeriods.ToJson();
        json.update(WorstJson());
    }
    return json;
}

/// How many pairs made mistakes, and the worst of them.
nlohmann::ordered_json PairAccuracy::WorstJson() const
{
    struct Entry
    {
        TimeNs inMistakes;
        MemberId observer;
        MemberId subject;
        std::uint32_t mistakes;
    };

    std::vector<Entry> entries;
    for (const auto& [subject, about] : m_subjects)
    {
        for (const auto& [observer, pair] : about.pairs)
        {
            if (pair.mistakes > 0)
            {
                entries.push_back({pair.inMistakes, observer, subject, pair.mistakes});
            }
        }
    }
    const auto listed = entries.begin() + std::min(entries.size(), WORST_PAIRS);
    std::partial_sort(entries.begin(), listed, entries.end(), [](const Entry& a, const Entry& b) {
        return std::tuple(b.inMistakes, a.observer, a.subject) <
               std::tuple(a.inMistakes, b.observer, b.subject);
    });
    auto worst = nlohmann::ordered_json::array();
    for (auto entry = entries.begin(); entry != listed; ++entry)
    {
        worst.push_back({{"observer", m_facts.names[entry->observer]},
                         {"subject", m_facts.names[entry->subject]},
                         {"exposed_s", Seconds(m_exposure.OfPair(entry->observer, entry->subject))},
                         {"mistakes", entry->mistakes},
                         {"mistake_s", Seconds(entry->inMistakes)}});
    }
    return {{"pairs_with_mistakes", entries.size()}, {"worst_pairs", worst}};
}

} // namespace swimlab
