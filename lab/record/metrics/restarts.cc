// SPDX-License-Identifier: GPL-2.0-only
//
// See restarts.h.
#include "lab/record/metrics/restarts.h"

#include <algorithm>

namespace swimlab
{

Restarts::Restarts(const RunState& run)
    : m_run(run),
      m_watchOf(run.facts.Members(), NO_WATCH)
{
}

void Restarts::Before(const Deed& deed)
{
    if (!deed.change.IsNone() && m_watchOf[*deed.event.subject] != NO_WATCH)
    {
        m_restarts[m_watchOf[*deed.event.subject]].observers = {};
        m_watchOf[*deed.event.subject] = NO_WATCH;
    }
}

void Restarts::After(const Deed& deed)
{
    // Whom nobody can hear, nobody can accept.
    if (deed.event.verb == Verb::RESTART && deed.change.after == Health::LIVE)
    {
        Open(deed.event);
    }
}

void Restarts::Open(const TruthEvent& event)
{
    const MemberId member = *event.subject;
    const std::uint32_t end = m_run.truth.NextChange(member);
    const bool moves = m_run.facts.steps[m_run.truth.Steps() - 1].changesAddress;
    Restart restart{member, event.timeNs, {}};
    restart.observers.resize(m_run.facts.Members(), Back::NOT_ASKED);
    for (MemberId observer = 0; observer < restart.observers.size(); ++observer)
    {
        if (observer != member && m_run.views.AreOfOneGroup(observer, member) &&
            m_run.truth.IsLiveUntil(observer, end))
        {
            const bool back = !moves && m_run.views.Get(observer, member) == View::ALIVE;
            restart.observers[observer] = back    ? Back::BACK
                                          : moves ? Back::UNCONFIRMED
                                                  : Back::CONFIRMED;
            ++restart.asked;
            restart.pending += back ? 0 : 1;
        }
    }
    if (restart.asked > 0)
    {
        restart.acceptedNs = restart.pending == 0 ? std::optional<TimeNs>(0) : std::nullopt;
        m_watchOf[member] = static_cast<std::uint32_t>(m_restarts.size());
        m_restarts.push_back(std::move(restart));
    }
}

void Restarts::Hear(const Heard& heard)
{
    // A suspicion that arises breaks nothing unless it becomes a death.
    if (!heard.changesView || heard.after == View::SUSPECT || m_watchOf[heard.subject] == NO_WATCH)
    {
        return;
    }
    Restart& restart = m_restarts[m_watchOf[heard.subject]];
    Back& back = restart.observers[heard.row.observer];
    if (back == Back::NOT_ASKED)
    {
        return;
    }
    const bool confirmed = back != Back::UNCONFIRMED || heard.row.kind == swim::EventKind::JOINED;
    restart.pending -= back == Back::BACK ? 0 : 1;
    back = !confirmed                   ? Back::UNCONFIRMED
           : heard.after == View::ALIVE ? Back::BACK
                                        : Back::CONFIRMED;
    restart.pending += back == Back::BACK ? 0 : 1;
    if (!restart.acceptedNs && restart.pending == 0)
    {
        restart.acceptedNs = heard.row.timeNs - restart.atNs;
    }
}

void Restarts::Finish(Json& metrics)
{
    Json& json = metrics["restarts"] = Json::array();
    for (const Restart& restart : m_restarts)
    {
        json.push_back({{"member", m_run.facts.names[restart.member]},
                        {"time_s", SecondsJson(restart.atNs)},
                        {"observers", restart.asked},
                        {"accepted_by", restart.asked - restart.pending},
                        {"accepted_s", SecondsJson(restart.acceptedNs)}});
    }
}

} // namespace swimlab
