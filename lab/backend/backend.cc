// SPDX-License-Identifier: GPL-2.0-only
//
// See backend.h.
#include "lab/backend/backend.h"

#include "lab/backend/memory.h"
#include "lab/backend/provenance.h"
#include "lab/backend/version.h"
#include "lab/backend/work.h"
#include "lab/plan/plan-json.h"
#include "lab/record/metrics/recorded-run.h"
#include "lab/record/row-file.h"
#include "lab/scenario/inputs.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <ctime>
#include <fcntl.h>
#include <functional>
#include <iostream>

namespace swimlab
{

namespace
{

constexpr int RUN_FAILURE = 1;
constexpr int USER_ERROR = 2;
constexpr int INTERRUPTED = 130;

struct Options
{
    std::filesystem::path scenario;
    std::filesystem::path text;   ///< where it is read instead; empty: `scenario`
    std::filesystem::path copyTo; ///< empty: no copies
    std::filesystem::path inputs; ///< empty: the files themselves
    std::vector<std::string> settings;
    std::optional<std::uint64_t> seed;
    std::optional<std::uint32_t> runs;
    std::filesystem::path out;
};

Scenario LoadAlone(const Options& options)
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
    if (!options.inputs.empty())
    {
        return LoadScenario(options.scenario,
                            settings,
                            Inputs::OfCopies(options.scenario, options.inputs));
    }
    const auto& text = options.text.empty() ? options.scenario : options.text;
    return LoadScenario(options.scenario,
                        settings,
                        std::make_shared<Inputs>(options.scenario, text));
}

/// The scenario, and what the backend has to read besides.
Scenario Load(Backend& backend, const Options& options)
{
    Scenario scenario = LoadAlone(options);
    backend.ReadInputs(*scenario.inputs);
    return scenario;
}

/// @return what the run will need of the machine's memory, as far as the backend can tell
/// @throws ScenarioError, UserError
std::optional<std::uint64_t> Check(Backend& backend, const Plan& plan)
{
    if (plan.record == Record::SUMMARY && !backend.CanSummarize())
    {
        throw UserError(std::string(backend.Name()) +
                        " cannot perform record = \"summary\", which is for simulations; "
                        "set record = \"events\"");
    }
    backend.Check(plan);
    const auto needed = backend.EstimateMemory(plan);
    const auto available = AvailableMemoryBytes();
    if (needed && available && *needed > *available)
    {
        throw UserError(plan.scenarioFile + ": a run needs about " + MemoryText(*needed) +
                        " of memory, and " + MemoryText(*available) +
                        " are available; fewer cluster.members need less");
    }
    return needed;
}

/// What decides a result beside the scenario.
nlohmann::ordered_json MadeWithJson()
{
    return {{"versions", VersionsJson()}, {"libraries", LibrariesJson()}};
}

/// Checks everything. @return what the scenario asks for
nlohmann::ordered_json PlanOf(Backend& backend, const Options& options)
{
    const Scenario scenario = Load(backend, options);
    std::optional<std::uint64_t> memoryBytes;
    for (const SweepPoint& point : SweepPoints(scenario))
    {
        const Scenario atPoint = AtPoint(scenario, point);
        for (const std::uint64_t seed : Seeds(scenario))
        {
            // A run must not fail for what can be seen now.
            memoryBytes = std::max(memoryBytes, Check(backend, MakePlan(atPoint, seed)));
        }
    }
    if (!options.copyTo.empty())
    {
        scenario.inputs->WriteCopies(options.copyTo);
    }
    return nlohmann::ordered_json::parse(PlanJson(scenario, backend.Name(), memoryBytes));
}

void PrintPlan(Backend& backend, const Options& options)
{
    auto plan = PlanOf(backend, options);
    plan["made_with"] = MadeWithJson();
    std::cout << plan << std::endl;
    if (!std::cout)
    {
        throw UserError("the plan could not be written to the standard output");
    }
}

void PrintProgress(const RunProgress& progress)
{
    std::cout << "{\"simulated_s\":" << progress.simulatedSeconds
              << ",\"of_s\":" << progress.ofSeconds;
    if (progress.events)
    {
        std::cout << ",\"events\":" << *progress.events
                  << ",\"memory_bytes\":" << ResidentMemoryBytes()
                  << ",\"cpu_s\":" << static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
    }
    std::cout << "}\n" << std::flush;
}

void Run(Backend& backend, const Options& options)
{
    const auto begin = std::chrono::steady_clock::now();
    ForgetPeakMemory();
    const Scenario scenario = Load(backend, options);
    const Plan plan = MakePlan(scenario, scenario.seed);
    Check(backend, plan);
    Recorder recorder(options.out, plan);
    const RunResult result = backend.Run(plan, recorder, PrintProgress);
    recorder.Finish();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    WriteRunJson(options.out / "run.json", backend.Name(), plan, recorder, result, wall.count());
    if (plan.record == Record::EVENTS)
    {
        WriteMetricsOf(options.out, SumCheck::SKIP);
    }
}

void PerformOwn(Backend& backend, const Options& options, const OwnCommand& command)
{
    const Scenario scenario = Load(backend, options);
    const Plan plan = MakePlan(scenario, scenario.seed);
    Check(backend, plan);
    const auto file = options.out / (command.name + ".json");
    if (!std::filesystem::is_directory(options.out))
    {
        throw UserError("--out " + options.out.string() + " is no folder; make it before");
    }
    RowFile(file, command.perform(plan, PrintProgress).dump(2)).Finish();
}

/// Calls what may fail as this program does.
/// @return what went wrong, and the exit code for it; nothing: nothing did
std::optional<WorkFailure> Guarded(const std::function<void()>& call)
{
    try
    {
        call();
        return std::nullopt;
    }
    catch (const ScenarioError& error)
    {
        return WorkFailure{error.what(), USER_ERROR};
    }
    catch (const TopologyError& error)
    {
        return WorkFailure{error.what(), USER_ERROR};
    }
    catch (const InputError& error)
    {
        return WorkFailure{error.what(), USER_ERROR};
    }
    catch (const RecordError& error)
    {
        return WorkFailure{error.what(), USER_ERROR};
    }
    catch (const UserError& error)
    {
        return WorkFailure{error.what(), USER_ERROR};
    }
    catch (const RunFailure& error)
    {
        return WorkFailure{error.what(), RUN_FAILURE};
    }
    catch (const Interrupted& error)
    {
        return WorkFailure{error.what(), INTERRUPTED};
    }
}

int WorkOff(Backend& backend, const Options& options)
{
    if (!backend.CanRepeat())
    {
        throw UserError(std::string(backend.Name()) + " performs one run in a process: use run");
    }
    return Work(std::cin, std::cout, [&](const WorkItem& item, nlohmann::ordered_json& answer) {
        Options own = options;
        own.out = item.out;
        own.seed = item.seed ? item.seed : own.seed;
        own.settings.insert(own.settings.end(), item.settings.begin(), item.settings.end());
        return Guarded([&] {
            if (own.out.empty())
            {
                answer["plan"] = PlanOf(backend, own);
                return;
            }
            Run(backend, own);
            answer["done"] = true;
        });
    });
}

/// The next file would take the place of one that is closed, and be printed into.
void OpenStandardStreams()
{
    for (int descriptor = 0; descriptor <= 2; ++descriptor)
    {
        if (fcntl(descriptor, F_GETFD) == -1)
        {
            static_cast<void>(open("/dev/null", O_RDWR));
        }
    }
}

} // namespace

