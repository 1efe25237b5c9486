// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [trace] of a scenario file: which messages and decisions of a run are written down.
//
// The table alone asks for all of them. A run without it records nothing of the kind, not even that
// there is none, so that its records are what they always were.
#include "lab/scenario/section.h"
#include "lab/scenario/trace-words.h"
#include "swim/decision.h"

#include <algorithm>

namespace swimlab
{

namespace
{

using namespace keys;

std::vector<std::string> AllKinds()
{
    std::vector<std::string> kinds(std::begin(trace::MESSAGE_KINDS),
                                   std::end(trace::MESSAGE_KINDS));
    for (std::size_t kind = 0; kind < swim::DECISION_KINDS; ++kind)
    {
        kinds.emplace_back(swim::DecisionKindName(static_cast<swim::DecisionKind>(kind)));
    }
    kinds.emplace_back(trace::AGAIN);
    kinds.emplace_back(trace::INJECTED);
    return kinds;
}

std::string Joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
    {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

void ReadKinds(TraceSpec& spec, const Written& written)
{
    const auto* list = std::get_if<ValueList>(&written.value.data);
    if (list == nullptr || list->empty())
    {
        throw ScenarioError(written.value.place,
                            written.key,
                            "must be a list of kinds, such as [\"suspect\", \"probe-failed\"]");
    }
    const std::vector<std::string> known = AllKinds();
    spec.kinds.clear();
    for (const Value& value : *list)
    {
        const std::string kind = ReadText(value, written.key);
        if (std::ranges::find(known, kind) == known.end())
        {
            const auto near = Nearest(kind, known);
            throw ScenarioError(
                value.place,
                written.key,
                kind + " is no kind of a message or a decision" +
                    (near ? "; did you mean " + *near + "?" : "; there are " + Joined(known)));
        }
        spec.kinds.push_back(kind);
    }
}

constexpr Key<TraceSpec> TRACE_KEYS[] = {
    BooleanKey<&TraceSpec::on>(
        "on",
        "Whether the run writes its messages and decisions down, in trace.csv.")
        .Absent("true where there is a table `trace`"),
    DurationKey<&TraceSpec::from, NO_TIME, LONGEST_TIME>(
        "from",
        "What was sent or decided before is left out."),
    Key<TraceSpec>{"to",
                   "duration",
                   "What was sent or decided from then on is left out.",
                   [](TraceSpec& spec, const Written& written) {
                       spec.to =
                           ReadDuration(written.value, written.key, A_NANOSECOND, LONGEST_TIME);
                   },
                   [](const TraceSpec& spec) { return swim::FormatDuration(spec.to.value()); },
                   nullptr,
                   [](const TraceSpec& spec) { return spec.to.has_value(); }}
        .Absent("the end of the run"),
    Key<TraceSpec>{"members",
                   "members",
                   "Packets are written down only where one of these sent them, was to get them or "
                   "is named in "
                   "them, and decisions where one of these made them, or where they are about one.",
                   [](TraceSpec& spec, const Written& written) {
                       spec.members =
                           ParseTargets(written.value, written.key, written.scenario.members);
                   },
                   [](const TraceSpec& spec) { return spec.members->text; },
                   nullptr,
                   [](const TraceSpec& spec) { return spec.members.has_value(); }}
        .Absent("everybody"),
    Key<TraceSpec>{"kinds",
                   "list",
                   "Only these kinds of messages and of decisions are written down.",
                   ReadKinds,
                   [](const TraceSpec& spec) { return Joined(spec.kinds); },
                   nullptr,
                   [](const TraceSpec& spec) { return !spec.kinds.empty(); }}
        .Absent("all"),
    BooleanKey<&TraceSpec::pcap>(
        "pcap",
        "Whether the packets are written down too, in trace.pcapng, for Wireshark."),
    BooleanKey<&TraceSpec::netanim>(
        "netanim",
        "Whether the packets' ways are written down too, in netanim.xml, for ns-3's NetAnim; with "
        "the simulator and `network.model = \"packet\"`."),
};

} // namespace

void ReadTrace(const Value& root, Scenario& scenario)
{
    const Value* table = root.Find("trace");
    if (table == nullptr)
    {
        return;
    }
    Section section(table, "trace", swim::NamesOf(TRACE_KEYS), scenario, AllKeys());
    scenario.trace.on = true;
    section.Read(TRACE_KEYS, scenario.trace);
    const TraceSpec& spec = scenario.trace;
    if (spec.from >= spec.to.value_or(scenario.duration))
    {
        const std::string place = section.FullKey(spec.to ? "to" : "from");
        throw ScenarioError(PlaceOf(scenario, place),
                            place,
                            "nothing lies between " + swim::FormatDuration(spec.from) + " and " +
                                swim::FormatDuration(spec.to.value_or(scenario.duration)));
    }
    const std::string key = section.FullKey("netanim");
    if (spec.netanim && scenario.network.queueDiscs)
    {
        throw ScenarioError(PlaceOf(scenario, key),
                            key,
                            "does not see packets between queue discs; take "
                            "network.queue_discs = false");
    }
    if (spec.netanim && scenario.network.model != NetworkModel::PACKET)
    {
        throw ScenarioError(PlaceOf(scenario, key),
                            key,
                            "shows packets on links, and there are none with network.model = " +
                                std::string(ToString(scenario.network.model)) +
                                "; take network.model = packet");
    }
    section.Resolve(TRACE_KEYS, scenario.trace);
}

swim::TableReference TraceReference()
{
    return {"trace",
            "[trace]",
            "Which messages and decisions a run writes down; it changes nothing else of the run.",
            swim::DescribeAll(TRACE_KEYS, TraceSpec())};
}

} // namespace swimlab
