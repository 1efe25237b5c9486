// SPDX-License-Identifier: GPL-2.0-only
//
// Wrong deaths, each counted once: one that is told to 127 members is one incident of 127 events.
//
// An incident is a subject and the incarnation that was buried wrongly, whoever says so. Where the
// incarnation is not told, the incident ends with the first observer that buries the subject again.
// Events of one incident are one mistake of the detector, so it is incidents that are independent
// enough to count. What is kept grows with the incidents, not with the events.
#pragma once

#include "lab/record/metrics/metric.h"

#include <unordered_map>
#include <vector>

namespace swimlab
{

class Incidents
{
  public:
    explicit Incidents(const RunFacts& facts)
        : m_facts(facts)
    {
    }

    /// A live member was declared dead.
    void Add(const Heard& heard);

    /// `count`, `events_squared` (the sum of the squares of their events), and the first of them.
    Json ToJson() const;

  private:
    struct Incident
    {
        TimeNs timeNs;
        MemberId subject;
        std::optional<std::uint32_t> incarnation;
        std::uint64_t events = 0;
    };

    /// Of a subject whose incarnation is not told: its last incident, and who is in it.
    struct Untold
    {
        std::size_t place = 0;
        std::vector<bool> observers{};
    };

    std::size_t PlaceOf(const Heard& heard);
    std::size_t Open(const Heard& heard);

    const RunFacts& m_facts;
    std::vector<Incident> m_incidents;
    std::unordered_map<std::uint64_t, std::size_t> m_places; ///< by subject and incarnation
    std::unordered_map<MemberId, Untold> m_untold;
};

} // namespace swimlab
