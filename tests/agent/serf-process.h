// SPDX-License-Identifier: MIT
//
// A real Serf agent (Debian package serf) as a process of its own, for tests that meet it.
#pragma once

#include "child-process.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace swim
{

/// For SetUp(): a machine without Serf has nothing to meet.
#define SKIP_WITHOUT_SERF()                                                                        \
    if (!std::filesystem::exists(SerfProcess::PROGRAM))                                            \
    {                                                                                              \
        GTEST_SKIP() << "needs " << SerfProcess::PROGRAM << ", of Debian package serf";            \
    }

class SerfProcess : public ChildProcess
{
  public:
    static constexpr const char* PROGRAM = "/usr/bin/serf";

    /// @param place where it listens; see LoopbackAddress
    /// @param options of `serf agent` beside those that every test needs
    SerfProcess(const std::string& name, int place, const std::vector<std::string>& options = {});

    const std::string& Name() const
    {
        return m_name;
    }

    const std::string& Address() const
    {
        return m_address;
    }

    /// @return what `serf COMMAND` prints, its errors too
    std::string Ask(const std::string& command, const std::string& arguments = "") const;

    /// @return whether its table has this member in this state, with these tags
    bool Shows(const std::string& member,
               const std::string& state,
               const std::string& tags = "") const;

    /// @return whether it answers; false also before it listens
    bool Running() const;

  private:
    std::string m_name;
    std::string m_address;
    std::string m_rpc;
};

} // namespace swim
