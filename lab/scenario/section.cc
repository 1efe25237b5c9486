// SPDX-License-Identifier: GPL-2.0-only
//
// Looking up keys and the places where they were written, see section.h.
#include "lab/scenario/section.h"

#include "swim/assert.h"

#include <algorithm>

namespace swimlab
{

Section::Section(const Value& root,
                 const std::string& name,
                 std::vector<std::string> known,
                 Scenario& scenario)
    : m_prefix(name.empty() ? "" : name + "."),
      m_table(name.empty() ? &root : root.Find(name)),
      m_known(std::move(known)),
      m_scenario(scenario)
{
    if (m_table != nullptr)
    {
        CheckKeys(*m_table, m_prefix, m_known, AllKeys());
        m_scenario.places.emplace_back(name, m_table->place);
    }
}

const Value* Section::Find(std::string_view key)
{
    SWIM_ASSERT(std::find(m_known.begin(), m_known.end(), key) != m_known.end(),
                "a key that is read must be known");
    const Value* value = m_table == nullptr ? nullptr : m_table->Find(key);
    if (value != nullptr)
    {
        m_scenario.places.emplace_back(FullKey(key), value->place);
    }
    return value;
}

const Value& Section::Require(std::string_view key, const std::string& hint)
{
    const Value* value = Find(key);
    if (value == nullptr)
    {
        throw ScenarioError(PlaceOf(m_scenario, FullKey(key)), FullKey(key), "is missing; " + hint);
    }
    return *value;
}

SourcePlace PlaceOf(const Scenario& scenario, const std::string& key)
{
    for (const std::string& name : {key, key.substr(0, key.find('.')), std::string()})
    {
        for (const auto& [written, place] : scenario.places)
        {
            if (written == name)
            {
                return place;
            }
        }
    }
    return {scenario.file.string(), 0, ""};
}

ScenarioError FieldError(const Scenario& scenario, const std::string& key, std::string message)
{
    const std::string field = key.substr(key.rfind('.') + 1) + " = ";
    if (message.starts_with(field))
    {
        message.erase(0, field.size());
    }
    return {PlaceOf(scenario, key), key, message};
}

} // namespace swimlab
