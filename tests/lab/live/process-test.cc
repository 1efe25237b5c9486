// SPDX-License-Identifier: GPL-2.0-only
//
// Child processes: what they say is heard, and none survives its parent.
#include "lab/live/process.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

constexpr auto LONG_ENOUGH = 60s;

/// Whether there is such a process that has not ended; one that nobody waited for has.
bool IsAlive(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    return !text.empty() && text.substr(text.rfind(')') + 2, 1) != "Z";
}

bool EventuallyGone(pid_t pid)
{
    const auto end = std::chrono::steady_clock::now() + LONG_ENOUGH;
    while (IsAlive(pid) && std::chrono::steady_clock::now() < end)
    {
        std::this_thread::sleep_for(5ms);
    }
    return !IsAlive(pid);
}

class ProcessTest : public testing::Test
{
  protected:
    std::unique_ptr<Process> Start(std::vector<std::string> command,
                                   std::function<bool()> enter = {})
    {
        return std::make_unique<Process>(
            loop,
            Process::Start{std::move(command), std::move(enter)},
            Process::Handlers{[this](std::string_view line) { lines.emplace_back(line); },
                              [this](std::string_view line) { errors.emplace_back(line); },
                              [this](const std::string& how) { ended = how; }});
    }

    bool RunUntil(const std::function<bool()>& condition)
    {
        const auto end = std::chrono::steady_clock::now() + LONG_ENOUGH;
        while (!condition() && std::chrono::steady_clock::now() < end)
        {
            loop.run_one_until(end);
        }
        return condition();
    }

    bool RunUntilEnd()
    {
        return RunUntil([this] { return !ended.empty(); });
    }

    asio::io_context loop;
    std::vector<std::string> lines;
    std::vector<std::string> errors;
    std::string ended;
};

} // namespace

TEST_F(ProcessTest, LinesOfBothOutputsAreHeardBeforeTheEnd)
{
    const auto process = Start({"sh", "-c", "printf 'a\\nb\\n'; echo c >&2; exit 3"});
    ASSERT_TRUE(RunUntilEnd());
    EXPECT_EQ(lines, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(errors, (std::vector<std::string>{"c"}));
    EXPECT_EQ(ended, "exit code 3");
    EXPECT_FALSE(process->IsRunning());
    process->Signal(SIGKILL); // nobody else has its number
}

TEST_F(ProcessTest, ALastLineWithoutItsEndIsHeard)
{
    const auto process = Start({"sh", "-c", "printf 'a\\nlast'; printf words >&2; exit 3"});
    ASSERT_TRUE(RunUntilEnd());
    EXPECT_EQ(lines, (std::vector<std::string>{"a", "last"}));
    EXPECT_EQ(errors, std::vector<std::string>{"words"});
}

TEST_F(ProcessTest, ALineThatIsCutByTheEndOfItsProcessIsNone)
{
    const auto process = Start({"sh", "-c", "printf 'a\\nhal'; kill -KILL $$"});
    ASSERT_TRUE(RunUntilEnd());
    EXPECT_EQ(lines, std::vector<std::string>{"a"});
    EXPECT_EQ(ended, "SIGKILL");
}

TEST_F(ProcessTest, ManyLinesAreAllHeardInOrder)
{
    const auto process = Start({"seq", "50000"});
    ASSERT_TRUE(RunUntilEnd());
    ASSERT_EQ(lines.size(), 50'000u);
    EXPECT_EQ(lines.back(), "50000");
}

TEST_F(ProcessTest, ReadsWhatItIsToldUntilTheEndOfFile)
{
    const auto process = Start({"cat"});
    std::string line(100'000, 'x');
    process->WriteLine(line);
    process->WriteLine("second");
    process->CloseInput();
    ASSERT_TRUE(RunUntilEnd());
    EXPECT_EQ(lines, (std::vector<std::string>{line, "second"}));
    EXPECT_EQ(ended, "exit code 0");
}

TEST_F(ProcessTest, ASignalEndsItAndIsNamed)
{
    const auto process = Start({"sleep", "600"});
    process->Signal(SIGTERM);
    ASSERT_TRUE(RunUntilEnd());
    EXPECT_EQ(ended, "SIGTERM");
}

TEST_F(ProcessTest, AMissingProgramIsNamed)
{
    try
    {
        Start({"no-such-program", "run"});
        FAIL();
    }
    catch (const ProcessError& error)
    {
        EXPECT_STREQ(error.what(), "no-such-program cannot be started: No such file or directory");
    }
}

TEST_F(ProcessTest, WhoMayNotEnterDoesNotStart)
{
    EXPECT_THROW(Start({"true"},
                       [] {
                           errno = EPERM;
                           return false;
                       }),
                 ProcessError);
}

TEST_F(ProcessTest, IsGoneWithItsObject)
{
    auto process = Start({"sleep", "600"});
    const pid_t pid = process->Pid();
    EXPECT_TRUE(IsAlive(pid));
    process.reset();
    EXPECT_FALSE(IsAlive(pid));
}

TEST_F(ProcessTest, MayBeDestroyedWhenItEnds)
{
    std::unique_ptr<Process> process;
    bool gone = false;
    process = std::make_unique<Process>(loop,
                                        Process::Start{{"true"}, {}},
                                        Process::Handlers{{}, {}, [&](const std::string&) {
                                                              process.reset();
                                                              gone = true;
                                                          }});
    EXPECT_TRUE(RunUntil([&] { return gone; }));
}

/// asio keeps what it still has to tell of a descriptor when that is closed, and tells it of the next
/// one: here the first process's input breaks after its end, and both are heard of at once.
TEST_F(ProcessTest, WhatIsLeftToTellOfOneProcessDoesNotEndTheNext)
{
    const auto folder =
        std::filesystem::temp_directory_path() / ("swimlab-process-" + std::to_string(getpid()));
    std::filesystem::create_directory(folder);
    const auto first = Start({"sh",
                              "-c",
                              "exec 3<&0; (until grep -q ') Z' /proc/$$/stat; do sleep 0.01; done;"
                              "exec 3<&-; mkdir " +
                                  (folder / "broken").string() + "; exec sleep 600) & exit 4"});
    const auto end = std::chrono::steady_clock::now() + LONG_ENOUGH;
    while (!std::filesystem::exists(folder / "broken") && std::chrono::steady_clock::now() < end)
    {
        std::this_thread::sleep_for(5ms);
    }
    ASSERT_TRUE(RunUntilEnd());
    EXPECT_EQ(std::exchange(ended, ""), "exit code 4");
    const auto second = Start({"sh", "-c", "sleep 0.05; exit 5"});
    ASSERT_TRUE(RunUntilEnd());
    EXPECT_EQ(ended, "exit code 5");
    std::filesystem::remove_all(folder);
}

TEST_F(ProcessTest, DoesNotSurviveAParentThatIsKilled)
{
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t parent = fork();
    if (parent == 0)
    {
        const auto process = Start({"sleep", "600"});
        const pid_t pid = process->Pid();
        [[maybe_unused]] const auto written = write(ends[1], &pid, sizeof(pid));
        pause();
        _exit(0);
    }
    pid_t child = 0;
    ASSERT_EQ(read(ends[0], &child, sizeof(child)), static_cast<ssize_t>(sizeof(child)));
    EXPECT_TRUE(IsAlive(child));
    kill(parent, SIGKILL);
    waitpid(parent, nullptr, 0);
    EXPECT_TRUE(EventuallyGone(child));
    close(ends[0]);
    close(ends[1]);
}

} // namespace swimlab
