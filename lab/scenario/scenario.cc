// SPDX-License-Identifier: GPL-2.0-only
//
// Loading a scenario and the combinations of its sweep.
//
// A sweep is overrides that the file itself carries: each combination is put into the file's tree
// as `--set` would, and read again as a scenario of its own. So whatever a scenario may say, a sweep
// may vary, and every combination is checked before the first one runs.
#include "lab/scenario/scenario.h"

#include "lab/scenario/inputs.h"
#include "lab/scenario/section.h"

#include <algorithm>

namespace swimlab
{

namespace
{

/// More combinations are a mistake: at a second each they take three hours.
constexpr std::size_t MAX_POINTS = 10'000;

/// What no sweep varies; `title` and so on are of the scenario, not of a point.
constexpr std::string_view UNSWEPT[] =
    {"title", "question", "seed", "runs", "record", "sweep", "verdict"};

/// Any key, so there is nothing to read by a row; ReadAxes does.
constexpr Key<Scenario> SWEEP_KEYS[] = {
    Key<Scenario>{"ANY.KEY",
                  "list",
                  "Values to try: every combination of all lists is a point, each with all seeds. "
                  "Any key but the title, the question, seeds, runs, the record and the verdict."}
        .Absent("one point"),
};

/// One swept key with its values, each of which knows its line.
struct ReadAxis
{
    std::string key;
    SourcePlace place;
    ValueList values;
};

/// Takes axes from [sweep], where `a.b = [..]` is a table in a table and `"a.b" = [..]` is not.
/// @param root of the file, in which the axes' keys lead somewhere
void ReadAxes(const Value& root,
              const Value& value,
              const std::string& prefix,
              std::vector<ReadAxis>& axes)
{
    const std::string key = prefix.empty() ? "sweep" : SpellByName(root, prefix);
    if (const auto* table = std::get_if<ValueTable>(&value.data))
    {
        for (const auto& [name, inner] : *table)
        {
            ReadAxes(root, inner, prefix.empty() ? name : prefix + "." + name, axes);
        }
        return;
    }
    const auto* list = std::get_if<ValueList>(&value.data);
    if (list == nullptr || list->empty() || prefix.empty())
    {
        throw ScenarioError(value.place,
                            key,
                            prefix.empty()
                                ? "must be a table; write [sweep] on a line of its own"
                                : "[sweep] takes a list of the values to try, such as [1, 2]");
    }
    if (std::ranges::find(UNSWEPT, key.substr(0, key.find('.'))) != std::end(UNSWEPT))
    {
        throw ScenarioError(value.place, key, "cannot be swept: each point has the same");
    }
    if (key.starts_with("event.") && key.ends_with(".name"))
    {
        throw ScenarioError(value.place, key, "cannot be swept: it changes nothing but names");
    }
    if (std::any_of(axes.begin(), axes.end(), [&](const auto& axis) { return axis.key == key; }))
    {
        throw ScenarioError(value.place, key, "is swept twice; put all values into one list");
    }
    for (auto i = list->begin(); i != list->end(); ++i)
    {
        if (std::any_of(list->begin(), i, [&](const auto& v) { return v.Text() == i->Text(); }))
        {
            throw ScenarioError(i->place, key, i->Text() + " stands twice in the sweep's list");
        }
    }
    axes.push_back({key, value.place, *list});
}

/// Takes out the axes that overrides settle, and gives the settings that they make.
std::vector<Setting> SettleAxes(const Value& root,
                                std::vector<ReadAxis>& axes,
                                const std::vector<std::string>& overrides)
{
    std::vector<Setting> settled;
    std::erase_if(axes, [&](const ReadAxis& axis) {
        const auto last = std::find_if(overrides.rbegin(), overrides.rend(), [&](const auto& text) {
            return SpellByName(root, text.substr(0, text.find('='))) == axis.key;
        });
        if (last != overrides.rend())
        {
            settled.emplace_back(axis.key, last->substr(last->find('=') + 1));
        }
        return last != overrides.rend();
    });
    return settled;
}

/// How many combinations the axes have.
std::size_t Combinations(const std::vector<ReadAxis>& axes)
{
    std::size_t count = 1;
    for (const auto& axis : axes)
    {
        count *= axis.values.size();
        if (count > MAX_POINTS)
        {
            throw ScenarioError(axis.place,
                                "sweep",
                                "has more than " + std::to_string(MAX_POINTS) +
                                    " combinations; sweep fewer values");
        }
    }
    return count;
}

/// Which value each axis has in one combination, the last axis turning fastest.
template <typename Axes>
std::vector<std::size_t> Choices(const Axes& axes, std::size_t combination)
{
    std::vector<std::size_t> choices(axes.size());
    for (std::size_t axis = axes.size(); axis-- > 0;)
    {
        choices[axis] = combination % axes[axis].values.size();
        combination /= axes[axis].values.size();
    }
    return choices;
}

} // namespace

Scenario LoadScenario(const std::filesystem::path& file,
                      const std::vector<std::string>& overrides,
                      std::shared_ptr<Inputs> inputs)
{
    if (!inputs)
    {
        inputs = std::make_shared<Inputs>(file);
    }
    Value root = ParseToml(*inputs->Text().bytes, file.string());
    for (const auto& keyAndValue : overrides)
    {
        ApplyOverride(root, keyAndValue);
    }
    std::vector<ReadAxis> axes;
    if (const Value* sweep = root.Find("sweep"))
    {
        ReadAxes(root, *sweep, "", axes);
    }
    const std::vector<Setting> point = SettleAxes(root, axes, overrides);

    // From the last to the first, which is the one that stays: a reader of the plan sees it.
    Scenario scenario;
    for (std::size_t combination = Combinations(axes); combination-- > 0;)
    {
        Value settled = root;
        const auto choices = Choices(axes, combination);
        for (std::size_t axis = 0; axis < axes.size(); ++axis)
        {
            SetValue(settled, axes[axis].key, axes[axis].values[choices[axis]]);
        }
        scenario = ReadScenario(settled, file, inputs);
    }
    scenario.overrides = overrides;
    scenario.point = point;
    for (const auto& axis : axes)
    {
        std::vector<std::string> values;
        for (const auto& value : axis.values)
        {
            values.push_back(value.Text());
        }
        scenario.axes.push_back({axis.key, std::move(values)});
        for (auto& [key, text] : scenario.resolved)
        {
            text = key == axis.key ? Value{axis.values, axis.place}.Text() : text;
        }
    }
    return scenario;
}

swim::TableReference SweepReference()
{
    return {"sweep",
            "[sweep]",
            "What to vary, and the values to try.",
            swim::DescribeAll(SWEEP_KEYS, Scenario())};
}

std::vector<SweepPoint> SweepPoints(const Scenario& scenario)
{
    if (scenario.axes.empty())
    {
        return {SweepPoint{}};
    }
    std::size_t count = 1;
    for (const auto& axis : scenario.axes)
    {
        count *= axis.values.size();
    }
    std::vector<SweepPoint> points(count);
    for (std::size_t i = 0; i < count; ++i)
    {
        const std::string number = std::to_string(i);
        points[i].key =
            "p" + std::string(3 - std::min<std::size_t>(3, number.size()), '0') + number;
        const auto choices = Choices(scenario.axes, i);
        for (std::size_t axis = 0; axis < choices.size(); ++axis)
        {
            points[i].settings.emplace_back(scenario.axes[axis].key,
                                            scenario.axes[axis].values[choices[axis]]);
        }
    }
    return points;
}

Scenario AtPoint(const Scenario& scenario, const SweepPoint& point)
{
    std::vector<std::string> overrides = scenario.overrides;
    for (const auto& [key, text] : point.settings)
    {
        overrides.push_back(key + "=" + text);
    }
    return LoadScenario(scenario.file, overrides, scenario.inputs);
}

std::vector<std::uint64_t> Seeds(const Scenario& scenario)
{
    std::vector<std::uint64_t> seeds;
    for (std::uint32_t run = 0; run < scenario.runs; ++run)
    {
        seeds.push_back(scenario.seed + run);
    }
    return seeds;
}

} // namespace swimlab
