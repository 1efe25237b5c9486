// SPDX-License-Identifier: GPL-2.0-only
//
// Programs of others: what they start is gone with them, and signals reach all of it.
#include "lab/live/containment.h"
#include "lab/live/process.h"

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <linux/capability.h>
#include <memory>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

constexpr auto CONTAINMENT_PATIENCE = 30s;

/// How many processes have this word among their arguments; one that ended has none.
int CountWith(const std::string& word)
{
    int count = 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored))
    {
        std::ifstream file(entry.path() / "cmdline");
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        count += text.find(word) != std::string::npos ? 1 : 0;
    }
    return count;
}

bool Eventually(const std::function<bool()>& condition)
{
    const auto end = std::chrono::steady_clock::now() + CONTAINMENT_PATIENCE;
    while (!condition() && std::chrono::steady_clock::now() < end)
    {
        std::this_thread::sleep_for(5ms);
    }
    return condition();
}

/// In a child: root who may make and enter no namespace.
bool GiveUpNamespaces()
{
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> rights{};
    if (syscall(SYS_capget, &header, rights.data()) != 0)
    {
        return false;
    }
    rights[0].effective &= ~(1U << CAP_SYS_ADMIN);
    return syscall(SYS_capset, &header, rights.data()) == 0;
}

class ContainmentTest : public testing::Test
{
  protected:
    std::unique_ptr<Process> Start(const std::string& script)
    {
        const Containment place("m7", "/");
        return std::make_unique<Process>(
            loop,
            Process::Start{{"sh", "-c", script}, [place] { return place.Enter(); }},
            Process::Handlers{[this](std::string_view line) { lines.emplace_back(line); },
                              {},
                              [this](const std::string& how) { ended = how; }});
    }

    bool RunUntil(const std::function<bool()>& condition)
    {
        const auto end = std::chrono::steady_clock::now() + CONTAINMENT_PATIENCE;
        while (!condition() && std::chrono::steady_clock::now() < end)
        {
            loop.run_one_until(std::min(end, std::chrono::steady_clock::now() + 10ms));
        }
        return condition();
    }

    bool RunUntilEnd()
    {
        return RunUntil([this] { return !ended.empty(); });
    }

    /// Its own for each process of the tests and each test, so that no other can be meant.
    std::string Word(const std::string& name) const
    {
        return "600." + std::to_string(getpid()) + std::to_string(name.size());
    }

    asio::io_context loop;
    std::vector<std::string> lines;
    std::string ended;
};

} // namespace

TEST_F(ContainmentTest, TheEndIsThatOfTheProgram)
{
    const auto process = Start("echo hello; exit 3");
    ASSERT_TRUE(RunUntilEnd());
    EXPECT_EQ(ended, "exit code 3");
    EXPECT_EQ(lines, std::vector<std::string>{"hello"});
}

TEST_F(ContainmentTest, ASignalThatEndsItIsNamed)
{
    const auto process = Start("kill -SEGV $$");
    ASSERT_TRUE(RunUntilEnd());
    EXPECT_EQ(ended, "SIGSEGV");
}

TEST_F(ContainmentTest, SignalsReachTheProgramAndItsChildren)
{
    const auto process =
        Start("trap 'echo told; exit 0' TERM; echo ready; while :; do sleep 0.02; done");
    ASSERT_TRUE(RunUntil([this] { return !lines.empty(); }));
    process->Signal(SIGTERM);
    ASSERT_TRUE(RunUntilEnd());
    EXPECT_EQ(ended, "exit code 0");
    EXPECT_EQ(lines.back(), "told");
}

TEST_F(ContainmentTest, AStoppedOneSaysNothingUntilItGoesOn)
{
    const auto process = Start("while :; do echo tick; sleep 0.02; done");
    ASSERT_TRUE(RunUntil([this] { return lines.size() > 2; }));
    process->Signal(SIGSTOP);
    RunUntil([end = std::chrono::steady_clock::now() + 100ms] {
        return std::chrono::steady_clock::now() > end;
    });
    const std::size_t before = lines.size();
    RunUntil([end = std::chrono::steady_clock::now() + 300ms] {
        return std::chrono::steady_clock::now() > end;
    });
    EXPECT_EQ(lines.size(), before);
    process->Signal(SIGCONT);
    EXPECT_TRUE(RunUntil([&] { return lines.size() > before; }));
}

