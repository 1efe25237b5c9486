// SPDX-License-Identifier: GPL-2.0-only
//
// What a Serf agent's own output tells, at log level info.
//
// Its event handlers and its RPC stream come a second late, by coalescing, and polling `serf
// members` costs so much that agents bury each other. Its output is at once, but leaves things out:
// no incarnations; no suspicion that others raised, nor its end; no word whose death sentence it
// was, unless its own.
#pragma once

#include "swim/event-kind.h"
#include "swim/rejection.h"
#include "swim/types.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace swimlab
{

/// One agent's output, line by line. A restarted agent has a new one.
class SerfLog
{
  public:
    /// What a line concludes, with names as Serf has them.
    struct Finding
    {
        swim::EventKind kind;
        std::string subject = {};
        std::string source = {}; ///< empty where Serf does not tell
        std::optional<swim::Rejection> rejection = {};
    };

    /**
     * @param self the agent's name
     * @param longestSuspicion after which a suspect that is not dead must have refuted. Until then
     *     the agent, which goes on probing, says of the same suspicion that there were no acks
     */
    SerfLog(std::string self, swim::Duration longestSuspicion);

    /// @param atNs when the line came @return what it concludes, if anything
    std::optional<Finding> Read(std::string_view line, std::int64_t atNs);

    /// Whether the line says that the agent listens.
    static bool SaysItListens(std::string_view line);

    /// @return why the agent cannot start, if the line says so
    static std::optional<std::string_view> Trouble(std::string_view line);

  private:
    enum class State
    {
        ALIVE,
        SUSPECT,
        GONE,
    };

    /// What is known of another member.
    struct Record
    {
        State state = State::GONE;
        std::int64_t suspectSinceNs = 0;
        bool ownVerdict = false; ///< our own timer ran out, and the death is about to be told
    };

    std::optional<Finding> ReadSerf(std::string_view text);
    std::optional<Finding> ReadMemberlist(std::string_view text, std::int64_t atNs);
    std::optional<Finding> Suspect(std::string_view subject, std::int64_t atNs);
    std::optional<Finding> Lose(std::string_view subject, bool leaves);

    std::string m_self;
    std::int64_t m_longestSuspicionNs;
    std::map<std::string, Record, std::less<>> m_records;
};

} // namespace swimlab
