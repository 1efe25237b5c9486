// SPDX-License-Identifier: GPL-2.0-only
//
// Many runs in one process, for campaigns of short ones: what a process costs to start is paid once.
//
// `PROGRAM work SCENARIO` reads one run a line from its standard input, a JSON object
//
//     {"out": FOLDER, "seed": NUMBER, "set": ["KEY=VALUE", ...]}
//
// and performs them in order; one without "out" is only planned. A run prints its progress as `run`
// does, and at its end a line {"done": true}, a plan is a line {"plan": ...} with what `plan` prints but
// for what the program was made with. What goes wrong is a line {"failed": TEXT, "code": EXIT CODE} with the code that `run` or `plan` would have ended with. After a failure the program ends, as a simulator may be in any state then; whoever gives the
// work starts another one. The records are those of `run`, byte for byte, but for what tells of the
// process (wall_s, peak_memory_bytes).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace swimlab
{

/// One run of a scenario that both sides know.
struct WorkItem
{
    std::filesystem::path out; ///< an empty folder; empty: only planned
    std::optional<std::uint64_t> seed;
    std::vector<std::string> settings; ///< KEY=VALUE, after those of the command line
};

/// Why a run failed, and the exit code for that.
struct WorkFailure
{
    std::string text;
    int code;
};

/**
 * Does what the lines ask for, until they end or one fails.
 *
 * @param perform does one, and adds to the answer what there is to say; nothing: it is done
 * @return the exit code of the program: that of the failure, 0 without, 2 for a line that is no run
 */
int Work(std::istream& lines,
         std::ostream& answers,
         const std::function<std::optional<WorkFailure>(const WorkItem&,
                                                        nlohmann::ordered_json& answer)>& perform);

} // namespace swimlab
