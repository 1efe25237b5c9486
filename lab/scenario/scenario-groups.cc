// SPDX-License-Identifier: GPL-2.0-only
//
// Reads [[cluster.group]]: clusters that share a network, and may meet on it.
#include "lab/scenario/section.h"

namespace swimlab
{

namespace
{

constexpr Key<GroupSpec> GROUP_KEYS[] = {
    Key<GroupSpec>{"members",
                   "members",
                   "Who is in the group; those in no group are one more.",
                   [](GroupSpec& group, const Written& written) {
                       group.members =
                           ParseTargets(written.value, written.key, written.scenario.members);
                   }}
        .Required("say who is in the group, such as members = \"0-9\""),
    Key<GroupSpec>{"protocol",
                   "table",
                   "Settings that differ from [protocol]: `protocol = {gossip_nodes = 4}`.",
                   [](GroupSpec& group, const Written& written) {
                       ReadParameters(written.value, written.key, group.protocol);
                   }}
        .Absent("those of [protocol]"),
};

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
        Section section(&(*list)[i],
                        "cluster.group." + std::to_string(i),
                        swim::NamesOf(GROUP_KEYS),
                        scenario);
        GroupSpec group{{}, scenario.protocol};
        section.Read(GROUP_KEYS, group);
        scenario.groups.push_back(std::move(group));
        section.ResolveAsWritten();
    }
}

swim::TableReference GroupReference()
{
    return {"cluster.group",
            "[[cluster.group]]",
            "Clusters that share the network, and may meet on it; without it there is one.",
            swim::DescribeAll(GROUP_KEYS, GroupSpec())};
}

} // namespace swimlab
