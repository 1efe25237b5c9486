// SPDX-License-Identifier: MIT
//
// detector-check: runs random clusters of detectors beside SWIM, each from its seed, and holds them to
// what every detector owes and to what its kind promises. The first that breaks a rule ends it, with the
// command that shows how it came.
#include "run.h"

#include <charconv>
#include <csignal>
#include <iostream>
#include <unistd.h>

namespace
{

constexpr const char* HELP =
    R"(detector-check: does a detector do what every detector owes, whatever goes wrong?

    detector-check --seeds 1-100                every kind, in these clusters
    detector-check --kind lease --seeds 1-100   one kind
    detector-check --kind lease --seed 17 --trace

    --trace           every fault and every conclusion, in words
    --keep-going      do not stop at the first broken rule
    --help

Ends with 0 when every rule held, 1 when one was broken, 2 when it was called wrongly.
)";

struct Arguments
{
    std::uint64_t first = 1;
    std::uint64_t last = 20;
    const swim::detectors::Kind* kind = nullptr;
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
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || stop != end || error != std::errc())
    {
        throw WrongUse(std::string(option) + ": '" + std::string(text) + "' must be a number");
    }
    return number;
}

const swim::detectors::Kind* KnownKind(std::string_view name)
{
    if (const auto* kind = swim::detectors::FindKind(name))
    {
        return kind;
    }
    std::string known;
    for (const auto* kind : swim::detectors::Kinds())
    {
        known += (known.empty() ? "" : ", ") + std::string(kind->name);
    }
    throw WrongUse("--kind: '" + std::string(name) + "' must be one of " + known);
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
    const bool known = option == "--seeds" || option == "--seed" || option == "--kind";
    if (!known || value == nullptr)
    {
        throw WrongUse(std::string(option) + (known ? ": needs a value" : ": no such option") +
                       "; see --help");
    }
    if (option == "--kind")
    {
        arguments.kind = KnownKind(value);
        return true;
    }
    const std::string_view text(value);
    const std::size_t dash = std::min(text.find('-'), text.size());
    arguments.first = Number(text.substr(0, dash), option);
    arguments.last = dash == text.size() ? arguments.first : Number(text.substr(dash + 1), option);
    if (arguments.last < arguments.first)
    {
        throw WrongUse(std::string(option) + ": '" + std::string(text) +
                       "' must rise, as in 1-100");
    }
    return true;
}

/// What to say if an assertion or a crash ends the program.
std::string g_lastWords; // NOLINT: a signal handler has no other way to know

extern "C" void SayLastWords(int number)
{
    [[maybe_unused]] const auto written =
        write(STDERR_FILENO, g_lastWords.data(), g_lastWords.size());
    std::signal(number, SIG_DFL);
    std::raise(number);
}

/// @return whether every rule held
bool RunOne(const swim::detectors::Kind& kind, std::uint64_t seed, bool trace)
{
    const swim::detectors::Draw draw(kind, seed);
    const std::string replay = draw.Describe() + "\nreplay: detector-check --kind " +
                               std::string(kind.name) + " --seed " + std::to_string(seed) +
                               " --trace\n";
    g_lastWords = replay;
    try
    {
        swim::detectors::CheckRandomCluster(draw, trace ? &std::cout : nullptr);
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
    std::uint64_t done = 0;
    std::uint64_t broken = 0;
    for (const auto* kind : swim::detectors::Kinds())
    {
        for (std::uint64_t seed = arguments.first; seed <= arguments.last; ++seed)
        {
            if ((arguments.kind != nullptr && arguments.kind != kind) ||
                (broken > 0 && !arguments.keepGoing))
            {
                break;
            }
            ++done;
            broken += RunOne(*kind, seed, arguments.trace) ? 0 : 1;
        }
    }
    std::cout << done << " clusters, " << broken << " broke a rule\n";
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
            i += TakeOption(argv[i], i + 1 < argc ? argv[i + 1] : nullptr, arguments) ? 1 : 0;
        }
    }
    catch (const WrongUse& wrong)
    {
        std::cerr << "detector-check: " << wrong.what() << '\n';
        return 2;
    }
    std::signal(SIGABRT, SayLastWords);
    std::signal(SIGSEGV, SayLastWords);
    return RunAll(arguments);
}
