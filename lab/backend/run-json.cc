// SPDX-License-Identifier: GPL-2.0-only
//
// See run-json.h; docs/records.md lists the fields.
#include "lab/backend/run-json.h"

#include "lab/backend/memory.h"
#include "lab/backend/version.h"
#include "lab/plan/plan-json.h"

#include <fstream>
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
    run["versions"] = {{"swimlab", VERSION.swimlab},
                       {"commit", VERSION.commit},
                       {"compiler", VERSION.compiler}};
    run["machine"] = {{"cpu", ProcessorName()},
                      {"cores", std::thread::hardware_concurrency()},
                      {"system", SystemName()}};
    run.merge_patch(result.facts);
    std::ofstream out(file);
    out << run.dump(1) << "\n";
    out.close();
    if (!out)
    {
        throw RecordError(file.string() + ": cannot be written");
    }
}

} // namespace swimlab
