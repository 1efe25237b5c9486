// SPDX-License-Identifier: GPL-2.0-only
//
// See event-file.h.
#include "lab/record/metrics/event-file.h"

#include <charconv>

namespace swimlab
{

namespace
{

constexpr std::string_view COLUMN_NAMES = "time_ns,observer,event,subject,incarnation,source";

/// Verbs that may be done to everybody, in one row without a subject.
bool MayConcernAll(Verb verb)
{
    return SetsValue(verb) || verb == Verb::HEAL || verb == Verb::UNBLOCK;
}

std::string Quoted(std::string_view text)
{
    return "'" + std::string(text) + "'";
}

std::string EventNames()
{
    std::string names;
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(swim::EventKind::REJECTED); ++i)
    {
        names += std::string(swim::EventKindName(static_cast<swim::EventKind>(i))) + ", ";
    }
    for (const VerbInfo& verb : VerbTable())
    {
        if (verb.verb != Verb::CHURN)
        {
            names += std::string(verb.name) + ", ";
        }
    }
    names.resize(names.size() - 2);
    return names;
}

} // namespace

EventFile::EventFile(const std::filesystem::path& path, const RunDescription& description)
    : m_file(path),
      m_description(description),
      m_names(description.facts.names)
{
    StartAgain();
}

void EventFile::StartAgain()
{
    const std::string_view text = m_file.Text();
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::string_view header = line.substr(0, line.find('\r'));
    if (header != COLUMN_NAMES)
    {
        m_file.Refuse(text.data(),
                      "the columns are " + Quoted(header) + ", must be " + Quoted(COLUMN_NAMES));
    }
    m_at = text.data() + std::min(line.size() + 1, text.size());
}

bool EventFile::NextRow(Row& row)
{
    const char* const fileEnd = m_file.Text().data() + m_file.Text().size();
    const char* end = m_at;
    for (; m_at < fileEnd; m_at = end + 1)
    {
        const auto* found = static_cast<const char*>(std::memchr(m_at, '\n', fileEnd - m_at));
        end = found == nullptr ? fileEnd : found;
        if (end != m_at && *m_at != '\r')
        {
            break;
        }
    }
    if (m_at >= fileEnd)
    {
        return false;
    }
    row.begin = m_at;
    const char* at = m_at;
    m_at = end + 1;
    end -= end[-1] == '\r' ? 1 : 0;
    for (std::size_t column = 0; column < COLUMNS; ++column)
    {
        const char* cellEnd = end;
        if (at < end && *at == '"')
        {
            cellEnd = ReadQuoted(at, end, m_unquoted[column]);
            row.cells[column] = m_unquoted[column];
        }
        else
        {
            const auto* comma = static_cast<const char*>(std::memchr(at, ',', end - at));
            cellEnd = comma == nullptr ? end : comma;
            row.cells[column] = {at, static_cast<std::size_t>(cellEnd - at)};
        }
        const bool isLast = column + 1 == COLUMNS;
        if ((cellEnd == end) != isLast)
        {
            m_file.Refuse(row.begin,
                          std::string("has ") + (isLast ? "more" : "fewer") +
                              " than six cells: " + std::string(COLUMN_NAMES));
        }
        at = cellEnd + 1;
    }
    return true;
}

/// @return after the closing quote
const char* EventFile::ReadQuoted(const char* at, const char* end, std::string& text)
{
    text.clear();
    const char* const begin = at;
    for (++at; at < end; ++at)
    {
        if (*at == '"' && (at + 1 == end || at[1] != '"'))
        {
            ++at;
            if (at == end || *at == ',')
            {
                return at;
            }
            break;
        }
        at += *at == '"' ? 1 : 0;
        text += *at;
    }
    m_file.Refuse(begin, "a quoted cell does not end");
}

void EventFile::Refuse(const Row& row, Column column, const std::string& right) const
{
    const auto names = std::string(COLUMN_NAMES) + ",";
    std::size_t from = 0;
    for (std::uint8_t i = 0; i < column; ++i)
    {
        from = names.find(',', from) + 1;
    }
    const std::string name = names.substr(from, names.find(',', from) - from);
    const std::string_view cell = row.cells[column];
    m_file.Refuse(row.begin,
                  name + " is " + (cell.empty() ? "empty" : Quoted(cell)) + ", must be " + right);
}

void EventFile::RefuseEvent(const Row& row) const
{
    Refuse(row, EVENT, "one of " + EventNames());
}

TimeNs EventFile::TimeOf(const Row& row) const
{
    TimeNs timeNs = 0;
    const std::string_view cell = row.cells[TIME];
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), timeNs);
    if (error != std::errc{} || end != cell.data() + cell.size() || timeNs < 0)
    {
        Refuse(row, TIME, "a whole number of nanoseconds since the start");
    }
    return timeNs;
}

