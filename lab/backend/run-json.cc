// SPDX-License-Identifier: GPL-2.0-only
//
// See run-json.h; docs/records.md lists the fields.
#include "lab/backend/run-json.h"

#include "lab/backend/memory.h"
#include "lab/backend/provenance.h"
#include "lab/plan/plan-json.h"
#include "lab/scenario/sha256.h"

#include <fstream>
#include <map>
#include <sys/utsname.h>
#include <thread>

namespace swimlab
{

namespace
{

/// The processor's name as Linux gives it; "unknown" elsewhere.
std::string ProcessorName()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
    {
        if (line.starts_with("model name"))
        {
            return line.substr(line.find(": ") + 2);
        }
    }
    return "unknown";
}

std::string SystemName()
{
    utsname name{};
    uname(&name);
    return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

/// sha256 of every file that the run has written, by its name.
nlohmann::ordered_json FilesJson(const std::filesystem::path& folder, const Recorder& recorder)
{
    std::map<std::string, std::string> sums;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
    {
        const std::string name = entry.path().filename().string();
        if (name == "run.json" || !entry.is_regular_file())
        {
            continue;
        }
        // A gigabyte of events was summed as it was written, and so was a trace.
        const auto sum = name == "events.csv" ? recorder.EventsSha256()
                         : name == TRACE_FILE ? recorder.Traces()->Rows().Sha256()
                                              : Sha256OfFile(entry.path()).value_or("");
        sums.emplace(name, sum);
    }
    return sums;
}

/// With the sum of all that stands above it as the last field, so that a changed file shows.
std::string Sealed(std::string object)
{
    object.resize(object.rfind("\n}"));
    const std::string seal = Sha256OfBytes(object);
    return object + ",\n \"seal\": \"" + seal + "\"\n}\n";
}

} // namespace

void WriteRunJson(const std::filesystem::path& file,
                  std::string_view backend,
                  const Plan& plan,
                  const Recorder& recorder,
                  const RunResult& result,
                  double wallSeconds)
{
    auto run = nlohmann::ordered_json::parse(RunPlanJson(plan));
    run["backend"] = backend;
    run["wall_s"] = wallSeconds;
    run["peak_memory_bytes"] = PeakMemoryBytes();
    run["events"] = recorder.Events();
    run["events_sha256"] = recorder.EventsSha256();
    if (plan.record == Record::SUMMARY)
    {
        run["metrics_sha256"] = recorder.MetricsSha256();
    }
    for (const auto& [name, count] : result.counts)
    {
        run["counts"][name] = count;
    }
    run["inputs"] = nlohmann::ordered_json::object();
    for (const auto& [name, sha256] : plan.inputs)
    {
        run["inputs"][name] = sha256;
    }
    run["files"] = FilesJson(file.parent_path(), recorder);
    run["versions"] = VersionsJson();
    run["libraries"] = LibrariesJson();
    run["machine"] = {{"cpu", ProcessorName()},
                      {"cores", std::thread::hardware_concurrency()},
                      {"system", SystemName()},
                      {"distribution", DistributionName()}};
    run.merge_patch(result.facts);
    std::ofstream out(file);
    out << Sealed(run.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    out.close();
    if (!out)
    {
        throw RecordError(file.string() + ": cannot be written");
    }
}

} // namespace swimlab
