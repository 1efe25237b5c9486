// SPDX-License-Identifier: MIT
//
// What an application in a cluster with Serf's agents hears of them (option serf): the tags of a
// member, which are its metadata, and the messages that they send each other, which are user
// messages. What is decoded points into the bytes that it came from.
#pragma once

#include "swim/bytes.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace swim::serf
{

/// What Serf calls a member's tags: names and values.
using Tags = std::map<std::string, std::string>;

/// @return the metadata that Serf shows as these tags; no tags: empty, which Serf shows as `role=`
std::string EncodeTags(const Tags& tags);

/// @return the tags that Serf shows for this metadata: what is not in Serf's form is the value of
///         the tag role. Of what is damaged, nothing
std::optional<Tags> DecodeTags(std::string_view meta);

/// Counts messages of one sort in the whole cluster, so that it is known which is newer.
using LamportTime = std::uint64_t;

/// That a member joins, or leaves of its own will.
struct Intent
{
    bool leaves = false;        ///< otherwise it joins
    LamportTime time = 0;       ///< when it was said
    std::string_view node = {}; ///< who joins or leaves
};

/// What `serf event` sends.
struct Event
{
    LamportTime time = 0;       ///< when it was sent
    std::string_view name = {}; ///< which the sender chose
    ByteView payload = {};      ///< of any content
    bool coalesce = true;       ///< whether a receiver may take the last one of that name for all
};

/// A question to everybody, answered by datagram to who asks.
struct Query
{
    static constexpr std::uint32_t ACK = 1;          ///< flag: say that you heard it
    static constexpr std::uint32_t NO_BROADCAST = 2; ///< flag: do not pass it on

    LamportTime time = 0;               ///< when it was asked
    std::uint32_t id = 0;               ///< which its answers repeat
    std::string_view sourceNode = {};   ///< who asks
    std::vector<ByteView> filters = {}; ///< whom it is for; all must match
    std::uint32_t flags = 0;            ///< any of those above
    std::string_view name = {};         ///< what is asked
    ByteView payload = {};              ///< of any content
};

/// The answer to a query, for who asked.
struct Response
{
    LamportTime time = 0;       ///< the query's, as its id
    std::uint32_t id = 0;       ///< the query's
    std::string_view from = {}; ///< who answers
    std::uint32_t flags = 0;    ///< Query::ACK: no answer, but the word that the query was heard
    ByteView payload = {};      ///< the answer
};

/// A message to be handed on to one member.
struct Relay
{
    std::string_view node = {}; ///< for whom it is
    ByteView message = {};      ///< whole
};

/// Any of these.
using Message = std::variant<Intent, Event, Query, Response, Relay>;

/// @return the message, or nothing where it is damaged, too long, or of a type that only Serf needs
/// @param message what Listener::OnUserMessage was told
std::optional<Message> Decode(ByteView message);

} // namespace swim::serf
