// SPDX-License-Identifier: GPL-2.0-only
//
// What this process has of the machine's memory, and what the machine has left.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace swimlab
{

/// Of this process, in bytes: now, and the most it ever had.
std::uint64_t ResidentMemoryBytes();
std::uint64_t PeakMemoryBytes();

/// Lets the peak begin anew at what there is now, where Linux allows it.
void ForgetPeakMemory();

/// What new processes can have without swapping, as Linux estimates it, and no more than the control
/// groups of this process allow (a container, a batch job); none where Linux does not say.
/// @param root where /proc and /sys are
std::optional<std::uint64_t> AvailableMemoryBytes(const std::filesystem::path& root = "/");

/// In decimal units: "87 MB", "2.1 GB".
std::string MemoryText(std::uint64_t bytes);

} // namespace swimlab
