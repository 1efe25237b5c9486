// SPDX-License-Identifier: MIT
//
// Agents in a process that runs out of files to open. Each test is a process of its own, since a limit
// that was lowered stays low.
#include "agents-on-sockets.h"

#include <functional>
#include <memory>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace swim
{

namespace
{

/// Where the process of a test says what came of it, behind its standard files.
constexpr int ANSWER = 3;

/// @return what the function says in a process of its own, in which it ends
std::string SaidApart(const std::function<std::string()>& function)
{
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0)
    {
        dup2(ends[1], ANSWER);
        closefrom(ANSWER + 1);
        const std::string said = function();
        _exit(write(ANSWER, said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 1);
    }
    close(ends[1]);
    std::string said;
    char buffer[4096];
    for (ssize_t size; (size = read(ends[0], buffer, sizeof buffer)) > 0;)
    {
        said.append(buffer, static_cast<std::size_t>(size));
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    return said;
}

rlimit Limit()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit;
}

void SetLimit(rlim_t soft, rlim_t hard)
{
    const rlimit limit{soft, hard};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    {
        _exit(2);
    }
}

/// What the process of a test has open before it does anything.
constexpr rlim_t IN_USE = ANSWER + 1;

std::string WhyNot(const AgentOptions& options)
{
    try
    {
        const Agent agent(options);
    }
    catch (const AgentError& error)
    {
        return error.Code() == std::errc::too_many_files_open ? error.what() : "without the code";
    }
    return "it works";
}

TEST(FileLimit, OfAFewIsRaisedWhereAgentsNeedMore)
{
    const std::string said = SaidApart([] {
        SetLimit(IN_USE + 10, Limit().rlim_max);
        const AgentHost host;
        std::vector<std::unique_ptr<Agent>> agents;
        for (int i = 0; i < 20; ++i)
        {
            agents.push_back(std::make_unique<Agent>(Quick("m" + std::to_string(i)), host));
        }
        return std::to_string(agents.size()) + " agents";
    });
    EXPECT_EQ(said, "20 agents");
}

TEST(FileLimit, IsLeftAloneWhereThereIsRoom)
{
    const std::string said = SaidApart([] {
        SetLimit(IN_USE + 300, Limit().rlim_max);
        const rlim_t before = Limit().rlim_cur;
        const Agent agent(Quick("a"));
        return std::to_string(Limit().rlim_cur - before) + " more";
    });
    EXPECT_EQ(said, "0 more");
}

TEST(FileLimit, IsRaisedNoFurtherThanNeeded)
{
    const std::string said = SaidApart([] {
        SetLimit(600, Limit().rlim_max);
        while (dup(ANSWER) < 500)
        {
        }
        const Agent agent(Quick("a"));
        return std::to_string(Limit().rlim_cur) + " at most";
    });
    EXPECT_EQ(said, "1200 at most");
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool SANITIZED = true;
#elif defined(__has_feature)
constexpr bool SANITIZED = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||
                           __has_feature(undefined_behavior_sanitizer);
#else
constexpr bool SANITIZED = false;
#endif

/// Whichever file it is that cannot be opened: of the thread, of the sockets, or of the look at the
/// machine's addresses that the default bind needs.
TEST(FileLimit, OfTheSystemIsToldByTheConstructor)
{
    if (SANITIZED)
    {
        GTEST_SKIP() << "a sanitizer looks at memory by a pipe, and has no file left to open one";
    }
    AgentOptions anywhere = Quick("a");
    anywhere.bind = "0.0.0.0:0";
    for (const AgentOptions& options : {Quick("a"), anywhere})
    {
        for (rlim_t left = 0; left < 6; ++left)
        {
            const std::string said = SaidApart([&] {
                SetLimit(IN_USE + left, IN_USE + left);
                return WhyNot(options);
            });
            EXPECT_EQ(said.find("this process has no file left to open"), 0u) << left << said;
            EXPECT_NE(said.find("LimitNOFILE="), std::string::npos) << left << said;
        }
    }
    EXPECT_EQ(SaidApart([] {
                  SetLimit(IN_USE + 6, IN_USE + 6);
                  return WhyNot(Quick("a"));
              }),
              "it works");
}

} // namespace

} // namespace swim
