// SPDX-License-Identifier: MIT
//
// How often the program took memory from the heap.
//
// Linking heap-count.cc replaces the program's operator new by one that counts: every allocation
// shows, whichever container makes it.
#pragma once

#include <cstdint>

namespace heap
{

/// Since the program began.
std::uint64_t Allocations();

} // namespace heap
