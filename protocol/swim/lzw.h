// SPDX-License-Identifier: MIT
//
// LZW as Go's compress/lzw writes it: least significant bit first, literals of 8 bits.
//
// memberlist's one compression. Written here because the LZW of common libraries is that of GIF or
// of TIFF, inside their file formats, and none writes Go's bytes: a clear code first, another one
// as soon as all 4095 codes are in use, and an end code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace swim::lzw
{

/// What became of a decompression.
enum class Result
{
    WHOLE,
    MALFORMED, ///< an impossible code, or no end code
    TOO_LARGE, ///< more than the limit would have come out
};

/// @param out emptied first; must not hold the input
void Compress(std::span<const std::uint8_t> input, std::vector<std::uint8_t>& out);

/**
 * Also takes what others write: no clear code at the start (Go before 1.17), none when the codes
 * are used up, bytes behind the end code.
 *
 * @param out emptied first; must not hold the input; after a failure it holds what came out
 * @param limit how many bytes may come out: three bytes of input can ask for thousands
 */
Result Decompress(std::span<const std::uint8_t> input,
                  std::vector<std::uint8_t>& out,
                  std::size_t limit);

} // namespace swim::lzw
