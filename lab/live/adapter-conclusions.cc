// SPDX-License-Identifier: GPL-2.0-only
//
// Reading what an adapter says of its members' conclusions: [[log]] and [poll].
#include "lab/live/adapter-table.h"

#include <algorithm>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

constexpr std::string_view MEANING_WORDS =
    "joined|suspect|refuted|dead|left|suspect-timeout|members";
constexpr std::string_view STATE_WORDS = "alive|suspect|dead|left|unknown";

/// Groups that lines of such a meaning must have.
Pattern ReadLinePattern(const Value& value, const std::string& key, LineMeaning meaning)
{
    switch (meaning)
    {
    case LineMeaning::MEMBERS:
        return ReadPattern(value, key, {"members"});
    case LineMeaning::REFUTED: // without a subject it is the member itself
        return ReadPattern(value, key, {});
    default:
        return ReadPattern(value, key, {"subject"});
    }
}

void ReadFrom(const AdapterTable& table, AdapterLine& line)
{
    const std::string from = table.Text("from", "outputs");
    if (from == "outputs" || from == "stdout" || from == "stderr")
    {
        line.from = from == "outputs"  ? AdapterLine::From::OUTPUTS
                    : from == "stdout" ? AdapterLine::From::OUTPUT
                                       : AdapterLine::From::ERRORS;
        return;
    }
    if (from.find('/') == std::string::npos)
    {
        table.Fail(*table.Find("from"),
                   "from",
                   "\"" + from +
                       "\" must be stdout, stderr, outputs (both), or a file such as "
                       "\"{dir}/program.log\"");
    }
    line.from = AdapterLine::From::FILE;
    line.file = *table.Template("from");
}

AdapterLine ReadAdapterLine(const AdapterTable& table)
{
    table.Get("event", "write what such a line means, such as \"dead\"");
    const auto meaning = static_cast<LineMeaning>(table.Word("event", MEANING_WORDS, 0));
    const Value& pattern = table.Get("pattern", "write a regular expression");
    AdapterLine line{.pattern = ReadLinePattern(pattern, table.FullKey("pattern"), meaning),
                     .meaning = meaning};
    if (const Value* const source = table.Find("source"))
    {
        table.Word("source", "self", 0);
        line.ownWord = true;
        if (line.pattern.HasGroup("source"))
        {
            table.Fail(*source, "source", "is in the pattern already, as a group");
        }
    }
    ReadFrom(table, line);
    if (const Value* const missing = table.Find("missing"))
    {
        if (meaning != LineMeaning::MEMBERS)
        {
            table.Fail(*missing, "missing", "is of lines with event = \"members\"");
        }
        line.missing = static_cast<HeldFor>(table.Word("missing", STATE_WORDS, 0));
    }
    return line;
}

AdapterState ReadState(const AdapterTable& table, const Value& rule, const Pattern& row)
{
    RequireTable(rule, "poll.state");
    const Value* const is = rule.Find("is");
    if (is == nullptr)
    {
        table.Fail(rule, "state", "lacks its \"is\", such as {is = \"alive\"}");
    }
    AdapterState state;
    state.is = static_cast<HeldFor>(ReadWord(*is, "poll.state.is", STATE_WORDS));
    for (const auto& [group, pattern] : std::get<ValueTable>(rule.data))
    {
        if (group == "is")
        {
            continue;
        }
        if (!row.HasGroup(group))
        {
            const auto nearest = Nearest(group, row.Groups());
            table.Fail(pattern,
                       "state." + group,
                       "the row has no group of that name" +
                           (nearest ? "; did you mean " + *nearest + "?" : std::string()));
        }
        state.where.emplace_back(group, ReadPattern(pattern, "poll.state." + group, {}));
    }
    return state;
}

std::vector<AdapterState> ReadStates(const AdapterTable& table, const Pattern& row)
{
    const Value& list = table.Get("state", "write what a row means, such as [{is = \"alive\"}]");
    const auto* const rules = std::get_if<ValueList>(&list.data);
    if (rules == nullptr || rules->empty())
    {
        table.Fail(list, "state", "must be a list of tables, such as [{is = \"alive\"}]");
    }
    std::vector<AdapterState> states;
    for (const Value& rule : *rules)
    {
        if (!states.empty() && states.back().where.empty())
        {
            table.Fail(rule, "state", "is never reached: the one before fits every row");
        }
        states.push_back(ReadState(table, rule, row));
    }
    return states;
}

} // namespace

std::vector<AdapterLine> ReadAdapterLines(const Value& root, const std::vector<std::string>& words)
{
    std::vector<AdapterLine> lines;
    const Value* const list = root.Find("log");
    if (list == nullptr)
    {
        return lines;
    }
    const auto* const tables = std::get_if<ValueList>(&list->data);
    if (tables == nullptr)
    {
        throw ScenarioError(list->place, "log", "must be a list of tables: write [[log]]");
    }
    for (const Value& table : *tables)
    {
        lines.push_back(ReadAdapterLine({&table,
                                         "log." + std::to_string(lines.size()),
                                         table.place,
                                         {"pattern", "event", "source", "from", "missing"},
                                         words}));
    }
    return lines;
}

std::optional<AdapterPoll> ReadAdapterPoll(const Value& root, const std::vector<std::string>& words)
{
    const AdapterTable table(
        root.Find("poll"),
        "poll",
        root.place,
        {"every", "tcp", "http", "command", "request", "end", "within", "row", "state", "absent"},
        words);
    if (!table.IsThere())
    {
        return {};
    }
    auto question = table.Question(USUAL_ANSWER_TIME);
    if (!question)
    {
        table.Fail("tcp", "or http or command says whom to ask; none is there");
    }
    const Pattern row =
        ReadPattern(table.Get("row", "write what matches one member"), "poll.row", {"subject"});
    return AdapterPoll{.every = table.Time("every", 1s),
                       .question = std::move(*question),
                       .row = row,
                       .states = ReadStates(table, row),
                       .absent = static_cast<HeldFor>(table.Word("absent", STATE_WORDS, 4))};
}

} // namespace swimlab
