// SPDX-License-Identifier: GPL-2.0-only
//
// Where the process of another's making runs, so that nothing of it is left whatever happens.
//
// As root it has namespaces of its own: of processes, so that all that it started is gone with it, also
// what left its process group; of mounts, with an empty /run and /dev/shm; of the host's name; and of
// System V's shared memory. The kernel ends a namespace with its first process, and that with us.
// Without root there is the process group only.
#pragma once

#include <string>
#include <sys/types.h>

namespace swimlab
{

/// A place to run in. Its functions are for a forked child, and are safe there.
class Containment
{
  public:
    /// @param folder where the program is started
    Containment(std::string hostName, std::string folder)
        : m_hostName(std::move(hostName)),
          m_folder(std::move(folder))
    {
    }

    /**
     * Returns in the process that becomes the program: a grandchild. Those between wait for its end and
     * end the same way. Signals to their process group reach it, and do them nothing but for SIGKILL,
     * SIGSTOP and SIGCONT.
     * @return whether it could; errno says why not
     */
    bool Enter() const noexcept;

  private:
    std::string m_hostName;
    std::string m_folder;
};

/// The same place as that of a process that entered one, for a question to it.
class SharedContainment
{
  public:
    /// @param member the child that Enter was called in
    SharedContainment(pid_t member, std::string folder);

    /// Stays where it is in what it has in common with the member, as all is where a root of few
    /// rights had to start it in our namespaces.
    bool Enter() const noexcept;

    /// To all processes of the member but the first of its namespace, also those that left its process
    /// group; to nobody where it has no namespace of its own. Not for a forked child.
    void Signal(int number) const;

  private:
    std::string m_mounts;
    std::string m_hostName;
    std::string m_processes;
    std::string m_folder;
};

} // namespace swimlab
