// SPDX-License-Identifier: GPL-2.0-only
//
// See containment.h.
//
// The child that was forked ("outer") stays where it is and stands for the program: its end is the
// program's. Below it is the first process of the namespace ("first"), which collects orphans. The
// program is the child of that one, for a first process takes no signal that it has no handler for.
#include "lab/live/containment.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace swimlab
{

namespace
{

/// As shells tell it: 128 and the number of the signal.
constexpr int SIGNAL_EXIT_CODE = 128;

void BlockSignals(int how) noexcept
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(how, &all, nullptr);
}

/// Closes all but one descriptor. @param kept or -1
void CloseAllBut(int kept) noexcept
{
    if (kept < 0)
    {
        close_range(0, UINT32_MAX, 0);
        return;
    }
    if (kept > 0)
    {
        close_range(0, static_cast<unsigned>(kept) - 1, 0);
    }
    close_range(static_cast<unsigned>(kept) + 1, UINT32_MAX, 0);
}

int CodeOf(int status) noexcept
{
    return WIFSIGNALED(status) ? SIGNAL_EXIT_CODE + WTERMSIG(status) : WEXITSTATUS(status);
}

/// Waits for a child and whatever else may be its orphans.
int WaitFor(pid_t child) noexcept
{
    int status = 0;
    for (;;)
    {
        const pid_t ended = waitpid(-1, &status, 0);
        if (ended == child)
        {
            return CodeOf(status);
        }
        if (ended < 0 && errno != EINTR)
        {
            return SIGNAL_EXIT_CODE + SIGKILL;
        }
    }
}

/// Ends as a process did that was ended by a signal, if it was.
[[noreturn]] void EndAs(int code) noexcept
{
    if (code > SIGNAL_EXIT_CODE)
    {
        const rlimit none{0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(code - SIGNAL_EXIT_CODE, SIG_DFL);
        BlockSignals(SIG_UNBLOCK);
        kill(getpid(), code - SIGNAL_EXIT_CODE);
    }
    _exit(code);
}

[[noreturn]] void StandFor(pid_t child, int kept) noexcept
{
    CloseAllBut(kept);
    EndAs(WaitFor(child));
}

/// Ties the calling process to the end of its parent, which holds the other end of the pipe.
void EndWithParent(int pipe) noexcept
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pollfd gone{pipe, 0, 0};
    if (poll(&gone, 1, 0) != 0)
    {
        _exit(SIGNAL_EXIT_CODE + SIGKILL); // before we could say so
    }
    close(pipe);
}

/// Mounts that nobody else sees. @return whether it could
bool MountOwn() noexcept
{
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") != 0)
    {
        return false;
    }
    // Where there is none, nobody can want it.
    return mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") == 0 ||
           errno == ENOENT;
}

/// In a child of the caller, which stands for it. @return in the child whether it could be made
bool BecomeChild() noexcept
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
    {
        return false;
    }
    BlockSignals(SIG_BLOCK);
    const pid_t child = _Fork();
    if (child < 0)
    {
        return false;
    }
    if (child > 0)
    {
        StandFor(child, ends[1]);
    }
    close(ends[1]);
    EndWithParent(ends[0]);
    return true;
}

bool StartIn(const std::string& folder) noexcept
{
    BlockSignals(SIG_UNBLOCK);
    return chdir(folder.c_str()) == 0;
}

constexpr const char* OWN_MOUNTS = "/proc/self/ns/mnt";
constexpr const char* OWN_HOST_NAME = "/proc/self/ns/uts";
constexpr const char* OWN_PROCESSES = "/proc/self/ns/pid_for_children";

bool IsSame(const char* one, const char* other) noexcept
{
    struct stat first;
    struct stat second;
    return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/// @param own the namespace of that kind that the caller has
bool EnterFile(const std::string& path, const char* own, int kind) noexcept
{
    if (IsSame(path.c_str(), own))
    {
        return true; // which takes no right
    }
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
    {
        return false;
    }
    const bool entered = setns(file, kind) == 0;
    const int reason = errno;
    close(file);
    errno = reason;
    return entered;
}

/// From within a namespace that the calling thread's children have.
void SignalAll(int number) noexcept
{
    const pid_t child = _Fork();
    if (child == 0)
    {
        // Only where the parent is out of sight, which is in another namespace than ours.
        if (getppid() == 0)
        {
            kill(-1, number);
        }
        _exit(0);
    }
    while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR)
    {
    }
}

} // namespace

bool Containment::Enter() const noexcept
{
    const bool alone =
        geteuid() == 0 && unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID) == 0;
    if (alone && (!MountOwn() || sethostname(m_hostName.c_str(), m_hostName.size()) != 0))
    {
        return false;
    }
    if (!BecomeChild())
    {
        return false;
    }
    if (alone)
    {
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr); // if allowed
        if (!BecomeChild())
        {
            return false;
        }
    }
    return StartIn(m_folder);
}

SharedContainment::SharedContainment(pid_t member, std::string folder)
    : m_folder(std::move(folder))
{
    const std::string path = "/proc/" + std::to_string(member) + "/ns/";
    m_mounts = path + "mnt";
    m_hostName = path + "uts";
    m_processes = path + "pid_for_children";
}

bool SharedContainment::Enter() const noexcept
{
    if (geteuid() != 0)
    {
        return StartIn(m_folder);
    }
    // The mounts last: after them these paths mean something else.
    if (!EnterFile(m_hostName, OWN_HOST_NAME, CLONE_NEWUTS) ||
        !EnterFile(m_processes, OWN_PROCESSES, CLONE_NEWPID) ||
        !EnterFile(m_mounts, OWN_MOUNTS, CLONE_NEWNS))
    {
        return false;
    }
    return BecomeChild() && StartIn(m_folder);
}

void SharedContainment::Signal(int number) const
{
    if (geteuid() != 0 || IsSame(m_processes.c_str(), OWN_PROCESSES))
    {
        return;
    }
    // A thread of its own, for it cannot go back.
    std::thread([this, number] {
        if (EnterFile(m_processes, OWN_PROCESSES, CLONE_NEWPID))
        {
            SignalAll(number);
        }
    }).join();
}

} // namespace swimlab
