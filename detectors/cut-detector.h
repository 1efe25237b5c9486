// SPDX-License-Identifier: MIT
//
// Rapid's multi-node cut detection (Suresh et al., ATC'18, section 4.2; MultiNodeCutDetector.java).
//
// A member whom at least H of its K observers report is stable, one whom L to H - 1 report is unstable.
// A proposal comes at the report that makes a member stable while nobody is unstable, and has all who
// are stable: so failures that are reported at about the same time are removed together.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace swim::detectors
{

class CutDetector
{
  public:
    /// Whom reports are about: any number that the caller gives a member.
    using Subject = std::uint32_t;

    /// @param rings K @param high H @param low L; 1 <= low <= high <= rings <= 16
    CutDetector(std::uint32_t rings, std::uint32_t high, std::uint32_t low);

    /// An observer reports a subject. Each ring counts once.
    /// @return the proposal, in order of number, or nothing
    std::vector<Subject> Report(Subject subject, std::uint32_t ring);

    /**
     * What follows from the reports: where an unstable subject's observer is unstable or stable itself,
     * its report will not come, and is taken as given.
     * @param observerOf the observer of a subject on a ring
     * @return the proposal, or nothing
     */
    std::vector<Subject> ReportImplicitly(
        const std::function<Subject(Subject subject, std::uint32_t ring)>& observerOf);

    /// Forgets everything, for the next configuration.
    void Clear();

    /// @return how many observers have reported it
    std::uint32_t Tally(Subject subject) const;

  private:
    bool IsUnstable(Subject subject) const;
    bool IsStable(Subject subject) const;

    std::uint32_t m_rings;
    std::uint32_t m_high;
    std::uint32_t m_low;
    std::map<Subject, std::uint16_t> m_reports; ///< a bit a ring
    std::vector<Subject> m_stable;              ///< who is proposed next, in order
    std::uint32_t m_unstable = 0;
};

} // namespace swim::detectors
