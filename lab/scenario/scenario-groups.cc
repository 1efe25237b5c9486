// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [[cluster.group]]: clusters that share a network, and may meet on it.
#include "lab/scenario/section.h"

namespace swimlab
{

namespace
{

GroupSpec ReadGroup(const Value& table, const std::string& key, const Scenario& scenario)
{
    const std::string prefix = key + ".";
    CheckKeys(table, prefix, std::vector<std::string>{"members", "protocol"}, {});
    const Value* members = table.Find("members");
    if (members == nullptr)
    {
        throw ScenarioError(table.place,
                            prefix + "members",
                            "is missing; say who is in the group, such as members = \"0-9\"");
    }
    GroupSpec group{ParseTargets(*members, prefix + "members", scenario.members),
                    scenario.protocol};
    if (const Value* protocol = table.Find("protocol"))
    {
        ReadParameters(*protocol, prefix + "protocol.", group.protocol);
    }
    return group;
}

} // namespace

void ReadGroups(const Value& root, Scenario& scenario)
{
    const Value* value = root.Find("cluster")->Find("group");
    if (value == nullptr)
    {
        return;
    }
    const auto* list = std::get_if<ValueList>(&value->data);
    if (list == nullptr)
    {
        throw ScenarioError(value->place,
                            "cluster.group",
                            "must be a list of tables; write [[cluster.group]], in two brackets, "
                            "over each");
    }
    for (std::size_t i = 0; i < list->size(); ++i)
    {
        const std::string key = "cluster.group." + std::to_string(i);
        scenario.groups.push_back(ReadGroup((*list)[i], key, scenario));
        for (const auto& [name, entry] : std::get<ValueTable>((*list)[i].data))
        {
            scenario.resolved.emplace_back(key + "." + name, entry.Text());
        }
    }
}

} // namespace swimlab
