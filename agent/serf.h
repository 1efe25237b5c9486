// SPDX-License-Identifier: MIT
//
// What Serf says on top of memberlist, as plain structs and as bytes: the tags of a member, which
// are its metadata, and the messages between Serf's agents, which are user messages: a byte for the
// type and a msgpack map.
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

} // namespace swim::serf
