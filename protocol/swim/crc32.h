// SPDX-License-Identifier: MIT
//
// CRC-32 (IEEE 802.3, reflected), which memberlist's datagrams carry.
//
// Our own, since it is all that the core would need another library for, and since a core without
// libraries compiles to anything: the playground runs it in browsers.
#pragma once

#include "swim/bytes.h"

#include <cstdint>

namespace swim
{

/// @return what zlib's crc32 and Go's crc32.ChecksumIEEE say of these bytes
std::uint32_t Crc32(ByteView bytes);

} // namespace swim
