// SPDX-License-Identifier: MIT
//
// How many files the process may have open: sockets are files, and a process of many agents meets the
// limit.
//
// Linux gives a process two limits. The soft one holds, 1024 mostly; the process may raise it up to
// the hard one, which is large. The soft one is low for a reason: select() overruns its memory where a
// descriptor is larger, and a program that the process starts inherits it and may close all that it
// could have open, one by one. So it is raised where descriptors run out, never before, and no further
// than twofold at a time.
#pragma once

#include <cstddef>
#include <system_error>

namespace swim
{

/// What an agent needs at its start: a datagram socket, a listening one, and one to ask for the
/// machine's addresses, to look up a name, to join by. The first on its thread needs three more.
inline constexpr std::size_t FILES_A_START = 3;

/// Fewer left than this, and the soft limit is raised: connections come and go.
inline constexpr std::size_t FILES_IN_RESERVE = 256;

/// Makes sure that so many files can be opened at this moment.
/// @throws AgentError that tells the limit and how it is raised, if they cannot
void EnsureFiles(std::size_t count);

/// @return whether the system refused since the process, or all of them, have too many files open
bool IsOutOfFiles(const std::error_code& error);

/// Tells so. @throws AgentError always
[[noreturn]] void ThrowOutOfFiles(const std::error_code& error);

} // namespace swim
