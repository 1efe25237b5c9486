// SPDX-License-Identifier: GPL-2.0-only
//
// See updates.h.
#include "lab/record/metrics/updates.h"

#include <algorithm>

namespace swimlab
{

namespace
{

/// The median of what the observers took and of 0, the member's own; none where fewer than half of all
/// have heard. Of an even number the mean of the middle two. This is how infection is measured
/// (SWIM, figure 3(b)), which counts the first to know among the members.
std::optional<TimeNs> MedianWithOwn(const std::vector<TimeNs>& heardNs, std::uint64_t observers)
{
    const std::uint64_t all = observers + 1;
    const auto at = [&heardNs](std::uint64_t place) -> std::optional<TimeNs> {
        if (place == 0)
        {
            return 0;
        }
        return place <= heardNs.size() ? std::optional(heardNs[place - 1]) : std::nullopt;
    };
    const auto low = at((all - 1) / 2);
    const auto high = at(all / 2);
    return low && high ? std::optional((*low + *high) / 2) : std::nullopt;
}

} // namespace

Updates::Updates(const RunState& run)
    : m_run(run),
      m_watchOf(run.facts.Members(), NO_WATCH)
{
}

void Updates::Close(MemberId member)
{
    if (m_watchOf[member] != NO_WATCH)
    {
        m_updates[m_watchOf[member]].waiting = {};
        m_watchOf[member] = NO_WATCH;
    }
}

void Updates::Before(const Deed& deed)
{
    if (!deed.change.IsNone())
    {
        Close(*deed.event.subject);
    }
}

void Updates::After(const Deed& deed)
{
    if (deed.event.verb == Verb::UPDATE)
    {
        Close(*deed.event.subject);
        Open(deed.event);
    }
}

void Updates::Open(const TruthEvent& event)
{
    const MemberId member = *event.subject;
    const std::uint32_t end =
        std::min(m_run.truth.NextChange(member), m_run.truth.Next(Verb::UPDATE, member));
    Update update{member, event.timeNs, std::vector<bool>(m_run.facts.Members())};
    for (MemberId observer = 0; observer < update.waiting.size(); ++observer)
    {
        if (observer != member && m_run.truth.IsLiveUntil(observer, end) &&
            Holds(m_run.views.Get(observer, member)))
        {
            update.waiting[observer] = true;
            ++update.observers;
        }
    }
    m_watchOf[member] = static_cast<std::uint32_t>(m_updates.size());
    m_updates.push_back(std::move(update));
}

void Updates::Hear(const Heard& heard)
{
    const auto subject = heard.row.subject.member;
    if (heard.row.kind != swim::EventKind::UPDATED || !subject || m_watchOf[*subject] == NO_WATCH)
    {
        return;
    }
    Update& update = m_updates[m_watchOf[*subject]];
    if (update.waiting[heard.row.observer])
    {
        update.waiting[heard.row.observer] = false;
        update.heardNs.push_back(heard.row.timeNs - update.atNs);
    }
}

void Updates::Finish(Json& metrics)
{
    Json& json = metrics["updates"] = Json::array();
    for (const Update& update : m_updates)
    {
        // The first instant at which so many percent of the observers have heard.
        const auto knownTo = [&](std::uint64_t percent) {
            const std::uint64_t needed = (update.observers * percent + 99) / 100;
            return SecondsJson(needed == 0 || needed > update.heardNs.size()
                                   ? std::nullopt
                                   : std::optional(update.heardNs[needed - 1]));
        };
        json.push_back({{"member", m_run.facts.names[update.member]},
                        {"time_s", SecondsJson(update.atNs)},
                        {"observers", update.observers},
                        {"known_by", update.heardNs.size()},
                        {"median_s", SecondsJson(MedianWithOwn(update.heardNs, update.observers))},
                        {"known_to_50_percent_s", knownTo(50)},
                        {"known_to_90_percent_s", knownTo(90)},
                        {"known_to_99_percent_s", knownTo(99)},
                        {"known_to_all_s", knownTo(100)}});
    }
}

} // namespace swimlab
