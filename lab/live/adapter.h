// SPDX-License-Identifier: GPL-2.0-only
//
// An adapter: a TOML file that tells how to run a program as a member, and what its words mean.
//
// docs/adapters.md describes the format for those who write one. Nothing here knows a system by name.
#pragma once

#include "lab/live/adapter-text.h"
#include "lab/live/pattern.h"
#include "lab/scenario/scenario-error.h"
#include "swim/event-kind.h"
#include "swim/types.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace swimlab
{

/// What a member may hold another for. The order is that of the words in AdapterStateWords.
enum class HeldFor : std::uint8_t
{
    ALIVE,
    SUSPECT,
    DEAD,
    LEFT,
    UNKNOWN, ///< nothing can be said
};

/// What a line says.
enum class LineMeaning : std::uint8_t
{
    JOINED,
    SUSPECT,
    REFUTED,
    DEAD,
    LEFT,
    SUSPECT_TIMEOUT, ///< the next death of the subject is by the member's own word
    MEMBERS,         ///< all whom it holds for alive
};

/// Asks something of a member's process: a line of its own, not a part of what it is measured for.
struct AdapterQuestion
{
    enum class Way : std::uint8_t
    {
        TCP,
        HTTP,
        COMMAND,
    };

    Way way = Way::TCP;
    AdapterText target;         ///< TCP: "HOST:PORT"; HTTP: the URL
    AdapterText request;        ///< TCP: what is sent
    std::optional<Pattern> end; ///< TCP: what ends an answer; none: the end of the connection
    AdapterCommand command;     ///< COMMAND
    swim::Duration within{};    ///< later than that it is not answered
    SourcePlace place;
};

struct AdapterParameter
{
    std::string name;
    std::string meaning;
    std::string byDefault; ///< as a scenario would write it
    std::string unit;      ///< of a time: what the program counts in; empty: any text
    SourcePlace place;
};

struct AdapterLine
{
    enum class From : std::uint8_t
    {
        OUTPUTS, ///< standard output and standard error
        OUTPUT,
        ERRORS,
        FILE,
    };

    Pattern pattern;
    LineMeaning meaning = LineMeaning::JOINED;
    bool ownWord = false; ///< the member concluded it by itself
    From from = From::OUTPUTS;
    AdapterText file{}; ///< FILE: its path
    HeldFor missing =
        HeldFor::DEAD; ///< MEMBERS: what becomes of those who are no longer among them
};

/// A rule that makes a state of a row of a poll's answer.
struct AdapterState
{
    std::vector<std::pair<std::string, Pattern>>
        where; ///< group, and what must be found in it: all
    HeldFor is = HeldFor::ALIVE;
};

struct AdapterPoll
{
    swim::Duration every{};
    AdapterQuestion question;
    Pattern row;
    std::vector<AdapterState> states; ///< the first that fits
    HeldFor absent = HeldFor::UNKNOWN;
};

/// A whole adapter.
struct Adapter
{
    enum class Identity : std::uint8_t
    {
        NAME,
        NUMBER,
        ADDRESS,
        ID, ///< what the system makes of it
    };

    enum class Forming : std::uint8_t
    {
        NONE,
        ONCE,
        BY_MEMBER,
    };

    std::string file; ///< for messages
    std::string kind;
    std::string title;

    std::vector<std::pair<std::string, SourcePlace>> needs; ///< programs
    std::string packages;                                   ///< that have them, in words
    std::vector<std::string> versionCommand;
    std::optional<Pattern> versionPattern;

    std::vector<AdapterParameter> parameters;
    std::map<std::string, std::uint16_t> ports;

    AdapterCommand command;
    SourcePlace commandPlace;
    std::vector<std::pair<std::string, AdapterText>> environment;
    std::vector<std::pair<std::string, AdapterText>> files; ///< path below the member's folder
    swim::Duration spacing{};
    std::size_t mostSeeds = 0;
    bool keepsFolder = true; ///< over a restart

    std::optional<Pattern> readyLine;
    std::optional<AdapterText> readyPort; ///< "HOST:PORT"
    swim::Duration readyWithin{};
    SourcePlace readyPlace;

    Forming forming = Forming::NONE;
    AdapterCommand formCommand;
    swim::Duration formWithin{};
    std::uint32_t formLeastMembers = 1;
    SourcePlace formPlace;
    swim::Duration meetWithin{};

    AdapterCommand joinCommand; ///< empty: its start is its join
    swim::Duration joinWithin{};
    SourcePlace joinPlace;

    AdapterCommand leaveCommand; ///< empty: none
    swim::Duration leaveWithin{};
    int leaveSignal = 0; ///< 0: none
    SourcePlace leavePlace;

    Identity identity = Identity::NAME;
    std::optional<AdapterText> idTemplate;
    std::optional<AdapterQuestion> idQuestion;
    std::optional<Pattern> idPattern; ///< of the question's answer, or of a line of output
    bool isStableOverRestart = true;

    std::vector<AdapterLine> lines;
    std::optional<AdapterPoll> poll;

    bool needsMajority = false;
    double memoryMib = 0; ///< of a member; 0: not known

    bool CanLeave() const
    {
        return leaveSignal != 0 || !leaveCommand.empty();
    }

    /// Whether it can tell such a thing of others.
    bool Tells(swim::EventKind kind) const;

    /// The words of what it cannot tell, as run.json has them; docs/records.md lists them.
    std::vector<std::string> NotObservable() const;
};

/**
 * Reads an adapter.
 * @param text the file's content
 * @param file as the user wrote it, for messages
 * @throws ScenarioError with file, line, key, what is wrong and what would be right
 */
Adapter ReadAdapter(const std::string& text, const std::string& file);

/// A text without its quotes, or any other value as it is written.
std::string PlainText(const Value& value);

/**
 * What the texts of an adapter are filled in with: the parameters in force, in the program's units,
 * and its ports.
 * @param settings the scenario's [adapter.KIND], each with its place
 * @throws ScenarioError for a parameter that the adapter does not have, or a value that is none
 */
std::map<std::string, std::string, std::less<>> AdapterWords(
    const Adapter& adapter,
    const std::vector<std::pair<std::string, Value>>& settings);

} // namespace swimlab
