// SPDX-License-Identifier: GPL-2.0-only
//
// See memory.h.
#include "memory.h"

#include <fstream>
#include <iomanip>
#include <limits>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace swimlab
{

std::uint64_t ResidentMemoryBytes()
{
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t PeakMemoryBytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

std::optional<std::uint64_t> AvailableMemoryBytes()
{
    std::ifstream file("/proc/meminfo");
    std::string key;
    std::uint64_t kibibytes = 0;
    while (file >> key >> kibibytes)
    {
        if (key == "MemAvailable:")
        {
            return kibibytes * 1024;
        }
        file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return std::nullopt;
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
