// SPDX-License-Identifier: GPL-2.0-only
//
// The door between a page and the core: a few C functions, text in and out, and one structure that says
// where in the memory of WebAssembly the page finds what it draws.
//
// One instance has one session; a page that compares two settings makes two instances. Addresses are good
// until the next call. docs/playground.md lists the functions.
#include "playground/metrics.h"
#include "playground/session.h"
#include "playground/settings.h"
#include "virtual/faulty-run.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#ifdef __wasm__
#define SWIM_EXPORT(name) extern "C" __attribute__((export_name(#name), used))
#else
#define SWIM_EXPORT(name) extern "C"
#endif

namespace swim::playground
{

namespace
{

/// The format of Sight, and what the texts may say: raised when either changes.
constexpr std::uint32_t ABI = 1;

std::string g_text; ///< from the page, and back
std::unique_ptr<Session> g_session;

/// What the page finds where swim_look says; 4 bytes each but for the first.
struct Sight
{
    double nowS;
    std::uint32_t members;
    const View* views;            ///< members² bytes
    std::uint32_t changes;        ///< grows with each change of a view
    std::uint32_t rows;           ///< how many
    const Row* row;               ///< the first
    const Flight* flights;        ///< Session::FLIGHTS of them
    std::uint32_t flightNumber;   ///< how many messages there were, modulo 2³²
    const std::uint8_t* members8; ///< four bytes a member: condition, health score, side, life
    std::uint32_t recordEnded;    ///< 1: conclusions are no longer recorded
    double messages;              ///< sent so far
    double bytes;
};

struct Looks
{
    Sight sight;
    std::vector<std::uint8_t> members;
    std::vector<std::uint32_t> sides;
};

Looks g_looks;

struct Spelling
{
    std::string_view name;
    Fault::Kind kind;
};

constexpr Spelling SPELLINGS[] = {{"crash", Fault::Kind::CRASH},
                                  {"restart", Fault::Kind::RESTART},
                                  {"pause", Fault::Kind::PAUSE},
                                  {"resume", Fault::Kind::RESUME},
                                  {"stall", Fault::Kind::STALL},
                                  {"unstall", Fault::Kind::UNSTALL},
                                  {"leave", Fault::Kind::LEAVE},
                                  {"partition", Fault::Kind::PARTITION},
                                  {"heal", Fault::Kind::HEAL},
                                  {"datagram_loss", Fault::Kind::DATAGRAM_LOSS},
                                  {"delay", Fault::Kind::DELAY},
                                  {"jitter", Fault::Kind::JITTER}};

/// Puts an answer where the page reads it. @return what the function returns then
std::int32_t Refuse(std::string text)
{
    g_text = std::move(text);
    return -1;
}

/// "7,9,12" @return the members; with NOBODY in it where one is none
std::vector<Member> ReadMembers(std::string_view text)
{
    std::vector<Member> members;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::uint64_t member = ReadNumber(text.substr(0, end), MOST_MEMBERS);
        members.push_back(member < g_session->SetUp().members ? static_cast<Member>(member)
                                                              : NOBODY);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return members;
}

/// Reads what comes after the verb. @return what is wrong; empty: nothing
std::string ReadOperand(Fault& fault, std::string_view operand)
{
    if (fault.kind == Fault::Kind::HEAL)
    {
        return "";
    }
    if (fault.kind == Fault::Kind::DATAGRAM_LOSS)
    {
        const auto share = ReadShare(operand);
        fault.share = share.index() == 0 ? std::get<0>(share) : 0;
        return share.index() == 0 ? "" : std::get<1>(share);
    }
    if (fault.kind == Fault::Kind::DELAY || fault.kind == Fault::Kind::JITTER)
    {
        const auto delay = ReadDelay(operand);
        fault.time = delay.index() == 0 ? std::get<0>(delay) : Duration{};
        return delay.index() == 0 ? "" : std::get<1>(delay);
    }
    const std::vector<Member> members = ReadMembers(operand);
    if (std::ranges::count(members, NOBODY) > 0 || members.empty())
    {
        return "must be members, from 0 to " + std::to_string(g_session->SetUp().members - 1) +
               ", with commas between them";
    }
    if (fault.kind != Fault::Kind::PARTITION)
    {
        fault.members = members;
        return "";
    }
    fault.sideOf.assign(g_session->SetUp().members, 1);
    for (const Member member : members)
    {
        fault.sideOf[member] = 0;
    }
    return "";
}

} // namespace

/// @return where the page writes a text of so many bytes, before a function that reads one
SWIM_EXPORT(swim_room) char* swim_room(std::uint32_t bytes)
{
    g_text.assign(bytes, '\0');
    return g_text.data();
}

/// The text that a function left.
SWIM_EXPORT(swim_text) const char* swim_text()
{
    return g_text.data();
}

SWIM_EXPORT(swim_text_bytes) std::uint32_t swim_text_bytes()
{
    return static_cast<std::uint32_t>(g_text.size());
}

SWIM_EXPORT(swim_abi) std::uint32_t swim_abi()
{
    return ABI;
}

/// Reads settings (see ReadSetup) and starts a cluster in the place of the one before.
/// @return 0, or -1 with what is wrong as text, and the one before goes on
SWIM_EXPORT(swim_start) std::int32_t swim_start()
{
    auto setup = ReadSetup(g_text);
    if (setup.index() == 1)
    {
        return Refuse(std::get<1>(setup));
    }
    g_session = nullptr; // two of them might not fit
    g_session = std::make_unique<Session>(std::get<0>(setup));
    g_looks.sides.assign(std::get<0>(setup).members, 0);
    return 0;
}

/// Does what the text says, now: "crash 7,9", "partition 0,1,2" (those on one side, the rest on the
/// other), "heal", "datagram_loss 5%".
/// @return to how many members, 0 where it cannot be done to any; -1 with what is wrong as text
SWIM_EXPORT(swim_do) std::int32_t swim_do()
{
    if (!g_session)
    {
        return Refuse("there is no cluster yet; start one");
    }
    const std::string_view text = g_text;
    const std::size_t space = std::min(text.find(' '), text.size());
    const auto verb = std::ranges::find(SPELLINGS, text.substr(0, space), &Spelling::name);
    if (verb == std::end(SPELLINGS))
    {
        return Refuse(std::string(text.substr(0, space)) + ": can not be done");
    }
    const std::string operand(text.substr(std::min(space + 1, text.size())));
    Fault fault{.kind = verb->kind};
    if (const std::string error = ReadOperand(fault, operand); !error.empty())
    {
        return Refuse(std::string(verb->name) + " " + operand + ": " + error);
    }
    if (fault.kind == Fault::Kind::PARTITION)
    {
        g_looks.sides = fault.sideOf;
    }
    else if (fault.kind == Fault::Kind::HEAL)
    {
        g_looks.sides.assign(g_session->SetUp().members, 0);
    }
    const bool sets = fault.kind >= Fault::Kind::DATAGRAM_LOSS;
    return static_cast<std::int32_t>(g_session->Do(std::move(fault), sets ? operand : ""));
}

/// Lets it run to a time of its own, in milliseconds; one that is over, or none, does nothing.
SWIM_EXPORT(swim_run) void swim_run(double untilMs)
{
    constexpr double MOST_MS = 1e9; // eleven days
    if (g_session && untilMs >= 0 && untilMs <= MOST_MS)
    {
        const Instant until(std::chrono::microseconds(std::llround(untilMs * 1000)));
        g_session->RunTo(std::max(until, g_session->Inside().Now()));
    }
}

/// @return the time of the cluster in milliseconds; 0 where there is none
SWIM_EXPORT(swim_now) double swim_now()
{
    using Milliseconds = std::chrono::duration<double, std::milli>;
    return g_session ? Milliseconds(g_session->Inside().Now().time_since_epoch()).count() : 0;
}

/// @return where Sight is, or null where there is no cluster
SWIM_EXPORT(swim_look) const void* swim_look()
{
    if (!g_session)
    {
        return nullptr;
    }
    const Session& session = *g_session;
    Sight& sight = g_looks.sight;
    sight = {};
    sight.nowS = std::chrono::duration<double>(session.Inside().Now().time_since_epoch()).count();
    sight.members = session.SetUp().members;
    sight.views = session.Views().data();
    sight.changes = session.Changes();
    sight.rows = static_cast<std::uint32_t>(session.Rows().size());
    sight.row = session.Rows().data();
    sight.flights = session.Flights().data();
    sight.flightNumber = static_cast<std::uint32_t>(session.FlightNumber());
    sight.recordEnded = session.RecordEnd() == NEVER ? 0 : 1;
    for (const MovedByKind& second : session.Traffic())
    {
        for (const Moved& moved : second)
        {
            sight.messages += static_cast<double>(moved.sent);
            sight.bytes += static_cast<double>(moved.sentBytes);
        }
    }
    g_looks.members.resize(std::size_t{4} * sight.members);
    for (Member member = 0; member < sight.members; ++member)
    {
        const VirtualNetwork& network = session.Inside().Network();
        const Node* node = network.At(member);
        std::uint8_t* const at = &g_looks.members[std::size_t{4} * member];
        at[0] = static_cast<std::uint8_t>(session.Inside().ConditionOf(member));
        at[1] = static_cast<std::uint8_t>(node ? node->HealthScore() : 0);
        at[2] = static_cast<std::uint8_t>(g_looks.sides[member]);
        at[3] = static_cast<std::uint8_t>(network.Life(member));
    }
    sight.members8 = g_looks.members.data();
    return &sight;
}

/// Leaves the metrics so far as text, in JSON.
SWIM_EXPORT(swim_metrics) std::int32_t swim_metrics()
{
    if (!g_session || g_session->Inside().Now() == Instant{})
    {
        return Refuse("nothing has happened yet");
    }
    g_text = MetricsOf(*g_session);
    return 0;
}

/// Leaves what may be set as text: a line a parameter, `name least most off`.
SWIM_EXPORT(swim_adjustables) void swim_adjustables()
{
    g_text.clear();
    for (const Adjustable& each : Adjustables())
    {
        g_text += std::string(each.name) + ' ' + std::string(each.least) + ' ' +
                  std::string(each.most) + ' ' + std::string(each.off) + '\n';
    }
}

/// Leaves all parameters of the cluster as text, or of the preset that the text names:
/// a line a parameter, `name = value`. @return 0, or -1 where there is no such preset
SWIM_EXPORT(swim_preset) std::int32_t swim_preset()
{
    const auto config = Preset(g_text);
    if (!config)
    {
        return Refuse(g_text + ": there is no such preset");
    }
    g_text.clear();
    for (const Parameter& parameter : Parameters())
    {
        g_text += std::string(parameter.name) + " = " + parameter.get(*config) + '\n';
    }
    return 0;
}

/// @return how many views differ from what the members' own tables say; see Session::WrongViews
SWIM_EXPORT(swim_wrong_views) std::uint32_t swim_wrong_views()
{
    return g_session ? static_cast<std::uint32_t>(g_session->WrongViews()) : 0;
}

/// @return 1 if this core says in the repository's faulty run what it says everywhere
SWIM_EXPORT(swim_same_everywhere) std::int32_t swim_same_everywhere()
{
    const std::uint64_t hash = HashOfFaultyRun(FAULTY_RUN_SEED);
    constexpr std::string_view DIGITS = "0123456789abcdef";
    g_text.clear();
    for (int shift = 60; shift >= 0; shift -= 4)
    {
        g_text += DIGITS[hash >> shift & 0xf];
    }
    return hash == FAULTY_RUN_HASH ? 1 : 0;
}

} // namespace swim::playground
