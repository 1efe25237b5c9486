// SPDX-License-Identifier: GPL-2.0-only
//
// See leaves.h.
#include "lab/record/metrics/leaves.h"

namespace swimlab
{

Leaves::Leaves(const RunState& run)
    : m_run(run)
{
}

void Leaves::Before(const Deed& deed)
{
    if (deed.change.IsNone())
    {
        return;
    }
    std::erase_if(m_open, [&](std::size_t place) {
        Leave& leave = m_leaves[place];
        const bool ends = leave.member == *deed.event.subject;
        if (ends)
        {
            Close(leave);
        }
        return ends;
    });
}

void Leaves::After(const Deed& deed)
{
    if (deed.change.IsNone() || deed.change.after != Health::LEFT)
    {
        return;
    }
    Leave leave{*deed.event.subject, deed.event.timeNs, m_run.truth.Steps(), {}};
    leave.observers.resize(m_run.facts.Members());
    for (MemberId observer = 0; observer < leave.observers.size(); ++observer)
    {
        leave.observers[observer] =
            m_run.truth.IsLive(observer) && Holds(m_run.views.Get(observer, leave.member));
    }
    m_open.push_back(m_leaves.size());
    m_leaves.push_back(std::move(leave));
}

void Leaves::Close(Leave& leave)
{
    for (MemberId observer = 0; observer < leave.observers.size(); ++observer)
    {
        if (leave.observers[observer] && m_run.truth.IsLiveSince(observer, leave.step))
        {
            const View view = m_run.views.Get(observer, leave.member);
            ++leave.watched;
            leave.sawLeft += view == View::LEFT ? 1 : 0;
            leave.sawFailed += view == View::DEAD ? 1 : 0;
        }
    }
    leave.observers = {};
}

void Leaves::Finish(Json& metrics)
{
    for (const std::size_t place : m_open)
    {
        Close(m_leaves[place]);
    }
    Json& json = metrics["leaves"] = Json::array();
    for (const Leave& leave : m_leaves)
    {
        json.push_back({{"member", m_run.facts.names[leave.member]},
                        {"time_s", SecondsJson(leave.atNs)},
                        {"observers", leave.watched},
                        {"saw_left", leave.sawLeft},
                        {"saw_failed", leave.sawFailed},
                        {"saw_nothing", leave.watched - leave.sawLeft - leave.sawFailed}});
    }
}

} // namespace swimlab
