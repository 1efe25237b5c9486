// SPDX-License-Identifier: MIT
//
// cluster-check: runs random scenarios, each from its seed, and holds every rule of the protocol
// against every step. The first broken rule ends it, with the command that shows how it came.
#include "run.h"

#include <charconv>
#include <chrono>
#include <csignal>
#include <iostream>
#include <unistd.h>

namespace
{

constexpr const char* HELP =
    R"(cluster-check: does a cluster keep the protocol's rules, whatever goes wrong?

    cluster-check --seeds 1-2000         these scenarios, each drawn from its seed
    cluster-check --seed 17 --trace      one scenario, with every message and event

    --preset NAME     every scenario starts from this preset
    --members N       every cluster has this many members, 2 to 16
    --keep-going      do not stop at the first broken rule
    --help

Ends with 0 when every rule held, 1 when one was broken, 2 when it was called wrongly.
)";

struct Arguments
{
    std::uint64_t first = 1;
    std::uint64_t last = 100;
    swim::Fixed fixed;
    bool trace = false;
    bool keepGoing = false;
};

class WrongUse : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

std::uint64_t Number(std::string_view text, std::string_view option)
{
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || stop != end || error != std::errc())
    {
        throw WrongUse(std::string(option) + ": '" + std::string(text) + "' must be a number");
    }
    return number;
}

std::string KnownPreset(std::string_view name)
{
    if (!swim::Preset(name))
    {
        std::string known;
        for (const std::string_view preset : swim::PresetNames())
        {
            known += (known.empty() ? "" : ", ") + std::string(preset);
        }
        throw WrongUse("--preset: '" + std::string(name) + "' must be one of " + known);
    }
    return std::string(name);
}

void TakeSeeds(std::string_view text, Arguments& arguments)
{
    const std::size_t dash = text.find('-');
    arguments.first = Number(text.substr(0, dash), "--seeds");
    arguments.last =
        dash == std::string_view::npos ? arguments.first : Number(text.substr(dash + 1), "--seeds");
    if (arguments.last < arguments.first)
    {
        throw WrongUse("--seeds: '" + std::string(text) + "' must rise, as in 1-100");
    }
}

/// @param value what follows the option; null if nothing does
/// @return whether the option took the value
bool TakeOption(std::string_view option, const char* value, Arguments& arguments)
{
    if (option == "--trace" || option == "--keep-going")
    {
        (option == "--trace" ? arguments.trace : arguments.keepGoing) = true;
        return false;
    }
    const bool known =
        option == "--seeds" || option == "--seed" || option == "--preset" || option == "--members";
    if (!known || value == nullptr)
    {
        throw WrongUse(std::string(option) + (known ? ": needs a value" : ": no such option") +
                       "; see --help");
    }
    if (option == "--preset")
    {
        arguments.fixed.preset = KnownPreset(value);
    }
    else if (option == "--members")
    {
        const std::uint64_t members = Number(value, option);
        if (members < 2 || members > 16)
        {
            throw WrongUse("--members: " + std::string(value) + " must be between 2 and 16");
        }
        arguments.fixed.members = static_cast<std::uint32_t>(members);
    }
    else
    {
        TakeSeeds(value, arguments);
    }
    return true;
}

std::string ReplayCommand(const Arguments& arguments, std::uint64_t seed)
{
    std::string command = "cluster-check --seed " + std::to_string(seed);
    if (arguments.fixed.preset)
    {
        command += " --preset " + *arguments.fixed.preset;
    }
    if (arguments.fixed.members)
    {
        command += " --members " + std::to_string(*arguments.fixed.members);
    }
    return command + " --trace";
}

/// What to say if the protocol's own assertions end the program.
std::string g_lastWords; // NOLINT: a signal handler has no other way to know

extern "C" void SayLastWords(int)
{
    [[maybe_unused]] const auto written =
        write(STDERR_FILENO, g_lastWords.data(), g_lastWords.size());
}

/// @return whether every rule held
bool RunOne(const Arguments& arguments, std::uint64_t seed)
{
    const swim::Scenario scenario = swim::Draw(seed, arguments.fixed);
    const std::string replay =
        scenario.Describe() + "\nreplay: " + ReplayCommand(arguments, seed) + '\n';
    g_lastWords = replay;
    if (arguments.trace)
    {
        std::cout << scenario.Describe() << '\n';
    }
    try
    {
        swim::Run(scenario, arguments.trace ? &std::cout : nullptr).Execute();
        return true;
    }
    catch (const swim::Violation& violation)
    {
        std::cout << "VIOLATED at " << violation.what() << '\n' << replay;
        return false;
    }
}

int RunAll(const Arguments& arguments)
{
    std::uint64_t broken = 0;
    std::uint64_t done = 0;
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t seed = arguments.first; seed <= arguments.last; ++seed)
    {
        broken += !RunOne(arguments, seed);
        ++done;
        if (broken > 0 && !arguments.keepGoing)
        {
            break;
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::cout << done << " scenarios, " << broken << " broke a rule, "
              << static_cast<int>(took.count()) << " s\n";
    return broken > 0 ? 1 : 0;
}

} // namespace

int main(int argc, char** argv)
{
    Arguments arguments;
    try
    {
        for (int i = 1; i < argc; ++i)
        {
            if (std::string_view(argv[i]) == "--help")
            {
                std::cout << HELP;
                return 0;
            }
            i += TakeOption(argv[i], i + 1 < argc ? argv[i + 1] : nullptr, arguments);
        }
    }
    catch (const WrongUse& wrong)
    {
        std::cerr << "cluster-check: " << wrong.what() << '\n';
        return 2;
    }
    std::signal(SIGABRT, SayLastWords);
    return RunAll(arguments);
}