void Backend::AddOptions(CLI::App& /*command*/)
{
}

std::vector<OwnCommand> Backend::OwnCommands()
{
    return {};
}

bool Backend::CanSummarize() const
{
    return false;
}

bool Backend::CanRepeat() const
{
    return false;
}

void Backend::ReadInputs(Inputs& /*inputs*/)
{
}

void Backend::Check(const Plan& /*plan*/)
{
}

std::optional<std::uint64_t> Backend::EstimateMemory(const Plan& /*plan*/) const
{
    return std::nullopt;
}

int RunBackend(Backend& backend, int argc, char* argv[])
{
    OpenStandardStreams();
    Options options;
    CLI::App app(std::string(backend.Purpose()));
    app.set_version_flag("--version", std::string(VERSION.swimlab));
    app.require_subcommand(1);
    const auto addCommon = [&](CLI::App& command) {
        command.add_option("scenario", options.scenario, "the scenario file")->required();
        command.add_option("--set", options.settings, "KEY=VALUE: replaces a key of the scenario")
            ->take_all()
            ->expected(1);
        command.add_option("--seed", options.seed, "replaces the scenario's seed");
        backend.AddOptions(command);
    };
    CLI::App& plan = *app.add_subcommand("plan", "check everything and print the plan as JSON");
    addCommon(plan);
    plan.add_option("--runs", options.runs, "replaces the scenario's number of runs");
    plan.add_option("--text", options.text, "the scenario's text, where it is not in its file");
    CLI::App& run = *app.add_subcommand("run", "perform one run and write its records");
    addCommon(run);
    run.add_option("--out", options.out, "an empty folder for the records")->required();
    CLI::App& work = *app.add_subcommand("work", "perform the runs that the standard input lists");
    addCommon(work);
    const CLI::App& about =
        *app.add_subcommand("about", "print as JSON what this program is made of");
    for (CLI::App* const command : {&plan, &work})
    {
        command->add_option("--copy-to",
                            options.copyTo,
                            "a folder for copies of all that was planned");
    }
    const std::vector<OwnCommand> owns = backend.OwnCommands();
    std::vector<CLI::App*> takers{&run, &work};
    for (const OwnCommand& own : owns)
    {
        CLI::App* const command = takers.emplace_back(app.add_subcommand(own.name, own.purpose));
        addCommon(*command);
        command->add_option("--out", options.out, "a folder for " + own.name + ".json")->required();
        own.addOptions(*command);
    }
    for (CLI::App* const command : takers)
    {
        command->add_option("--inputs", options.inputs, "a folder of copies, to read nothing else");
    }
    try
    {
        app.parse(argc, argv);
    }
    catch (const CLI::ParseError& error)
    {
        return app.exit(error) == 0 ? 0 : USER_ERROR;
    }
    int code = 0;
    const auto failure = Guarded([&] {
        if (plan.parsed())
        {
            PrintPlan(backend, options);
        }
        else if (about.parsed())
        {
            std::cout << MadeWithJson() << std::endl;
        }
        else if (work.parsed())
        {
            code = WorkOff(backend, options);
        }
        else if (run.parsed())
        {
            Run(backend, options);
        }
        for (const OwnCommand& own : owns)
        {
            if (app.got_subcommand(own.name))
            {
                PerformOwn(backend, options, own);
            }
        }
    });
    if (failure)
    {
        std::cerr << failure->text << "\n";
        return failure->code;
    }
    return code;
}

} // namespace swimlab
