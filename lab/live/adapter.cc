// SPDX-License-Identifier: GPL-2.0-only
//
// See adapter.h.
#include "lab/live/adapter.h"

#include "lab/scenario/fields.h"
#include "swim/config.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace swimlab
{

std::string PlainText(const Value& value)
{
    const auto* const text = std::get_if<std::string>(&value.data);
    return text == nullptr ? value.Text() : *text;
}

bool Adapter::Tells(swim::EventKind kind) const
{
    const auto says = [this](LineMeaning meaning) {
        return std::ranges::any_of(lines, [meaning](const AdapterLine& line) {
            return line.meaning == meaning;
        });
    };
    const auto missing = [this](HeldFor state) {
        return std::ranges::any_of(lines, [state](const AdapterLine& line) {
            return line.meaning == LineMeaning::MEMBERS && line.missing == state;
        });
    };
    const auto polls = [this](HeldFor state) {
        return poll && (poll->absent == state ||
                        std::ranges::any_of(poll->states, [state](const AdapterState& rule) {
                            return rule.is == state;
                        }));
    };
    switch (kind)
    {
    case swim::EventKind::JOINED:
        return says(LineMeaning::JOINED) || says(LineMeaning::MEMBERS) || polls(HeldFor::ALIVE);
    case swim::EventKind::SUSPECT:
        return says(LineMeaning::SUSPECT) || polls(HeldFor::SUSPECT);
    case swim::EventKind::REFUTED:
        return says(LineMeaning::REFUTED) || polls(HeldFor::SUSPECT);
    case swim::EventKind::DEAD:
        return says(LineMeaning::DEAD) || missing(HeldFor::DEAD) || polls(HeldFor::DEAD);
    case swim::EventKind::LEFT:
        return says(LineMeaning::LEFT) || missing(HeldFor::LEFT) || polls(HeldFor::LEFT);
    default:
        return false;
    }
}

std::vector<std::string> Adapter::NotObservable() const
{
    std::vector<std::string> words;
    for (const auto kind :
         {swim::EventKind::SUSPECT, swim::EventKind::REFUTED, swim::EventKind::LEFT})
    {
        if (!Tells(kind))
        {
            words.emplace_back(swim::EventKindName(kind));
        }
    }
    words.emplace_back("incarnation");
    return words;
}

std::map<std::string, std::string, std::less<>> AdapterWords(
    const Adapter& adapter,
    const std::vector<std::pair<std::string, Value>>& settings)
{
    std::map<std::string, std::string, std::less<>> words;
    const auto inUnit = [](const std::string& text, const std::string& unit) {
        if (unit.empty())
        {
            return text;
        }
        const double ns = static_cast<double>(swim::ParseDuration(text)->count());
        const double one = unit == "ns"   ? 1
                           : unit == "us" ? 1e3
                           : unit == "ms" ? 1e6
                           : unit == "s"  ? 1e9
                                          : 60e9;
        std::array<char, 64> digits{};
        const auto end = std::to_chars(digits.data(),
                                       digits.data() + digits.size(),
                                       ns / one,
                                       std::chars_format::fixed);
        return std::string(digits.data(), end.ptr);
    };
    std::vector<std::string> names;
    for (const AdapterParameter& parameter : adapter.parameters)
    {
        words[parameter.name] = inUnit(parameter.byDefault, parameter.unit);
        names.push_back(parameter.name);
    }
    for (const auto& [name, port] : adapter.ports)
    {
        words["port." + name] = std::to_string(port);
    }
    for (const auto& [name, value] : settings)
    {
        const std::string key = "adapter." + adapter.kind + "." + name;
        const auto found = std::ranges::find(adapter.parameters, name, &AdapterParameter::name);
        if (found == adapter.parameters.end())
        {
            const auto nearest = Nearest(name, names);
            throw ScenarioError(value.place,
                                key,
                                adapter.file + " has no parameter of that name" +
                                    (nearest ? "; did you mean " + *nearest + "?" : std::string()));
        }
        if (!found->unit.empty())
        {
            ReadDuration(value, key, swim::Duration::zero(), std::chrono::hours(24));
        }
        words[name] = inUnit(PlainText(value), found->unit);
    }
    return words;
}

} // namespace swimlab