TEST_F(ContainmentTest, NothingThatItStartedIsLeft)
{
    const std::string word = Word("left");
    auto process = Start("sleep " + word + " & echo ready; sleep " + word);
    ASSERT_TRUE(RunUntil([this] { return !lines.empty(); }));
    ASSERT_TRUE(Eventually([&] { return CountWith(word) >= 2; }));
    process.reset();
    EXPECT_TRUE(Eventually([&] { return CountWith(word) == 0; }));
}

TEST_F(ContainmentTest, WhatMadeItselfADaemonIsGoneToo)
{
    if (geteuid() != 0)
    {
        GTEST_SKIP() << "without root there is the process group only";
    }
    const std::string word = Word("daemon");
    auto process = Start("setsid sleep " + word + " & sleep 0.05; echo ready; sleep 600");
    ASSERT_TRUE(RunUntil([this] { return !lines.empty(); }));
    ASSERT_TRUE(Eventually([&] { return CountWith(word) >= 1; }));
    process.reset();
    EXPECT_TRUE(Eventually([&] { return CountWith(word) == 0; }));
}

TEST_F(ContainmentTest, ItsMountsAndItsNameAreItsOwn)
{
    if (geteuid() != 0)
    {
        GTEST_SKIP() << "takes root";
    }
    const std::string file = "/run/swimlab-test-" + std::to_string(getpid());
    const auto process = Start("touch " + file + " && hostname && ls /run | wc -l");
    ASSERT_TRUE(RunUntilEnd());
    EXPECT_EQ(lines, (std::vector<std::string>{"m7", "1"}));
    EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(ContainmentTest, AQuestionIsAskedWhereTheProgramIs)
{
    if (geteuid() != 0)
    {
        GTEST_SKIP() << "takes root";
    }
    const auto process = Start("touch /run/mine; echo ready; sleep 600");
    ASSERT_TRUE(RunUntil([this] { return !lines.empty(); }));
    std::string answer;
    bool asked = false;
    const SharedContainment place(process->Pid(), "/");
    const Process question(loop,
                           {{"sh", "-c", "hostname; ls /run"}, [place] { return place.Enter(); }},
                           {[&answer](std::string_view line) { answer.append(line).append(";"); },
                            {},
                            [&asked](const std::string&) { asked = true; }});
    ASSERT_TRUE(RunUntil([&asked] { return asked; }));
    EXPECT_EQ(answer, "m7;mine;");
}

TEST_F(ContainmentTest, AQuestionIsAskedWhereRootMayMakeNoNamespaces)
{
    const Containment own("m7", "/");
    const Process member(loop,
                         {{"sh", "-c", "echo ready; sleep 600"},
                          [own] { return GiveUpNamespaces() && own.Enter(); }},
                         {[this](std::string_view line) { lines.emplace_back(line); }, {}, {}});
    ASSERT_TRUE(RunUntil([this] { return !lines.empty(); }));
    const SharedContainment place(member.Pid(), "/");
    const Process question(
        loop,
        {{"echo", "heard"}, [place] { return GiveUpNamespaces() && place.Enter(); }},
        {[this](std::string_view line) { lines.emplace_back(line); }, {}, {}});
    EXPECT_TRUE(RunUntil([this] { return lines.back() == "heard"; }));
    place.Signal(SIGSTOP); // to nobody: we would hear no more
}

TEST_F(ContainmentTest, DoesNotSurviveAParentThatIsKilledWhileItIsStopped)
{
    const std::string word = Word("stopped!");
    const pid_t parent = fork();
    if (parent == 0)
    {
        const auto process = Start("setsid sleep " + word + " & sleep " + word);
        Eventually([&] { return CountWith(word) >= 2; });
        process->Signal(SIGSTOP);
        pause();
        _exit(0);
    }
    ASSERT_TRUE(Eventually([&] { return CountWith(word) >= 2; }));
    std::this_thread::sleep_for(100ms); // until it is stopped
    kill(parent, SIGKILL);
    waitpid(parent, nullptr, 0);
    if (geteuid() == 0)
    {
        EXPECT_TRUE(Eventually([&] { return CountWith(word) == 0; }));
    }
}

TEST_F(ContainmentTest, AMissingProgramIsNamed)
{
    const Containment place("m7", "/");
    try
    {
        Process(loop, {{"no-such-program"}, [place] { return place.Enter(); }}, {});
        FAIL();
    }
    catch (const ProcessError& error)
    {
        EXPECT_STREQ(error.what(), "no-such-program cannot be started: No such file or directory");
    }
}

} // namespace swimlab
