// SPDX-License-Identifier: GPL-2.0-only
//
// The sums by which records tell whether a file is what it was.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace swimlab
{

/// In hexadecimal.
std::string Sha256OfBytes(std::string_view bytes);

/// Of a file's content; none where it cannot be read.
std::optional<std::string> Sha256OfFile(const std::filesystem::path& file);

} // namespace swimlab
