// SPDX-License-Identifier: MIT
//
// What a member says to Serf's agents and reads of what goes with a push/pull, as plain structs and
// as bytes: a byte for the type and a msgpack map.
#pragma once

#include "swim/serf.h"
#include "swim/types.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace swim::serf
{

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

/// @param member whose leaving is of interest
std::optional<State> DecodeState(ByteView state, std::string_view member);

/// @return whether a query with this filter is for the member; a filter by tags, which is a regular
///         expression of Go, is for none
bool Matches(ByteView filter, std::string_view member);

Bytes Encode(const Intent& intent);
Bytes Encode(const Event& event);
Bytes Encode(const Response& response);

/// The answer to Serf's question where a contested name is at home. @param address the holder's
Bytes EncodeHolder(std::string_view name, const Address& address);

/// Without who has left: a member that is no Serf keeps no such list.
Bytes Encode(const State& state);

} // namespace swim::serf
