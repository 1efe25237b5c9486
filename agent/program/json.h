// SPDX-License-Identifier: MIT
//
// JSON as swim-agent writes and reads it: one object a line, and byte strings that need not be
// text.
#pragma once

#include "swim/listener.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace swim::program
{

/// Keeps the order in which keys were set.
using Json = nlohmann::ordered_json;

/// @return the object as one line, ended; bytes that are no UTF-8, as in a stranger's name, are
///         replaced
std::string Line(const Json& object);

/// @return the bytes as a text where they are UTF-8, otherwise {"hex": "..."}
Json BytesToJson(std::string_view bytes);

/// @return the bytes that BytesToJson writes so, or nothing
std::optional<std::string> BytesFromJson(const Json& json);

/// @return bytes of pairs of hexadecimal digits, or nothing
std::optional<std::string> FromHex(std::string_view digits);

/// What a stranger's name may hold must not reach a terminal or a log.
std::string Printable(std::string text);

/// A member as the commands and the events show it.
Json MemberToJson(const Member& member);

/// @return "alive", "suspect", "dead" or "left"
std::string_view StateName(MemberState state);

} // namespace swim::program
