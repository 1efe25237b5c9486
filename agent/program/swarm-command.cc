// SPDX-License-Identifier: MIT
//
// See swarm-command.h.
#include "agent/program/swarm-command.h"

#include "agent/program/event-stream.h"
#include "agent/program/service.h"
#include "swim/swarm.h"

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace swim::program
{

namespace
{

/// Time for one member to join before the next one does, where nobody says otherwise.
constexpr Duration JOIN_SPACING = std::chrono::milliseconds(10);

/// When members that still do not know each other are given up.
constexpr Duration GIVE_UP = std::chrono::minutes(5);

struct SwarmLine
{
    std::size_t members = 100;
    std::string bindFrom = "127.1.0.1:7946";
    std::vector<std::string> join;
    std::string configFile;
    std::string over;
    std::string duration = "30s";
};

double Seconds(Duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

/// Of this process.
struct CpuSeconds
{
    double user;
    double system;
};

CpuSeconds CpuSecondsUsed()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return {seconds(usage.ru_utime), seconds(usage.ru_stime)};
}

double ResidentBytes()
{
    std::size_t total = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

Duration ReadDuration(const char* option, const std::string& text)
{
    const std::optional<Duration> duration = ParseDuration(text);
    if (!duration || *duration < Duration::zero())
    {
        throw UserError(std::string(option) + " " + text +
                        ": must be a duration with its unit, such as 30s");
    }
    return *duration;
}

/// Waits, and says when the user wants to end.
class Patience
{
  public:
    Patience()
    {
        m_signals.async_wait([this](const asio::error_code&, int) { m_over = true; });
    }

    /// @return false once the user wants to end
    bool Wait(Duration time)
    {
        m_io.run_for(time);
        return !m_over;
    }

  private:
    asio::io_context m_io{1};
    asio::signal_set m_signals{m_io, SIGINT, SIGTERM};
    bool m_over = false;
};

/// Waits until it holds. @return why the wait is over
enum class Waited
{
    HOLDS,
    GIVEN_UP,
    INTERRUPTED
};

template <typename Condition>
Waited Await(Condition condition, Instant begin, Patience& patience)
{
    while (!condition())
    {
        if (MonotonicNow() - begin > GIVE_UP)
        {
            return Waited::GIVEN_UP;
        }
        if (!patience.Wait(std::chrono::milliseconds(100)))
        {
            return Waited::INTERRUPTED;
        }
    }
    return Waited::HOLDS;
}

/// What is gossiped of the joins is waited for too: it would count as a cost of idling.
/// @return whether all members know all, and the user does not want to end
bool AwaitJoins(const Swarm& swarm, Patience& patience)
{
    const Instant begin = MonotonicNow();
    const auto passed = [begin] { return Seconds(MonotonicNow() - begin); };
    const auto together = [&swarm] { return swarm.LeastKnown() >= swarm.Size(); };
    const Waited joins = Await(together, begin, patience);
    if (joins != Waited::HOLDS)
    {
        std::cout << (joins == Waited::GIVEN_UP ? "given up" : "interrupted")
                  << ": the one that knows fewest members knows " << swarm.LeastKnown() << " of "
                  << swarm.Size() << "\n";
        return false;
    }
    std::cout << "all know all       after " << passed() << " s" << std::endl;
    const Waited news = Await([&swarm] { return swarm.Quiet(); }, begin, patience);
    std::cout << (news == Waited::HOLDS ? "nothing to gossip " : "still gossiping   ") << " after "
              << passed() << " s" << std::endl;
    return news != Waited::INTERRUPTED;
}

void Idle(const Swarm& swarm, Duration duration, Patience& patience)
{
    const Instant begin = MonotonicNow();
    const CpuSeconds before = CpuSecondsUsed();
    const Instant end = duration == Duration::zero() ? NEVER : begin + duration;
    while (MonotonicNow() < end && patience.Wait(std::chrono::milliseconds(100)))
    {
    }
    const auto members = static_cast<double>(swarm.Size());
    const double elapsed = Seconds(MonotonicNow() - begin);
    const CpuSeconds after = CpuSecondsUsed();
    const auto milliseconds = [&](double CpuSeconds::*kind) {
        return (after.*kind - before.*kind) * 1000 / elapsed / members;
    };
    std::cout << "then, for          " << elapsed << " s\n"
              << "CPU                " << milliseconds(&CpuSeconds::user) << " ms user, "
              << milliseconds(&CpuSeconds::system) << " ms system a member-second\n"
              << "memory             " << ResidentBytes() / 1000 / members << " kB a member"
              << std::endl;
}

int RunSwarm(const SwarmLine& line)
{
    SwarmOptions options;
    options.members = line.members;
    options.first.bind = line.bindFrom;
    if (!line.configFile.empty())
    {
        options.first.config = ReadSettings(line.configFile).config;
    }
    const Duration over = line.over.empty() ? JOIN_SPACING * static_cast<std::int64_t>(line.members)
                                            : ReadDuration("--over", line.over);
    const Duration duration = ReadDuration("--duration", line.duration);
    try
    {
        Patience patience;
        Swarm swarm(options);
        std::cout << "members            " << swarm.Size() << ", from " << line.bindFrom
                  << std::endl;
        const auto joins = swarm.Join(line.join, over);
        const bool joined = AwaitJoins(swarm, patience);
        if (joined)
        {
            Idle(swarm, duration, patience);
        }
        return joined ? 0 : EXIT_FAILED;
    }
    catch (const AgentError& error)
    {
        throw UserError(error.what());
    }
}

} // namespace

void AddSwarmCommand(CLI::App& app, int& code)
{
    CLI::App& swarm = *app.add_subcommand("swarm", "be many members in one process, and measure");
    const auto line = std::make_shared<SwarmLine>();
    swarm.add_option("--members", line->members, "how many; default: 100")
        ->check(CLI::Range(1, 100000));
    swarm.add_option("--bind-from",
                     line->bindFrom,
                     "the first one's address, the others follow; default: 127.1.0.1:7946");
    swarm
        .add_option("--join",
                    line->join,
                    "a member of another cluster; may be repeated; default: each other")
        ->allow_extra_args(false);
    swarm.add_option("--config", line->configFile, "agent.toml, for [protocol]");
    swarm.add_option("--over", line->over, "time in which they join; default: 10ms a member");
    swarm.add_option("--duration",
                     line->duration,
                     "how long to stay then; 0s: until Ctrl-C; default: 30s");
    swarm.callback([line, &code] { code = RunSwarm(*line); });
}

} // namespace swim::program
