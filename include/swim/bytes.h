// SPDX-License-Identifier: MIT
//
// Messages as the library passes them around: bytes, without any meaning.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace swim
{

/// Bytes that somebody owns.
using Bytes = std::vector<std::uint8_t>;

/// Bytes of somebody else, valid for as long as the call that they are passed to.
using ByteView = std::span<const std::uint8_t>;

} // namespace swim
