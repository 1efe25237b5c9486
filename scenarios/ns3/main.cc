// SPDX-License-Identifier: GPL-2.0-only
//
// swimlab-ns3: checks a scenario, or simulates one run of it. `./swimlab run` calls it once a run.
//
// Exit codes: 0 done, 2 the user's mistake (with one message on stderr), anything else a defect.
#include "plan-json.h"
#include "run-json.h"
#include "runner.h"
#include "version.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <iostream>

namespace
{

constexpr int USER_ERROR = 2;

struct Options
{
    std::filesystem::path scenario;
    std::vector<std::string> settings;
    std::optional<std::uint64_t> seed;
    std::optional<std::uint32_t> runs;
    std::filesystem::path out;
};

swimlab::Scenario Load(const Options& options)
{
    auto settings = options.settings;
    if (options.seed)
    {
        settings.push_back("seed=" + std::to_string(*options.seed));
    }
    if (options.runs)
    {
        settings.push_back("runs=" + std::to_string(*options.runs));
    }
    return swimlab::LoadScenario(options.scenario, settings);
}

void PrintPlan(const Options& options)
{
    const swimlab::Scenario scenario = Load(options);
    for (const swimlab::SweepPoint& point : swimlab::SweepPoints(scenario))
    {
        const swimlab::Scenario atPoint = swimlab::AtPoint(scenario, point);
        for (const std::uint64_t seed : swimlab::Seeds(scenario))
        {
            swimlab::MakePlan(atPoint, seed); // a run must not fail for what can be seen now
        }
    }
    std::cout << swimlab::PlanJson(scenario, swimlab::Ns3Backend(scenario.network)) << "\n";
}

void Run(const Options& options)
{
    const auto begin = std::chrono::steady_clock::now();
    const swimlab::Scenario scenario = Load(options);
    const swimlab::Plan plan = swimlab::MakePlan(scenario, scenario.seed);
    swimlab::Recorder recorder(options.out, plan.names);
    const auto report = [](const swimlab::RunProgress& progress) {
        std::cout << "{\"simulated_s\":" << progress.simulatedSeconds
                  << ",\"of_s\":" << progress.ofSeconds << ",\"events\":" << progress.events
                  << "}\n"
                  << std::flush;
    };
    const swimlab::Counts counts = swimlab::RunOnNs3(plan, recorder, report);
    recorder.Finish();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    swimlab::WriteRunJson(options.out / "run.json", plan, recorder, counts, wall.count());
}

int UserError(const char* message)
{
    std::cerr << message << "\n";
    return USER_ERROR;
}

} // namespace

int main(int argc, char* argv[])
{
    Options options;
    CLI::App app("Checks a Swimlab scenario, or simulates one run of it with ns-3.");
    app.set_version_flag("--version", std::string(swimlab::VERSION.swimlab));
    app.require_subcommand(1);
    const auto addCommon = [&options](CLI::App& command) {
        command.add_option("scenario", options.scenario, "the scenario file")->required();
        command.add_option("--set", options.settings, "KEY=VALUE: replaces a key of the scenario")
            ->take_all()
            ->expected(1);
        command.add_option("--seed", options.seed, "replaces the scenario's seed");
    };
    CLI::App& plan = *app.add_subcommand("plan", "check everything and print the plan as JSON");
    addCommon(plan);
    plan.add_option("--runs", options.runs, "replaces the scenario's number of runs");
    CLI::App& run = *app.add_subcommand("run", "simulate one run and write its records");
    addCommon(run);
    run.add_option("--out", options.out, "an empty folder for the records")->required();
    try
    {
        app.parse(argc, argv);
        plan.parsed() ? PrintPlan(options) : Run(options);
        return 0;
    }
    catch (const CLI::ParseError& error)
    {
        return app.exit(error) == 0 ? 0 : USER_ERROR;
    }
    catch (const swimlab::ScenarioError& error)
    {
        return UserError(error.what());
    }
    catch (const swimlab::TopologyError& error)
    {
        return UserError(error.what());
    }
    catch (const swimlab::RecordError& error)
    {
        return UserError(error.what());
    }
}
