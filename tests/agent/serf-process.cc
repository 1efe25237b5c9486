// SPDX-License-Identifier: MIT
//
// See serf-process.h.
#include "serf-process.h"

#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace swim
{

std::string LoopbackHost(int place)
{
    const int pid = getpid();
    return "127." + std::to_string(64 + (pid >> 8) % 64) + "." + std::to_string(pid % 256) + "." +
           std::to_string(1 + place);
}

std::string LoopbackAddress(int place)
{
    return LoopbackHost(place) + ":17946";
}

std::string OutputOf(const std::string& command)
{
    FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
    std::string text;
    for (int character = getc(pipe); character != EOF; character = getc(pipe))
    {
        text += static_cast<char>(character);
    }
    pclose(pipe);
    return text;
}

SerfProcess::SerfProcess(const std::string& name,
                         int place,
                         const std::vector<std::string>& options)
    : m_name(name),
      m_address(LoopbackAddress(place)),
      m_rpc("-rpc-addr=" + LoopbackHost(place) + ":17373"),
      m_log(std::filesystem::temp_directory_path() /
            ("serf-" + std::to_string(getpid()) + "-" + name + ".log"))
{
    std::vector<std::string> words{PROGRAM,
                                   "agent",
                                   "-node=" + name,
                                   "-bind=" + m_address,
                                   m_rpc,
                                   "-log-level=info"};
    words.insert(words.end(), options.begin(), options.end());
    std::vector<char*> arguments;
    for (std::string& word : words)
    {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    const int log = open(m_log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    m_pid = fork();
    if (m_pid == 0) // other threads may run: system calls only
    {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(log, STDOUT_FILENO);
        dup2(log, STDERR_FILENO);
        execv(PROGRAM, arguments.data());
        _exit(127);
    }
    close(log);
}

SerfProcess::~SerfProcess()
{
    Kill();
    std::error_code ignored;
    std::filesystem::remove(m_log, ignored);
}

void SerfProcess::Kill()
{
    if (m_pid > 0)
    {
        kill(m_pid, SIGKILL);
        waitpid(m_pid, nullptr, 0);
        m_pid = -1;
    }
}

std::string SerfProcess::Ask(const std::string& command, const std::string& arguments) const
{
    return OutputOf(std::string(PROGRAM) + " " + command + " " + m_rpc + " " + arguments);
}

bool SerfProcess::Shows(const std::string& member,
                        const std::string& state,
                        const std::string& tags) const
{
    std::istringstream table(Ask("members"));
    for (std::string row; std::getline(table, row);)
    {
        std::istringstream columns(row);
        std::string name;
        std::string address;
        std::string shown;
        columns >> name >> address >> shown;
        if (name == member)
        {
            return shown == state && row.find(tags) != std::string::npos;
        }
    }
    return false;
}

bool SerfProcess::Running() const
{
    return Shows(m_name, "alive");
}

std::string SerfProcess::Log() const
{
    std::ifstream file(m_log);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string SerfProcess::LogLines(const std::vector<std::string>& words) const
{
    std::istringstream log(Log());
    std::string found;
    for (std::string line; std::getline(log, line);)
    {
        for (const std::string& word : words)
        {
            if (line.find(word) != std::string::npos)
            {
                found += line + "\n";
                break;
            }
        }
    }
    return found;
}

} // namespace swim
