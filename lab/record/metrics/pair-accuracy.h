// SPDX-License-Identifier: GPL-2.0-only
//
// How long and how often observers are wrong about subjects that they could be right about: the
// accuracy of Chen, Toueg and Aguilera (IEEE Transactions on Computers 51(5), 2002), for every pair.
//
// What operators feel is said by subject besides: how long a healthy member is wrong to anybody at all.
//
// An observer's output on a subject is right or wrong at any instant; what counts as wrong is up to
// the reading. Only exposed pairs count (exposure.h), in stretches without a break. In a stretch
//
//     a mistake begins (their S-transition) when a right output becomes wrong by a wrong accusation,
//     and ends (their T-transition) when the output is right again;
//     what is wrong for another reason is inherited: the output was wrong when the stretch began, as
//     after a heal, a pause or a restart, or it became so by what was begun before, as by an
//     accusation of an incarnation that was accused in the pause.
//
// Inherited errors are kept apart, since no rate of the detector's own can be read off them; the time
// they take is not exposed to mistakes. Of a pair nothing is stored until it is wrong.
//
// A mistake that a stretch or the window cuts off is censored: what was seen of it counts in all sums
// of time, and its duration as "at least". So the means, which are ratios of sums (E(T_M) = time in
// mistakes / mistakes, E(T_MR) = exposed time / mistakes, E(T_G) the rest / mistakes), lean to no
// side in windows of any length, where the mean of the complete intervals would lean to short ones.
#pragma once

#include "lab/record/metrics/duration-tally.h"
#include "lab/record/metrics/exposure.h"

#include <nlohmann/json.hpp>
#include <unordered_map>
#include <vector>

namespace swimlab
{

class PairAccuracy
{
  public:
    /// @param remembers whether pairs are kept after they were wrong, for intervals between mistakes
    PairAccuracy(const RunFacts& facts,
                 const Exposure& exposure,
                 const Window& window,
                 bool remembers);

    /// Why an output becomes wrong.
    enum class Cause : std::uint8_t
    {
        MISTAKE,
        INHERITED
    };

    /// The output of an exposed pair becomes wrong, or right again.
    void Begin(TimeNs timeNs, MemberId observer, MemberId subject, Cause cause);
    void End(TimeNs timeNs, MemberId observer, MemberId subject);

    /// Pairs with the member are exposed no longer, or all are for which that holds now.
    void Break(TimeNs timeNs, MemberId member);
    void BreakParted(TimeNs timeNs, const GroundTruth& truth);

    /// The window is over.
    void Finish(TimeNs timeNs);

    /// After Finish.
    nlohmann::ordered_json ToJson() const;

  private:
    static constexpr TimeNs NONE = -1;

    struct Pair
    {
        TimeNs wrongSince = NONE; ///< NONE: it is right
        TimeNs lastBegin = NONE;  ///< of the last mistake
        TimeNs lastEnd = NONE;    ///< of the last error of any cause
        TimeNs inMistakes = 0;
        std::uint32_t mistakes = 0;
        Cause cause = Cause::MISTAKE;
    };

    struct Subject
    {
        std::unordered_map<MemberId, Pair> pairs{}; ///< by observer
        std::uint32_t wrong = 0;                    ///< how many of them are
        TimeNs wrongSince = NONE;                   ///< any
    };

    /// Errors of one cause.
    struct Errors
    {
        std::uint64_t count = 0;
        PairTime timeNs = 0;
        DurationTally durations{};
    };

    void Close(TimeNs timeNs, Subject& subject, Pair& pair, bool isRight);
    bool BreakPair(TimeNs timeNs, Subject& subject, Pair& pair);
    void Count(Errors& errors, TimeNs beginNs, TimeNs endNs, bool isSeenToTheEnd) const;
    nlohmann::ordered_json WorstJson() const;

    const RunFacts& m_facts;
    const Exposure& m_exposure;
    Window m_window;
    bool m_remembers;
    std::unordered_map<MemberId, Subject> m_subjects;
    Errors m_mistakes;
    Errors m_inherited;
    Errors m_ofSubjects; ///< times in which any observer was wrong about a subject, for any cause
    DurationTally m_recurrences;
    DurationTally m_goodPeriods;
};

} // namespace swimlab
