// SPDX-License-Identifier: GPL-2.0-only
//
// See memory.h.
#include "lab/backend/memory.h"

#include <fstream>
#include <iomanip>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace swimlab
{

namespace
{

/// A line such as "VmHWM:    17 kB" of a file of Linux's, in bytes.
std::optional<std::uint64_t> ReadKibibytes(const char* path, std::string_view wanted)
{
    std::ifstream file(path);
    std::string key;
    while (file >> key)
    {
        std::uint64_t kibibytes = 0;
        if (key == wanted && file >> kibibytes)
        {
            return kibibytes * 1024;
        }
        file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return std::nullopt;
}

} // namespace

std::uint64_t ResidentMemoryBytes()
{
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t PeakMemoryBytes()
{
    // Not getrusage's, which begins with what the parent had.
    return ReadKibibytes("/proc/self/status", "VmHWM:").value_or(ResidentMemoryBytes());
}

std::optional<std::uint64_t> AvailableMemoryBytes()
{
    return ReadKibibytes("/proc/meminfo", "MemAvailable:");
}

std::string MemoryText(std::uint64_t bytes)
{
    std::ostringstream text;
    text << std::fixed;
    if (bytes < 1'000'000'000)
    {
        text << std::setprecision(0) << static_cast<double>(bytes) / 1e6 << " MB";
    }
    else
    {
        text << std::setprecision(1) << static_cast<double>(bytes) / 1e9 << " GB";
    }
    return text.str();
}

} // namespace swimlab
