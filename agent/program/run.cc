// SPDX-License-Identifier: MIT
//
// See run.h.
#include "agent/program/run.h"

#include "agent/program/service.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

namespace swim::program
{

namespace
{

/// What the command line says over the file; nothing: the file's, or the default.
struct CommandLine
{
    std::string configFile;
    std::optional<std::string> name;
    std::optional<std::string> bind;
    std::optional<std::string> advertise;
    std::vector<std::string> join;
    bool retryJoin = false;
    std::optional<std::string> meta;
    std::optional<std::string> events;
    std::optional<std::string> control;
    std::optional<std::string> metrics;
    std::optional<std::string> logLevel;
    bool stdinControl = false;
    std::string trafficInterval = "0s";
    std::uint32_t incarnation = 1;
    std::optional<std::uint64_t> seed;
    std::string trace;
    bool tracePackets = false;

    Settings Read() const;
};

std::string HostName()
{
    char name[256] = {};
    gethostname(name, sizeof name - 1);
    return name;
}

Settings CommandLine::Read() const
{
    Settings settings = configFile.empty() ? Settings{} : ReadSettings(configFile);
    settings.name = name.value_or(settings.name.empty() ? HostName() : settings.name);
    settings.bind = bind.value_or(settings.bind);
    settings.advertise = advertise.value_or(settings.advertise);
    settings.join = join.empty() ? settings.join : join;
    settings.retryJoin = retryJoin || settings.retryJoin;
    settings.meta = meta.value_or(settings.meta);
    settings.events = events.value_or(settings.events);
    settings.control = control.value_or(settings.control);
    settings.metrics = metrics.value_or(settings.metrics);
    if (logLevel)
    {
        CheckLogLevel("--log-level", *logLevel);
        settings.logLevel = *logLevel;
    }
    return settings;
}

void AddOptions(CLI::App& run, CommandLine& line)
{
    run.add_option("--config", line.configFile, "agent.toml; the command line wins over it");
    run.add_option("--name", line.name, "unique in the cluster; default: the machine's name");
    run.add_option("--bind",
                   line.bind,
                   "where to listen: address, interface or name; default: 0.0.0.0:7946");
    run.add_option("--advertise",
                   line.advertise,
                   "where others reach us; default: --bind, or the machine's address");
    run.add_option("--join", line.join, "a member of the cluster to join; may be repeated")
        ->allow_extra_args(false);
    run.add_flag("--retry-join", line.retryJoin, "try until a member other than itself answers");
    run.add_option("--meta", line.meta, "metadata that all members see");
    run.add_option("--events", line.events, "a file for events as JSON lines; -: standard output");
    run.add_option("--control", line.control, "path of the control socket; default: the user's");
    run.add_option("--metrics", line.metrics, "where Prometheus may scrape, as 127.0.0.1:9100");
    run.add_option("--log-level", line.logLevel, "trace, debug, info, warn, error, critical, off");
    run.add_flag("--stdin-control",
                 line.stdinControl,
                 "obey JSON commands from standard input, and end with it");
    run.add_option("--traffic-interval",
                   line.trafficInterval,
                   "how often an event tells traffic and counters; default: never");
    run.add_option("--incarnation", line.incarnation, "incarnation to start with; default: 1");
    run.add_option("--seed", line.seed, "of choices at random; default: another each time");
    run.add_option("--trace", line.trace, "a file for each message and decision, as CSV");
    run.add_flag("--trace-packets", line.tracePackets, "and for the bytes of each packet");
}

Duration ReadInterval(const std::string& text)
{
    const std::optional<Duration> interval = ParseDuration(text);
    if (!interval || *interval < Duration::zero())
    {
        throw UserError("--traffic-interval " + text +
                        ": must be a duration with its unit, such as 1s");
    }
    return *interval;
}

} // namespace

void AddRunCommand(CLI::App& app, int& code)
{
    CLI::App& run = *app.add_subcommand("run", "be a member of a cluster until told to end");
    const auto line = std::make_shared<CommandLine>();
    AddOptions(run, *line);
    run.callback([line, &code] {
        ServiceOptions options;
        options.read = [line] { return line->Read(); };
        options.stdinControl = line->stdinControl;
        options.trafficInterval = ReadInterval(line->trafficInterval);
        options.incarnation = line->incarnation;
        options.seed = line->seed;
        options.trace = line->trace;
        options.tracePackets = line->tracePackets;
        code = RunService(options);
    });
}

} // namespace swim::program
