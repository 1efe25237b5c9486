// SPDX-License-Identifier: GPL-2.0-only
//
// See incidents.h.
#include "lab/record/metrics/incidents.h"

namespace swimlab
{

namespace
{

/// More are counted, but not listed.
constexpr std::size_t LISTED = 1000;

} // namespace

std::size_t Incidents::Open(const Heard& heard)
{
    m_incidents.push_back({heard.row.timeNs, heard.subject, heard.row.incarnation});
    return m_incidents.size() - 1;
}

std::size_t Incidents::PlaceOf(const Heard& heard)
{
    if (heard.row.incarnation)
    {
        const std::uint64_t key = std::uint64_t{heard.subject} << 32 | *heard.row.incarnation;
        const auto [entry, isNew] = m_places.try_emplace(key);
        if (isNew)
        {
            entry->second = Open(heard);
        }
        return entry->second;
    }
    Untold& untold = m_untold[heard.subject];
    if (untold.observers.empty() || untold.observers[heard.row.observer])
    {
        untold.observers.assign(m_facts.Members(), false);
        untold.place = Open(heard);
    }
    untold.observers[heard.row.observer] = true;
    return untold.place;
}

void Incidents::Add(const Heard& heard)
{
    ++m_incidents[PlaceOf(heard)].events;
}

Json Incidents::ToJson() const
{
    std::uint64_t squares = 0;
    Json listed = Json::array();
    for (const Incident& incident : m_incidents)
    {
        squares += incident.events * incident.events;
        if (listed.size() < LISTED)
        {
            listed.push_back({{"time_s", SecondsJson(incident.timeNs)},
                              {"subject", m_facts.names[incident.subject]},
                              {"incarnation",
                               incident.incarnation ? Json(*incident.incarnation) : Json(nullptr)},
                              {"events", incident.events}});
        }
    }
    return {{"count", m_incidents.size()}, {"events_squared", squares}, {"listed", listed}};
}

} // namespace swimlab
