// SPDX-License-Identifier: MIT
//
// A program that a test meets, as a process of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace swim
{

/// @return "127.a.b.PLACE", where a and b are this process's, so that tests do not meet
std::string LoopbackHost(int place);

/// A port that is the same for all of them.
inline constexpr const char* LOOPBACK_PORT = "17946";

std::string LoopbackAddress(int place);

/// @return what a program prints, its errors too
std::string OutputOf(const std::string& command);

/// Ends with this object, and with the process that holds it. What it prints is kept.
class ChildProcess
{
  public:
    /// @param words the program's path and its arguments
    /// @param name of its own among the processes of the test
    ChildProcess(std::vector<std::string> words, const std::string& name);
    virtual ~ChildProcess();

    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// @return what it printed so far, its errors too
    std::string Log() const;

    /// @return the lines of its log with any of these words
    std::string LogLines(const std::vector<std::string>& words) const;

    /// Ends it at once.
    void Kill();

  private:
    std::filesystem::path m_log;
    int m_pid = -1;
};

} // namespace swim
