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
    m_isNew = false;
    if (!deed.event.subject)
    {
        return;
    }
    m_isNew = deed.event.verb == Verb::DISCONNECT && HasProcess(deed.change.before) &&
              !m_run.truth.IsUnplugged(*deed.event.subject);
    const bool ends = HasProcess(deed.change.before) && !HasProcess(deed.change.after);
    if (deed.event.verb != Verb::RECONNECT && !ends && !deed.change.starts)
    {
        return;
    }
    std::erase_if(m_open, [&](std::size_t place) {
        Disconnect& disconnect = m_disconnects[place];
        const bool isOfSubject = disconnect.member == *deed.event.subject;
        if (isOfSubject)
        {
            Close(disconnect);
        }
        return isOfSubject;
    });
}

void Disconnects::After(const Deed& deed)
{
    if (m_isNew)
    {
        m_open.push_back(m_disconnects.size());
        m_disconnects.push_back({*deed.event.subject, deed.event.timeNs, m_run.truth.Steps()});
    }
}

void Disconnects::Close(Disconnect& disconnect)
{
    for (MemberId other = 0; other < m_run.facts.Members(); ++other)
    {
        if (other != disconnect.member && m_run.views.AreOfOneGroup(other, disconnect.member) &&
            m_run.truth.IsLiveSince(other, disconnect.step))
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
