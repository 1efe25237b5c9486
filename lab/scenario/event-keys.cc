// SPDX-License-Identifier: GPL-2.0-only
//
// One row a key. Which verbs take it is in the table of verbs.
#include "lab/scenario/event-keys.h"

#include "lab/scenario/event-recurrence.h"
#include "swim/wire.h"

#include <algorithm>
#include <cctype>

namespace swimlab
{

namespace
{

using namespace keys;

constexpr std::string_view RETURN_INCARNATIONS = "next|one";

[[noreturn]] void Fail(const Written& written, const std::string& message)
{
    throw ScenarioError(written.value.place, written.key, message);
}

template <const Duration& LEAST, const Duration& MOST>
Duration ReadTime(const Written& written)
{
    return ReadDuration(written.value, written.key, LEAST, MOST);
}

Targets ReadTargets(const Written& written)
{
    return ParseTargets(written.value, written.key, written.scenario.members);
}

std::string WhileItRuns()
{
    return "from 0s on, before the end of the run";
}

void ReadAt(Event& event, const Written& written)
{
    event.at = ReadTime<NO_TIME, LONGEST_TIME>(written);
    if (event.at >= written.scenario.duration)
    {
        Fail(written,
             swim::FormatDuration(event.at) + " is not before the end of the run; duration is " +
                 swim::FormatDuration(written.scenario.duration));
    }
}

void ReadFor(Event& event, const Written& written)
{
    const VerbInfo& info = InfoOf(event.verb);
    if (!info.undoing)
    {
        Fail(written, "has no meaning for " + std::string(info.name) + ", which nothing undoes");
    }
    event.lasts = ReadTime<A_NANOSECOND, LONGEST_TIME>(written);
}

void ReadMembers(Event& event, const Written& written)
{
    event.targets = {ReadTargets(written)};
}

void ReadOthers(Event& event, const Written& written)
{
    event.others = ReadTargets(written);
}

void ReadDirection(Event& event, const Written& written)
{
    event.direction = static_cast<Direction>(ReadWord(written.value, written.key, DIRECTIONS));
    if (event.targets.empty() && event.direction != Direction::BOTH)
    {
        Fail(written,
             "has no meaning without members; name them, since what one member sends another "
             "receives");
    }
}

std::string ToTheEndOfTheRun()
{
    return "from " + swim::FormatDuration(A_NANOSECOND) + " to the end of the run";
}

void ReadOver(Event& event, const Written& written)
{
    const Duration duration = written.scenario.duration;
    event.over = ReadTime<A_NANOSECOND, LONGEST_TIME>(written);
    if (*event.over > duration - event.at)
    {
        Fail(written,
             swim::FormatDuration(*event.over) + " from " + swim::FormatDuration(event.at) +
                 " on ends after the run; duration is " + swim::FormatDuration(duration));
    }
}

constexpr std::size_t MAX_NAME = 64;

std::string NameRange()
{
    return "of letters, digits, - and _, at most " + std::to_string(MAX_NAME) + ", and no number";
}

void ReadName(Event& event, const Written& written)
{
    constexpr std::string_view DIGITS = "0123456789";
    event.name = ReadText(written.value, written.key);
    const bool isPlain = std::ranges::all_of(event.name, [](unsigned char c) {
        return c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '_');
    });
    const bool isNumber = event.name.find_first_not_of(DIGITS) == std::string::npos;
    if (!isPlain || isNumber || event.name.size() > MAX_NAME)
    {
        Fail(written,
             written.value.Text() + " must be " + NameRange() + ", since numbers count events");
    }
}

std::string AnyMember()
{
    return "from 0 to the last member";
}

MemberId ReadMember(const Written& written)
{
    return static_cast<MemberId>(
        ReadCount(written.value, written.key, 0, written.scenario.members - 1));
}

void ReadAbout(Event& event, const Written& written)
{
    event.injection.about = ReadMember(written);
}

void ReadFrom(Event& event, const Written& written)
{
    event.injection.from = ReadMember(written);
}

/// What `incarnation` and `address` are about: somebody has to come back.
void RequireReturn(const Event& event, const Written& written)
{
    if ((event.verb == Verb::CRASH || event.verb == Verb::LEAVE) && !event.lasts)
    {
        Fail(written,
             "says how members come back, and nothing brings them back; add for, or give it to "
             "their restart");
    }
}

void ReadIncarnation(Event& event, const Written& written)
{
    if (event.verb == Verb::INJECT)
    {
        event.injection.incarnation =
            static_cast<std::uint32_t>(ReadCount(written.value, written.key, 0, UINT32_MAX));
        return;
    }
    RequireReturn(event, written);
    event.comesBack.keepsIncarnation =
        ReadWord(written.value, written.key, RETURN_INCARNATIONS) == 0;
}

void ReadAddress(Event& event, const Written& written)
{
    RequireReturn(event, written);
    constexpr std::string_view OF = "of ";
    const std::string text = ReadText(written.value, written.key);
    if (text == "new")
    {
        event.comesBack.address = Return::Address::FRESH;
        return;
    }
    const Value taken{text.substr(std::min(OF.size(), text.size())), written.value.place};
    const auto from = text.starts_with(OF)
                          ? ParseTargets(taken, written.key, written.scenario.members)
                          : Targets{};
    if (from.kind != Targets::Kind::RANGE || from.first != from.last)
    {
        Fail(written,
             "\"" + text +
                 "\" is no address; write \"new\", or \"of 7\" for that of a member that is down");
    }
    event.comesBack.address = Return::Address::TAKEN;
    event.comesBack.from = from.first;
}

std::string MetaRange()
{
    return "at most " + std::to_string(swim::wire::MAX_META_SIZE) +
           " bytes, without commas, quotes and control characters";
}

void ReadMeta(Event& event, const Written& written)
{
    event.meta = ReadText(written.value, written.key);
    const bool isPlain = std::none_of(event.meta.begin(), event.meta.end(), [](char c) {
        return c == ',' || c == '"' || static_cast<unsigned char>(c) < ' ';
    });
    if (!isPlain || event.meta.size() > swim::wire::MAX_META_SIZE)
    {
        Fail(written, "must be " + MetaRange() + ", which records cannot hold");
    }
}

constexpr EventKey EVENT_KEYS[] = {
    {Key<Event>{"at", "duration", "When it happens, since the start of the run.", ReadAt}
         .Range(WhileItRuns)
         .Required("say when, such as at = \"10s\""),
     "\"10s\""},
    {Key<Event>{"name",
                "text",
                "What the event is called in settings: `event.outage.for`.",
                ReadName}
         .Range(NameRange)
         .Absent("it goes by its number: `event.0.for`"),
     "\"outage\""},
    {Key<Event>{"for", "duration", "After this time the event is undone.", ReadFor}
         .Range(DurationRange<A_NANOSECOND, LONGEST_TIME>)
         .Absent("for good"),
     "\"10s\""},
    {Key<Event>{"members",
                "members",
                "Whose own value it is, on top of the network's; `0` takes it away.",
                ReadMembers}
         .Absent("the value is the network's"),
     "7"},
    {Key<Event>{"into", "members", "Who gets the message.", ReadMembers}, "7"},
    {Key<Event>{"to",
                "members",
                "The block is only between the members that are blocked and these.",
                ReadOthers}
         .Absent("everybody"),
     "7"},
    {Key<Event>{"direction",
                DIRECTIONS,
                "What is meant of the members' traffic: what they receive, what they send, or "
                "both.",
                ReadDirection,
                [](const Event& event) { return std::string(ToString(event.direction)); }},
     "\"in\""},
    {WordKey<&Event::carrier, CARRIERS>("carries", "What is blocked: UDP, TCP, or both."),
     "\"datagrams\""},
    {Key<Event>{"over",
                "duration",
                "Members are hit one by one, at times uniform over this time.",
                ReadOver}
         .Range(ToTheEndOfTheRun)
         .Absent("all at once"),
     "\"10s\""},
    {DurationKey<&Event::duration, NO_TIME, LONGEST_DELAY>(
         "by",
         "For how long packets are held back; how late messages are handled. Of `stall`: how long "
         "it "
         "takes to handle each datagram that has waited, of simulated members.")
         .Unrecorded(),
     "\"50ms\""},
    {Key<Event>{
         "every",
         "duration",
         "Of `churn` the mean time between two crashes. Of all others the event recurs, with "
         "the same members: the time from one beginning to the next.",
         ReadEvery}
         .Range(EveryRange)
         .Absent("it happens once"),
     "\"10s\""},
    {Key<Event>{"gap",
                "duration",
                "The event recurs, with the same members: the time from one end to the next "
                "beginning.",
                ReadGap}
         .Range(DurationRange<A_NANOSECOND, LONGEST_TIME>)
         .Absent("it happens once"),
     "\"10s\""},
    {Key<Event>{"times", "count", "How often an event that recurs happens.", ReadTimes}
         .Range([] { return std::string("from 1 to 1000000"); })
         .Absent("until the run ends"),
     "3"},
    {Key<Event>{"phase",
                PHASES,
                "Whether an event that recurs hits its members together, or each for the first "
                "time at a moment of its own, uniform over a period.",
                ReadPhase,
                [](const Event& event) {
                    return std::string(
                        swim::NameOf(PHASES, event.recurs && !event.recurs->inStep ? 1 : 0));
                }},
     "\"own\""},
    {DurationKey<&Event::down, A_MILLISECOND, LONGEST_TIME>("down", "How long each is down.")
         .Unrecorded(),
     "\"20s\""},
    {Key<Event>{"about", "count", "Index of the member that the message is about.", ReadAbout}
         .Range(AnyMember),
     "7"},
    {Key<Event>{"from",
                "count",
                "Index of the member that passes for the message's sender.",
                ReadFrom}
         .Range(AnyMember),
     "7"},
    {Key<Event>{"incarnation",
                RETURN_INCARNATIONS,
                "Whether members come back with their next incarnation, or with one again. Of "
                "`inject`: the message's incarnation, a whole number.",
                ReadIncarnation}
         .Absent("as `cluster.restart_incarnation` says"),
     "2"},
    {Key<Event>{"address",
                "text",
                "Where members come back: `\"new\"` is an address that nobody had before, `\"of "
                "7\"` that of a member that is down.",
                ReadAddress}
         .Absent("the member's own"),
     "\"new\""},
    {Key<Event>{"meta", "text", "The new metadata.", ReadMeta}.Range(MetaRange), "\"v2\""},
};

/// `loss, delay and jitter`: the verbs that take a key.
std::string TakersOf(std::string_view key)
{
    std::vector<std::string_view> takers;
    for (const auto& info : VerbTable())
    {
        if (info.Takes(key))
        {
            takers.push_back(info.name);
        }
    }
    std::string text;
    for (std::size_t i = 0; i < takers.size(); ++i)
    {
        text += i == 0 ? "" : i + 1 < takers.size() ? ", " : " and ";
        text += takers[i];
    }
    return text;
}

} // namespace

