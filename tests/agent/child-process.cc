// SPDX-License-Identifier: MIT
//
// See child-process.h.
#include "child-process.h"

#include <cstdio>
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
    return LoopbackHost(place) + ":" + LOOPBACK_PORT;
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

ChildProcess::ChildProcess(std::vector<std::string> words, const std::string& name)
    : m_log(std::filesystem::temp_directory_path() /
            ("swim-test-" + std::to_string(getpid()) + "-" + name + ".log"))
{
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
        execv(arguments.front(), arguments.data());
        _exit(127);
    }
    close(log);
}

ChildProcess::~ChildProcess()
{
    Kill();
    std::error_code ignored;
    std::filesystem::remove(m_log, ignored);
}

void ChildProcess::Kill()
{
    if (m_pid > 0)
    {
        kill(m_pid, SIGKILL);
        waitpid(m_pid, nullptr, 0);
        m_pid = -1;
    }
}

std::string ChildProcess::Log() const
{
    std::ifstream file(m_log);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string ChildProcess::LogLines(const std::vector<std::string>& words) const
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
