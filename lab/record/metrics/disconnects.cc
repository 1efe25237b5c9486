// SPDX-License-Identifier: GPL-2.0-only
//
// See disconnects.h.
#include "lab/record/metrics/disconnects.h"

namespace swimlab
{

Disconnects::Disconnects(const RunState& run)
    : m_run(run)
{
}

void Disconnects::Before(const Deed& deed)
{
    if (deed.change.IsNone() || deed.change.before != Health::UNPLUGGED)
    {
        return;
    }
    std::erase_if(m_open, [&](std::size_t place) {
        Disconnect& disconnect = m_disconnects[place];
        const bool ends = disconnect.member == *deed.event.subject;
        if (ends)
        {
            Close(disconnect);
        }
        return ends;
    });
}

void Disconnects::After(const Deed& deed)
{
    if (!deed.change.IsNone() && deed.change.after == Health::UNPLUGGED)
    {
        m_open.push_back(m_disconnects.size());
        m_disconnects.push_back({*deed.event.subject, deed.event.timeNs, m_run.truth.Steps()});
    }
}

void Disconnects::Close(Disconnect& disconnect)
{
    for (MemberId other = 0; other < m_run.facts.Members(); ++other)
    {
        if (other != disconnect.member && m_run.truth.IsLiveSince(other, disconnect.step))
        {
            ++disconnect.others;
            disconnect.heldGone += IsGone(m_run.views.Get(disconnect.member, other)) ? 1 : 0;
            disconnect.goneTo += IsGone(m_run.views.Get(other, disconnect.member)) ? 1 : 0;
        }
    }
}

void Disconnects::Finish(Json& metrics)
{
    for (const std::size_t place : m_open)
    {
        Close(m_disconnects[place]);
    }
    Json& json = metrics["disconnects"] = Json::array();
    for (const Disconnect& disconnect : m_disconnects)
    {
        json.push_back({{"member", m_run.facts.names[disconnect.member]},
                        {"time_s", SecondsJson(disconnect.atNs)},
                        {"others", disconnect.others},
                        {"held_gone", disconnect.heldGone},
                        {"gone_to", disconnect.goneTo}});
    }
}

} // namespace swimlab