bool IsOfEveryVerb(std::string_view key)
{
    return key == "at" || key == "name";
}

bool TakesKey(const VerbInfo& info, std::string_view key)
{
    const bool isOfAnEnd = key == "for" || IsOfRecurrence(key);
    return IsOfEveryVerb(key) || (isOfAnEnd && info.undoing) || info.Takes(key);
}

std::span<const EventKey> EventKeys()
{
    return EVENT_KEYS;
}

void ReadEventKeys(const VerbInfo& info, Section& section, Event& event)
{
    for (const EventKey& key : EVENT_KEYS)
    {
        const Value* value = section.Find(key.name);
        if (value == nullptr && info.Needs(key.name))
        {
            section.FailMissing(key.name,
                                std::string(info.name) + " needs it, such as " +
                                    std::string(key.name) + " = " + std::string(key.example));
        }
        if (value != nullptr && !TakesKey(info, key.name) && key.name != "for")
        {
            throw ScenarioError(value->place,
                                section.FullKey(key.name),
                                "has no meaning for " + std::string(info.name) +
                                    (IsOfRecurrence(key.name)
                                         ? ", which nothing undoes"
                                         : "; it goes with " + TakersOf(key.name)));
        }
        section.ReadRow(key, event);
    }
}

} // namespace swimlab
