// SPDX-License-Identifier: GPL-2.0-only
//
// The words of a trace: what kinds of messages there are, and what else a row may be.
#pragma once

#include <string_view>

namespace swimlab::trace
{

// Of the column `event`, besides the names of decisions (swim/decision.h).

inline constexpr std::string_view MESSAGE = "message";
/// Another copy of a packet was heard.
inline constexpr std::string_view AGAIN = "again";
/// A member was handed a message that nobody sent.
inline constexpr std::string_view INJECTED = "injected";

/// Of the column `kind` (swim/message-reader.h).
inline constexpr std::string_view MESSAGE_KINDS[] = {"ping",
                                                     "ping-req",
                                                     "ack",
                                                     "nack",
                                                     "suspect",
                                                     "alive",
                                                     "dead",
                                                     "left",
                                                     "push-pull",
                                                     "user",
                                                     "error",
                                                     "malformed"};

// Of the column `lost_by`, besides what a network says.

/// It was under way when the run ended.
inline constexpr std::string_view END = "end";
/// Nobody saw it arrive, and nobody says why.
inline constexpr std::string_view UNKNOWN = "unknown";

} // namespace swimlab::trace
