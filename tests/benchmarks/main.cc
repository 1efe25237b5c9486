// SPDX-License-Identifier: MIT
//
// Runs the benchmarks of the core, and says what its codec costs in the steady state.
//
// `--check` makes it a test: it fails below the floors that Swimlab promises. The best of the
// repetitions counts, since what else runs on a machine only ever makes a program slower.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdio>
#include <map>
#include <string_view>
#include <vector>

namespace
{

constexpr double LEAST_MESSAGES_PER_SECOND = 2e6;
constexpr double LEAST_SHARE_OF_CODECLESS_SPEED = 0.5;

/// Short runs of both in turn, so that neither has the machine when it is quieter. What is typed
/// comes later and wins.
constexpr const char* DEFAULTS[] = {"--benchmark_repetitions=20",
                                    "--benchmark_min_time=0.02",
                                    "--benchmark_enable_random_interleaving=true"};

/// Shows the summaries and keeps each benchmark's best rate.
class BestRates : public benchmark::ConsoleReporter
{
  public:
    void ReportRuns(const std::vector<Run>& runs) override
    {
        std::vector<Run> summaries;
        for (const Run& run : runs)
        {
            const auto rate = run.counters.find("items_per_second");
            if (run.run_type == Run::RT_Aggregate || run.error_occurred)
            {
                summaries.push_back(run);
            }
            else if (rate != run.counters.end())
            {
                double& best = m_best[run.run_name.function_name];
                best = std::max(best, rate->second.value);
            }
        }
        ConsoleReporter::ReportRuns(summaries);
    }

    double Best(const char* benchmark) const
    {
        const auto found = m_best.find(benchmark);
        return found == m_best.end() ? 0.0 : found->second;
    }

  private:
    std::map<std::string, double> m_best;
};

} // namespace

int main(int argc, char** argv)
{
    bool check = false;
    std::vector<char*> arguments{argv[0]};
    for (const char* argument : DEFAULTS)
    {
        arguments.push_back(const_cast<char*>(argument)); // declared as main's, only read
    }
    for (int i = 1; i < argc; ++i)
    {
        if (std::string_view(argv[i]) == "--check")
        {
            check = true;
            continue;
        }
        arguments.push_back(argv[i]);
    }
    int count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data()))
    {
        return 2;
    }
    BestRates reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    const double wire = reporter.Best("core");
    const double structs = reporter.Best("core-without-codec");
    if (wire == 0 || structs == 0)
    {
        return check ? 1 : 0; // a filter or an error left one of them out
    }
    std::printf("%.2f M messages/s: %.0f %% of the speed without decoding and encoding\n",
                wire / 1e6,
                wire / structs * 100);
    const bool met =
        wire >= LEAST_MESSAGES_PER_SECOND && wire >= LEAST_SHARE_OF_CODECLESS_SPEED * structs;
    if (check && !met)
    {
        std::fprintf(stderr,
                     "below the floor of %.0f M messages/s and %.0f %%\n",
                     LEAST_MESSAGES_PER_SECOND / 1e6,
                     LEAST_SHARE_OF_CODECLESS_SPEED * 100);
    }
    return check && !met ? 1 : 0;
}
