// SPDX-License-Identifier: GPL-2.0-only
//
// Looking up keys and the places where they were written, see section.h.
#include "lab/scenario/section.h"

namespace swimlab
{

Section::Section(const Value* table,
                 const std::string& name,
                 const std::optional<std::vector<std::string>>& known,
                 Scenario& scenario,
                 std::span<const std::string> elsewhere)
    : m_prefix(name.empty() ? "" : name + "."),
      m_table(table),
      m_scenario(scenario)
{
    if (m_table == nullptr)
    {
        return;
    }
    RequireTable(*m_table, name);
    if (known)
    {
        CheckKeys(*m_table, m_prefix, *known, elsewhere);
    }
    m_scenario.places.emplace_back(name, m_table->place);
}

const Value* Section::Find(std::string_view key)
{
    const Value* value = m_table == nullptr ? nullptr : m_table->Find(key);
    if (value != nullptr)
    {
        m_scenario.places.emplace_back(FullKey(key), value->place);
    }
    return value;
}

SourcePlace Section::Place() const
{
    return m_table == nullptr ? PlaceOf(m_scenario, "") : m_table->place;
}

void Section::FailMissing(std::string_view key, std::string_view whatToWrite) const
{
    throw ScenarioError(Place(), FullKey(key), "is missing; " + std::string(whatToWrite));
}

void Section::ResolveAsWritten()
{
    for (const auto& [name, value] : std::get<ValueTable>(m_table->data))
    {
        Note(name, value.Text());
    }
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