std::optional<MemberId> EventFile::MemberIn(const Row& row, Column column) const
{
    const std::string_view cell = row.cells[column];
    if (cell.empty())
    {
        return {};
    }
    const auto member = m_names.Find(cell);
    if (!member)
    {
        Refuse(row, column, "a member of run.json or empty");
    }
    return member;
}

std::optional<std::uint32_t> EventFile::IncarnationOf(const Row& row) const
{
    std::string_view cell = row.cells[INCARNATION];
    if (cell.empty())
    {
        return {};
    }
    if (cell.ends_with(".0")) // of a table in which a missing number makes all of them broken ones
    {
        cell.remove_suffix(2);
    }
    std::uint32_t incarnation = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), incarnation);
    if (error != std::errc{} || end != cell.data() + cell.size())
    {
        Refuse(row, INCARNATION, "a whole number below 2^32, or empty where it is not told");
    }
    return incarnation;
}

TruthEvent EventFile::TruthOf(const Row& row) const
{
    const auto verb = FindVerb(row.cells[EVENT]);
    if (!verb || *verb == Verb::CHURN)
    {
        if (FindConclusion(row.cells[EVENT]))
        {
            m_file.Refuse(row.begin,
                          "a " + std::string(row.cells[EVENT]) + " row must name its observer");
        }
        RefuseEvent(row);
    }
    const auto subject = MemberIn(row, SUBJECT);
    if (!subject && !MayConcernAll(*verb))
    {
        m_file.Refuse(row.begin,
                      "subject is empty, a " + std::string(row.cells[EVENT]) +
                          " row must name one");
    }
    return {TimeOf(row), *verb, subject, IncarnationOf(row), row.cells[SOURCE]};
}

void EventFile::ConclusionOf(const Row& row, Conclusion& conclusion)
{
    const std::string_view event = row.cells[EVENT];
    const auto kind = FindConclusion(event);
    if (!kind)
    {
        if (FindVerb(event))
        {
            m_file.Refuse(row.begin,
                          "a " + std::string(event) + " row is ground truth: no observer");
        }
        RefuseEvent(row);
    }
    conclusion.timeNs = TimeOf(row);
    conclusion.observer = *MemberIn(row, OBSERVER);
    conclusion.kind = *kind;
    conclusion.subject.member = MemberIn(row, SUBJECT);
    if (!conclusion.subject.member && *kind != swim::EventKind::REJECTED)
    {
        m_file.Refuse(row.begin,
                      "subject is empty, a " + std::string(event) + " row must name one");
    }
    conclusion.incarnation = IncarnationOf(row);
    // A source may be a reason, or somebody who is no member.
    conclusion.source.member = m_names.Find(row.cells[SOURCE]);
}

Foretold EventFile::Foretell()
{
    Foretold foretold;
    std::vector<Step>& steps = foretold.steps;
    std::optional<TimeNs> partingNs;
    std::map<MemberId, std::size_t> restarts;
    StartAgain();
    for (Row row{}; NextRow(row);)
    {
        if (!row.cells[OBSERVER].empty())
        {
            continue;
        }
        const TruthEvent event = TruthOf(row);
        if (event.subject && Disturbances::Begins(event.verb, event.value))
        {
            foretold.disturbed.push_back(*event.subject);
        }
        if (event.verb == Verb::PARTITION && partingNs == event.timeNs)
        {
            ++steps.back().rows;
        }
        else if (IsStep(event.verb))
        {
            Step step{.verb = event.verb,
                      .member = event.subject.value_or(0),
                      .timeNs = event.timeNs};
            if (event.verb == Verb::RESTART)
            {
                const auto moves = m_description.moves.find(step.member);
                const std::size_t number = restarts[step.member]++;
                step.changesAddress = moves != m_description.moves.end() &&
                                      number < moves->second.size() && moves->second[number];
            }
            step.member = event.verb == Verb::PARTITION ? 0 : step.member;
            steps.push_back(step);
            partingNs = event.verb == Verb::PARTITION ? std::optional(event.timeNs) : std::nullopt;
        }
    }
    return foretold;
}

void EventFile::Replay(MetricsPass& pass)
{
    StartAgain();
    TimeNs lastNs = 0;
    Conclusion conclusion;
    for (Row row{}; NextRow(row);)
    {
        TimeNs timeNs = 0;
        if (row.cells[OBSERVER].empty())
        {
            const TruthEvent event = TruthOf(row);
            timeNs = event.timeNs;
            if (timeNs >= lastNs)
            {
                pass.Truth(event);
            }
        }
        else
        {
            ConclusionOf(row, conclusion);
            timeNs = conclusion.timeNs;
            if (timeNs >= lastNs)
            {
                pass.Conclude(conclusion);
            }
        }
        if (timeNs < lastNs)
        {
            m_file.Refuse(row.begin, "time_ns runs backwards; rows must be ordered by time");
        }
        lastNs = timeNs;
    }
}

} // namespace swimlab
