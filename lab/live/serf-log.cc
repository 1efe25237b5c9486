// SPDX-License-Identifier: GPL-2.0-only
//
// See serf-log.h.
#include "lab/live/serf-log.h"

#include <array>
#include <utility>

namespace swimlab
{

namespace
{

using swim::EventKind;
using swim::Rejection;

/// What stands between the prefix and the suffix, if the text is so.
std::optional<std::string_view> Between(std::string_view text,
                                        std::string_view prefix,
                                        std::string_view suffix)
{
    if (!text.starts_with(prefix))
    {
        return {};
    }
    text.remove_prefix(prefix.size());
    const std::size_t end = text.find(suffix);
    return end == std::string_view::npos ? std::nullopt : std::optional(text.substr(0, end));
}

/// The name in "m1 127.9.0.2"; an update has a name only.
std::string_view FirstWord(std::string_view text)
{
    return text.substr(0, text.find(' '));
}

/// Beginnings of what memberlist says of a packet that it does not take, and why.
constexpr std::array<std::pair<std::string_view, Rejection>, 9> REJECTIONS = {{
    {"Got invalid checksum", Rejection::WRONG_CRC},
    {"msg type (", Rejection::TYPE_UNSUPPORTED},
    {"Compound request had ", Rejection::COMPOUND_TRUNCATED},
    {"Failed to decode", Rejection::MALFORMED},
    {"Failed to decompress payload", Rejection::MALFORMED},
    {"Decrypt packet failed", Rejection::UNDECRYPTABLE},
    {"Received invalid msgType", Rejection::STREAM_TYPE_UNSUPPORTED},
    {"Failed to read remote state", Rejection::PUSH_PULL_MALFORMED},
    {"Failed push/pull merge", Rejection::PUSH_PULL_INCOMPATIBLE},
}};

} // namespace

SerfLog::SerfLog(std::string self, swim::Duration longestSuspicion)
    : m_self(std::move(self)),
      m_longestSuspicionNs(longestSuspicion.count())
{
}

bool SerfLog::SaysItListens(std::string_view line)
{
    return line.starts_with("==> Serf agent running!");
}

std::optional<std::string_view> SerfLog::Trouble(std::string_view line)
{
    constexpr std::string_view OWN_VOICE = "==> ";
    for (const std::string_view beginning : {"==> Error", "==> Failed"})
    {
        if (line.starts_with(beginning))
        {
            return line.substr(OWN_VOICE.size());
        }
    }
    return {};
}

/// Lines look like "    2026/11/24 00:10:47 [INFO] serf: EventMemberJoin: m1 127.78.0.1".
std::optional<SerfLog::Finding> SerfLog::Read(std::string_view line, std::int64_t atNs)
{
    const std::size_t level = line.find("] ");
    if (level == std::string_view::npos)
    {
        return {};
    }
    const std::string_view text = line.substr(level + 2);
    constexpr std::string_view SERF = "serf: ";
    constexpr std::string_view MEMBERLIST = "memberlist: ";
    if (text.starts_with(SERF))
    {
        return ReadSerf(text.substr(SERF.size()));
    }
    if (text.starts_with(MEMBERLIST))
    {
        return ReadMemberlist(text.substr(MEMBERLIST.size()), atNs);
    }
    return {};
}

std::optional<SerfLog::Finding> SerfLog::ReadSerf(std::string_view text)
{
    const std::size_t colon = text.find(": ");
    if (!text.starts_with("EventMember") || colon == std::string_view::npos)
    {
        return {};
    }
    const std::string_view event = text.substr(0, colon);
    const std::string_view subject = FirstWord(text.substr(colon + 2));
    if (subject == m_self)
    {
        return {};
    }
    if (event == "EventMemberJoin")
    {
        m_records[std::string(subject)] = {.state = State::ALIVE};
        return Finding{EventKind::JOINED, std::string(subject)};
    }
    if (event == "EventMemberUpdate")
    {
        return Finding{EventKind::UPDATED, std::string(subject)};
    }
    if (event == "EventMemberFailed" || event == "EventMemberLeave")
    {
        return Lose(subject, event == "EventMemberLeave");
    }
    return {};
}

/// A member that failed and whose leave is heard of later only changes its name for it.
std::optional<SerfLog::Finding> SerfLog::Lose(std::string_view subject, bool leaves)
{
    Record& record = m_records[std::string(subject)];
    if (std::exchange(record.state, State::GONE) == State::GONE)
    {
        return {};
    }
    const bool own = std::exchange(record.ownVerdict, false);
    if (leaves)
    {
        return Finding{EventKind::LEFT, std::string(subject), std::string(subject)};
    }
    return Finding{EventKind::DEAD, std::string(subject), own ? m_self : ""};
}

std::optional<SerfLog::Finding> SerfLog::ReadMemberlist(std::string_view text, std::int64_t atNs)
{
    if (const auto suspect = Between(text, "Suspect ", " has failed, no acks received"))
    {
        return Suspect(*suspect, atNs);
    }
    if (const auto dead = Between(text, "Marking ", " as failed, suspect timeout reached"))
    {
        m_records[std::string(*dead)].ownVerdict = true;
        return {};
    }
    for (const std::string_view accusation :
         {"Refuting a suspect message (from: ", "Refuting a dead message (from: "})
    {
        if (const auto accuser = Between(text, accusation, ")"))
        {
            return Finding{EventKind::REFUTED, m_self, std::string(*accuser)};
        }
    }
    if (text.starts_with("Refuting an alive message"))
    {
        return Finding{EventKind::REFUTED, m_self};
    }
    if (const auto name = Between(text, "Conflicting address for ", ". Mine: "))
    {
        return Finding{EventKind::CONFLICT, std::string(*name)};
    }
    for (const auto& [beginning, reason] : REJECTIONS)
    {
        if (text.starts_with(beginning))
        {
            return Finding{.kind = EventKind::REJECTED, .rejection = reason};
        }
    }
    return {};
}

std::optional<SerfLog::Finding> SerfLog::Suspect(std::string_view subject, std::int64_t atNs)
{
    Record& record = m_records[std::string(subject)];
    const bool isNews =
        record.state == State::ALIVE ||
        (record.state == State::SUSPECT && atNs - record.suspectSinceNs > m_longestSuspicionNs);
    if (!isNews)
    {
        return {};
    }
    record.state = State::SUSPECT;
    record.suspectSinceNs = atNs;
    return Finding{EventKind::SUSPECT, std::string(subject), m_self};
}

} // namespace swimlab
