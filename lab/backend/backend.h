// SPDX-License-Identifier: GPL-2.0-only
//
// What the programs that perform plans have in common: `PROGRAM plan|run|work SCENARIO`, the checks, the
// records and the exit codes. Each is a main that hands its backend over.
#pragma once

#include "lab/backend/run-json.h"
#include "lab/plan/plan.h"
#include "lab/record/recorder.h"
#include "lab/record/run.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace CLI
{
class App;
} // namespace CLI

namespace swimlab
{

class Inputs;

/// What the user can put right besides the scenario; ends the program with exit code 2.
class UserError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// The run did not come about, and its records would mislead; ends the program with exit code 1.
class RunFailure : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// The user stopped the run: nothing of it counts, and all that it started is gone.
class Interrupted : public std::runtime_error
{
  public:
    Interrupted()
        : std::runtime_error("interrupted")
    {
    }
};

/// What only one program can do with a plan, beside performing it.
struct OwnCommand
{
    std::string name; ///< also of the file that it writes: NAME.json
    std::string purpose;
    std::function<void(CLI::App&)> addOptions;
    /// @return the file's content @throws what Backend::Run may
    std::function<nlohmann::ordered_json(const Plan&, const OnProgress&)> perform;
};

/// Something that performs plans.
class Backend
{
  public:
    virtual ~Backend() = default;

    /// In run.json: `ns3-packet`.
    virtual std::string_view Name() const = 0;

    /// A sentence for --help.
    virtual std::string_view Purpose() const = 0;

    /// Whether its events come in order of time, as record = "summary" needs; false by default.
    virtual bool CanSummarize() const;

    /// Whether one process can perform several runs, one after the other; false by default.
    virtual bool CanRepeat() const;

    /// Adds its own options to all commands.
    virtual void AddOptions(CLI::App& command);

    /// Its commands beside plan, run and work; none by default.
    virtual std::vector<OwnCommand> OwnCommands();

    /// Reads files that its options name, so that they are inputs of the run. @throws ScenarioError,
    ///     InputError
    virtual void ReadInputs(Inputs& inputs);

    /// Looks for what it cannot perform; MakePlan has found nothing wrong.
    /// @throws ScenarioError, UserError
    virtual void Check(const Plan& plan);

    /// What performing it will need of the machine's memory, in bytes; none where it cannot tell.
    virtual std::optional<std::uint64_t> EstimateMemory(const Plan& plan) const;

    /// Performs a plan that Check let pass. @throws RecordError, UserError, RunFailure,
    ///     Interrupted
    virtual RunResult Run(const Plan& plan, Recorder& recorder, const OnProgress& onProgress) = 0;
};

/// The whole program. @return its exit code: 0 done, 2 the user's mistake, with one message on
/// stderr, 1 the run failed, 130 interrupted; a defect ends it otherwise
int RunBackend(Backend& backend, int argc, char* argv[]);

} // namespace swimlab
