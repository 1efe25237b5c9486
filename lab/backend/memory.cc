// SPDX-License-Identifier: GPL-2.0-only
//
// See memory.h.
#include "lab/backend/memory.h"

#include <algorithm>
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
std::optional<std::uint64_t> ReadKibibytes(const std::filesystem::path& path,
                                           std::string_view wanted)
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

/// The number that a file holds; none where there is another word ("max") or no file.
std::optional<std::uint64_t> ReadNumber(const std::filesystem::path& file)
{
    std::uint64_t number = 0;
    return std::ifstream(file) >> number ? std::optional(number) : std::nullopt;
}

/// How a version of control groups tells of memory.
struct GroupFiles
{
    std::string_view controller; ///< in /proc/self/cgroup; empty: of version 2
    std::string_view mount;
    std::string_view limit;
    std::string_view used;
    std::string_view cachePrefix; ///< of the lines of memory.stat
};

constexpr GroupFiles GROUP_FILES[] = {
    {"", "", "memory.max", "memory.current", ""},
    {"memory", "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"}};

/// What a group leaves of its limit. What files keep in memory counts as used there, and gives way to
/// who needs it.
std::optional<std::uint64_t> LeftInGroup(const std::filesystem::path& group,
                                         const GroupFiles& files)
{
    const auto limit = ReadNumber(group / files.limit);
    const auto used = ReadNumber(group / files.used);
    if (!limit || !used)
    {
        return std::nullopt;
    }
    std::uint64_t room = *limit;
    std::ifstream statistics(group / "memory.stat");
    std::string name;
    for (std::uint64_t bytes = 0; statistics >> name >> bytes;)
    {
        const bool isCache = name == std::string(files.cachePrefix) + "inactive_file" ||
                             name == std::string(files.cachePrefix) + "active_file";
        // A limit of version 1 that is none is near the largest number.
        room += isCache && room < std::uint64_t{1} << 62 ? bytes : 0;
    }
    return room > *used ? room - *used : 0;
}

/// The least that is left in any group of this process, or in one above it. In a container the
/// group's path may be the host's, of which only the top is to be seen.
std::optional<std::uint64_t> LeftInGroups(const std::filesystem::path& root)
{
    std::optional<std::uint64_t> least;
    std::ifstream groups(root / "proc/self/cgroup");
    for (std::string line; std::getline(groups, line);)
    {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (second == std::string::npos)
        {
            continue;
        }
        const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
        for (const GroupFiles& files : GROUP_FILES)
        {
            if (controllers.find("," + std::string(files.controller) + ",") == std::string::npos)
            {
                continue;
            }
            const auto mount = root / "sys/fs/cgroup" / files.mount;
            std::filesystem::path group =
                std::filesystem::path(line.substr(second + 1)).relative_path();
            for (;; group = group.parent_path())
            {
                const auto left = LeftInGroup(mount / group, files);
                least = left ? std::min(left.value(), least.value_or(*left)) : least;
                if (group.empty())
                {
                    break;
                }
            }
        }
    }
    return least;
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

void ForgetPeakMemory()
{
    std::ofstream("/proc/self/clear_refs") << "5"; // proc(5): resets VmHWM
}

std::optional<std::uint64_t> AvailableMemoryBytes(const std::filesystem::path& root)
{
    const auto ofMachine = ReadKibibytes(root / "proc/meminfo", "MemAvailable:");
    const auto ofGroups = LeftInGroups(root);
    return ofMachine && ofGroups ? std::min(*ofMachine, *ofGroups) : ofMachine;
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
