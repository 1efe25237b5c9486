// SPDX-License-Identifier: MIT
//
// See file-limit.h.
#include "agent/file-limit.h"

#include "swim/agent.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace swim
{

namespace
{

/// Files of no use that keep their descriptors until the end of this object.
class OpenFiles
{
  public:
    OpenFiles() = default;
    OpenFiles(const OpenFiles&) = delete;
    OpenFiles& operator=(const OpenFiles&) = delete;

    ~OpenFiles()
    {
        for (const int file : m_files)
        {
            close(file);
        }
    }

    /// Opens more of them until there are so many.
    /// @return why that ended before
    std::error_code FillUpTo(std::size_t count)
    {
        m_files.reserve(count);
        while (m_files.size() < count)
        {
            const int file = eventfd(0, EFD_CLOEXEC);
            if (file < 0)
            {
                return {errno, std::system_category()};
            }
            m_files.push_back(file);
        }
        return {};
    }

    /// The system gives the lowest descriptor that is free, so this is about how many are in use.
    rlim_t Largest() const
    {
        return static_cast<rlim_t>(std::ranges::max(m_files));
    }

  private:
    std::vector<int> m_files;
};

rlimit FileLimit()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit;
}

/// Doubles the soft limit, up to the hard one.
/// @return whether it is higher now
bool RaiseFileLimit()
{
    rlimit limit = FileLimit();
    if (limit.rlim_cur == limit.rlim_max)
    {
        return false;
    }
    limit.rlim_cur = limit.rlim_cur > limit.rlim_max / 2 ? limit.rlim_max
                                                         : std::max<rlim_t>(limit.rlim_cur, 1) * 2;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

} // namespace

void EnsureFiles(std::size_t count)
{
    OpenFiles files;
    std::error_code error = files.FillUpTo(count);
    while (error.value() == EMFILE && RaiseFileLimit())
    {
        error = files.FillUpTo(count);
    }
    if (error)
    {
        ThrowOutOfFiles(error);
    }
    while (files.Largest() + FILES_IN_RESERVE >= FileLimit().rlim_cur && RaiseFileLimit())
    {
    }
}

bool IsOutOfFiles(const std::error_code& error)
{
    return error.value() == EMFILE || error.value() == ENFILE;
}

void ThrowOutOfFiles(const std::error_code& error)
{
    const std::error_code code(error.value(), std::system_category());
    if (error.value() != EMFILE)
    {
        throw AgentError("the system opens no more files, and sockets are files: " + code.message(),
                         code);
    }
    throw AgentError("this process has no file left to open, and sockets are files: it may have " +
                         std::to_string(FileLimit().rlim_cur) +
                         " open; allow it more (ulimit -Hn in a shell, LimitNOFILE= in a unit of "
                         "systemd), close some, or let agents share an AgentHost",
                     code);
}

} // namespace swim
