// SPDX-License-Identifier: GPL-2.0-only
//
// See split.h.
#include "lab/ns3/split.h"

#include "lab/ns3/runner.h"
#include "lab/ns3/suspicion-progress.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>

namespace swimlab
{

namespace
{

using Json = nlohmann::ordered_json;

/// Version of split.json.
constexpr int FORMAT = 1;

bool LosesAnything(const Plan& plan)
{
    const auto setsLoss = [](const Action& action) {
        return (action.verb == Verb::LOSS || action.verb == Verb::DATAGRAM_LOSS) &&
               action.probability > 0;
    };
    const auto loses = [](const PairPath& pair) { return pair.loss > 0; };
    return plan.network.loss > 0 || plan.network.datagramLoss > 0 ||
           std::ranges::any_of(plan.timeline, setsLoss) ||
           std::ranges::any_of(plan.topology.pairs, loses);
}

/// @throws UserError
void CheckPlan(const Plan& plan, const Measure& measure)
{
    if (plan.detector.kind != nullptr)
    {
        throw UserError(
            plan.scenarioFile + ": cluster.detector is \"" + std::string(plan.detector.kind->name) +
            "\", and runs are split on the progress of SWIM's suspicions; leave it out");
    }
    if (plan.network.model != NetworkModel::PATH)
    {
        throw UserError(plan.scenarioFile +
                        ": network.model is \"packet\", whose streams cannot be drawn anew in a "
                        "copy; set network.model=path to split it");
    }
    if (!LosesAnything(plan))
    {
        throw UserError(plan.scenarioFile +
                        ": nothing is ever lost in it, so there is no chance of a false burial by "
                        "loss that splitting could estimate; set network.loss");
    }
    if (measure.shortestSuspicionNs == 0)
    {
        throw UserError(plan.scenarioFile +
                        ": there are no suspicions in it, on whose progress runs are split; set "
                        "protocol.suspicion=true");
    }
}

/// @throws UserError
void CheckOptions(const SplitOptions& options)
{
    const auto isLevel = [](double level) { return level > 0 && std::isfinite(level); };
    if (options.levels.empty() || options.levels.size() > SplitTree::MOST_LEVELS ||
        !std::ranges::all_of(options.levels, isLevel) ||
        std::ranges::adjacent_find(options.levels, std::greater_equal<>()) != options.levels.end())
    {
        throw UserError("--levels must be from 1 to " + std::to_string(SplitTree::MOST_LEVELS) +
                        " numbers above 0, each above the one before it, such as 0.25,0.5,0.75");
    }
    if ((options.copies.size() != 1 && options.copies.size() != options.levels.size()) ||
        std::ranges::count(options.copies, 0U) > 0)
    {
        throw UserError("--copies must be one number of 1 or more, or one for each of the " +
                        std::to_string(options.levels.size()) + " levels");
    }
}

Json LevelsJson(const SplitTree& tree,
                const std::vector<double>& levels,
                const std::vector<std::uint32_t>& copies)
{
    const SplitTally& tally = tree.Tally();
    Json json = Json::array();
    for (std::size_t i = 0; i < levels.size(); ++i)
    {
        json.push_back({{"level", levels[i]},
                        {"copies", copies[i]},
                        {"rises", tally.rises[i]},
                        {"weighted_rises", static_cast<double>(tally.rises[i]) * tree.Weight(i)},
                        {"hits", tally.hits[i + 1]}});
    }
    return json;
}

} // namespace

Json Split(const Plan& plan, const SplitOptions& options, const OnProgress& onProgress)
{
    CheckOptions(options);
    Recorder recorder(plan);
    MetricsPass& metrics = *recorder.Metrics();
    const Measure measure = MeasureOf(metrics.Facts());
    CheckPlan(plan, measure);
    auto copies = options.copies;
    copies.resize(options.levels.size(), options.copies.front());
    std::vector<TimeNs> levels;
    for (const double level : options.levels)
    {
        levels.push_back(std::llround(level * static_cast<double>(measure.shortestSuspicionNs)));
    }
    SplitTree tree(copies, plan.seed, options.bounds);
    try
    {
        RunOnNs3(
            plan,
            recorder,
            [&](const RunProgress& progress) {
                if (!tree.IsCopy())
                {
                    onProgress(progress);
                }
            },
            [&](const Reseed& reseed) {
                metrics.Add([&](const RunState& run) {
                    return std::make_unique<SuspicionProgress>(run, tree, levels, reseed);
                });
            });
        tree.EndIfCopy();
    }
    catch (const SplitError& error)
    {
        tree.FailIfCopy(error.what());
        throw RunFailure(plan.scenarioFile + ": no estimate: " + error.what());
    }
    catch (const std::exception& error)
    {
        tree.FailIfCopy(error.what());
        throw;
    }
    const Json found = metrics.Finish();
    return {{"format", FORMAT},
            {"seed", plan.seed},
            {"duration_s", SecondsJson(plan.duration.count())},
            {"shortest_suspicion_s", SecondsJson(measure.shortestSuspicionNs)},
            {"longest_suspicion_s", SecondsJson(measure.longestSuspicionNs)},
            {"exposed_member_s", found.at("quality_of_service").at("exposed_member_s")},
            {"false_burials", tree.WeightedHits()},
            {"false_burials_unsplit", tree.PlainHits()},
            {"hits_below", tree.Tally().hits.front()},
            {"levels", LevelsJson(tree, options.levels, copies)},
            {"copies_made", tree.Copies()}};
}

OwnCommand SplitCommand()
{
    const auto options = std::make_shared<SplitOptions>();
    const auto seconds = std::make_shared<std::uint32_t>(600);
    return {"split",
            "estimate wrong deaths that are too rare to be seen, by copies of the run",
            [options, seconds](CLI::App& command) {
                command
                    .add_option("--levels",
                                options->levels,
                                "how long a wrong suspicion has lasted, as shares of the shortest "
                                "time-out: 0.25,0.5,0.75")
                    ->required()
                    ->delimiter(',')
                    ->allow_extra_args(false);
                command
                    .add_option("--copies",
                                options->copies,
                                "how many a run becomes that gets so far; one number, or one for "
                                "each level")
                    ->required()
                    ->delimiter(',')
                    ->allow_extra_args(false);
                command.add_option("--most-copies",
                                   options->bounds.copies,
                                   "fail rather than make more in all");
                command.add_option("--most-seconds", *seconds, "fail rather than take longer");
            },
            [options, seconds](const Plan& plan, const OnProgress& onProgress) {
                options->bounds.time = std::chrono::seconds(*seconds);
                return Split(plan, *options, onProgress);
            }};
}

} // namespace swimlab
