// SPDX-License-Identifier: GPL-2.0-only
//
// See adapter-views.h.
#include "lab/live/adapter-views.h"

#include <algorithm>
#include <optional>
#include <set>

namespace swimlab
{

namespace
{

using swim::EventKind;

/// Names in a list are parted by anything that no name has.
bool IsPartOfName(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '@';
}

std::set<std::string> NamesIn(std::string_view list)
{
    std::set<std::string> names;
    for (std::size_t at = 0; at < list.size();)
    {
        const auto* const begin = std::find_if(list.begin() + at, list.end(), IsPartOfName);
        const auto* const end = std::find_if_not(begin, list.end(), IsPartOfName);
        if (begin != end)
        {
            names.emplace(begin, end);
        }
        at = static_cast<std::size_t>(end - list.begin());
    }
    return names;
}

/// @return what the change concludes, if anything: who was never held for alive does not die
std::optional<EventKind> ConclusionOf(HeldFor before, HeldFor now)
{
    const bool wasThere = before == HeldFor::ALIVE || before == HeldFor::SUSPECT;
    switch (now)
    {
    case HeldFor::ALIVE:
        return before == HeldFor::SUSPECT ? EventKind::REFUTED : EventKind::JOINED;
    case HeldFor::SUSPECT:
        return wasThere ? std::optional(EventKind::SUSPECT) : std::nullopt;
    case HeldFor::DEAD:
        return wasThere ? std::optional(EventKind::DEAD) : std::nullopt;
    case HeldFor::LEFT:
        return wasThere ? std::optional(EventKind::LEFT) : std::nullopt;
    case HeldFor::UNKNOWN:
        break;
    }
    return {};
}

HeldFor StateAfter(LineMeaning meaning)
{
    switch (meaning)
    {
    case LineMeaning::SUSPECT:
        return HeldFor::SUSPECT;
    case LineMeaning::DEAD:
        return HeldFor::DEAD;
    case LineMeaning::LEFT:
        return HeldFor::LEFT;
    default:
        return HeldFor::ALIVE;
    }
}

} // namespace

std::vector<AdapterViews::Finding> AdapterViews::ReadLine(std::size_t rule,
                                                          std::string_view text,
                                                          std::int64_t atNs)
{
    std::vector<Finding> findings;
    const AdapterLine& line = m_adapter->lines[rule];
    const auto match = line.pattern.Search(text);
    if (!match)
    {
        return findings;
    }
    const std::string subject(match->Find("subject").value_or(""));
    const std::string source(match->Find("source").value_or(""));
    switch (line.meaning)
    {
    case LineMeaning::MEMBERS:
        ReadMembers(line, match->Find("members").value_or(""), atNs, findings);
        return findings;
    case LineMeaning::SUSPECT_TIMEOUT:
        m_records[subject].ownVerdict = true;
        return findings;
    case LineMeaning::REFUTED:
        if (subject.empty())
        {
            findings.push_back({EventKind::REFUTED, {}, source, line.ownWord});
            return findings;
        }
        if (m_records[subject].state != HeldFor::SUSPECT)
        {
            return findings; // nobody was accused, as far as we know
        }
        break;
    default:
        break;
    }
    if (!subject.empty())
    {
        Change(subject, StateAfter(line.meaning), atNs, source, line.ownWord, findings);
    }
    return findings;
}

void AdapterViews::Change(const std::string& subject,
                          HeldFor state,
                          std::int64_t atNs,
                          const std::string& source,
                          bool ownWord,
                          std::vector<Finding>& findings)
{
    Record& record = m_records[subject];
    if (record.state == state)
    {
        return;
    }
    const auto kind = ConclusionOf(record.state, state);
    // A suspicion of one who is dead or was never there is no news, and would make a death of its own.
    if (state == HeldFor::SUSPECT && !kind)
    {
        return;
    }
    if (kind)
    {
        const bool own = ownWord || (state == HeldFor::DEAD && record.ownVerdict);
        findings.push_back({*kind, subject, source, own});
    }
    record.state = state;
    record.changedNs = atNs;
    record.ownVerdict = record.ownVerdict && state == HeldFor::SUSPECT;
}

void AdapterViews::ReadMembers(const AdapterLine& line,
                               std::string_view members,
                               std::int64_t atNs,
                               std::vector<Finding>& findings)
{
    const std::set<std::string> names = NamesIn(members);
    std::vector<std::string> gone;
    for (const auto& [name, record] : m_records)
    {
        if (!names.contains(name))
        {
            gone.push_back(name);
        }
    }
    for (const std::string& name : gone)
    {
        Change(name, line.missing, atNs, "", line.ownWord, findings);
    }
    for (const std::string& name : names)
    {
        Change(name, HeldFor::ALIVE, atNs, "", line.ownWord, findings);
    }
}

HeldFor AdapterViews::StateOf(const PatternMatch& row) const
{
    for (const AdapterState& rule : m_adapter->poll->states)
    {
        const bool fits = std::ranges::all_of(rule.where, [&row](const auto& condition) {
            return condition.second.Search(row.Find(condition.first).value_or("")).has_value();
        });
        if (fits)
        {
            return rule.is;
        }
    }
    return HeldFor::UNKNOWN;
}

std::vector<AdapterViews::Finding> AdapterViews::ReadAnswer(std::string_view answer,
                                                            std::int64_t askedNs)
{
    std::vector<Finding> findings;
    std::set<std::string, std::less<>> seen;
    const auto change = [&](const std::string& subject, HeldFor state) {
        const auto record = m_records.find(subject);
        const bool isOlder = record != m_records.end() && record->second.changedNs > askedNs;
        if (state != HeldFor::UNKNOWN && !isOlder)
        {
            Change(subject, state, askedNs, "", false, findings);
        }
    };
    for (const PatternMatch& row : m_adapter->poll->row.SearchAll(answer))
    {
        const std::string subject(row.Find("subject").value_or(""));
        if (!subject.empty() && seen.insert(subject).second)
        {
            change(subject, StateOf(row));
        }
    }
    std::vector<std::string> gone;
    for (const auto& [name, record] : m_records)
    {
        if (!seen.contains(name))
        {
            gone.push_back(name);
        }
    }
    for (const std::string& name : gone)
    {
        change(name, m_adapter->poll->absent);
    }
    return findings;
}

} // namespace swimlab
