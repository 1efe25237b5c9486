// SPDX-License-Identifier: MIT
//
// What this process uses: memory, open files, processor time.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <malloc.h>
#include <string>
#include <sys/resource.h>

namespace swim
{

/// Resident bytes, after the allocator gave back what it can.
inline std::size_t ResidentBytes()
{
    malloc_trim(0);
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
    {
        if (std::size_t kilobytes = 0; word == "VmRSS:" && status >> kilobytes)
        {
            return kilobytes * 1024;
        }
    }
    return 0;
}

inline std::size_t OpenFiles()
{
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

/// Processor time of this process outside of the kernel.
inline std::chrono::nanoseconds UserTime()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return std::chrono::seconds(usage.ru_utime.tv_sec) +
           std::chrono::microseconds(usage.ru_utime.tv_usec);
}

} // namespace swim
