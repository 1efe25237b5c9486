// SPDX-License-Identifier: MIT
//
// What Serf says on top of memberlist, as plain structs and as bytes: the tags of a member, which
// are its metadata, and the messages between Serf's agents, which are user messages: a byte for the
// type and a msgpack map. What is decoded points into the bytes that it came from.
#pragma once

#include "swim/wire.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace swim::serf
{

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
    bool leaves = false;
    LamportTime time = 0;
    std::string_view node = {};
};

/// What `serf event` sends.
struct Event
{
    LamportTime time = 0;
    std::string_view name = {};
    wire::ByteView payload = {};
    bool coalesce = true; ///< whether a receiver may take the last one of that name for all
};

/// A question to everybody, answered by datagram to who asks.
struct Query
{
    static constexpr std::uint32_t ACK = 1;          ///< flag: say that you heard it
    static constexpr std::uint32_t NO_BROADCAST = 2; ///< flag: do not pass it on

    LamportTime time = 0;
    std::uint32_t id = 0;
    std::string_view sourceNode = {};
    std::vector<wire::ByteView> filters = {}; ///< whom it is for; all must match
    std::uint32_t flags = 0;
    std::string_view name = {};
    wire::ByteView payload = {};
};

struct Response
{
    LamportTime time = 0; ///< the query's, as its id
    std::uint32_t id = 0;
    std::string_view from = {};
    std::uint32_t flags = 0; ///< Query::ACK: no answer, but the word that the query was heard
    wire::ByteView payload = {};
};

/// A message to be handed on to one member.
struct Relay
{
    std::string_view node = {};
    wire::ByteView message = {};
};

using Message = std::variant<Intent, Event, Query, Response, Relay>;

/// What goes with a push/pull.
struct State
{
    LamportTime time = 0; ///< no message with this one has been sent; likewise the two below
    LamportTime eventTime = 0;
    LamportTime queryTime = 0;
    bool left = false; ///< whether the member that was asked for has left
};

/// No message of Serf's is longer: its agents send them by datagram.
inline constexpr std::size_t MAX_MESSAGE_SIZE = 65536;

/// @return the message, or nothing where it is damaged, too long, or of a type that only Serf needs
std::optional<Message> Decode(wire::ByteView message);

/// @param member whose leaving is of interest
std::optional<State> DecodeState(wire::ByteView state, std::string_view member);

/// @return whether a query with this filter is for the member; a filter by tags, which is a regular
///         expression of Go, is for none
bool Matches(wire::ByteView filter, std::string_view member);

wire::Bytes Encode(const Intent& intent);
wire::Bytes Encode(const Event& event);
wire::Bytes Encode(const Response& response);

/// The answer to Serf's question where a contested name is at home. @param address the holder's
wire::Bytes EncodeHolder(std::string_view name, const Address& address);

/// Without who has left: a member that is no Serf keeps no such list.
wire::Bytes Encode(const State& state);

} // namespace swim::serf
