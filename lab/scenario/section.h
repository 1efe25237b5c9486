// SPDX-License-Identifier: GPL-2.0-only
//
// One table of a scenario file while it is read, and the readers of the tables.
//
// Internal to LoadScenario. A Section checks the table's keys when it is opened, so a mistyped key
// is reported as such and not as a missing one; it notes where each key stands, for errors that
// only show later, and each value in force, for the records.
#pragma once

#include "lab/scenario/fields.h"
#include "lab/scenario/scenario.h"

#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

class Section
{
  public:
    /**
     * @param root of the file
     * @param name of the table, or empty for the top
     * @param known names of its keys
     * @throws ScenarioError if the table is none, or has a key that is not known
     */
    Section(const Value& root,
            const std::string& name,
            std::vector<std::string> known,
            Scenario& scenario);

    /// The value of a key, or nullptr where the file gives none.
    const Value* Find(std::string_view key);

    /// The value of a key that must be given. @param hint what to write
    const Value& Require(std::string_view key, const std::string& hint);

    std::string FullKey(std::string_view key) const
    {
        return m_prefix + std::string(key);
    }

    /// Notes the value in force.
    void Resolve(std::string_view key, const std::string& text)
    {
        m_scenario.resolved.emplace_back(FullKey(key), text);
    }

    Scenario& Target()
    {
        return m_scenario;
    }

  private:
    std::string m_prefix;
    const Value* m_table;
    std::vector<std::string> m_known;
    Scenario& m_scenario;
};

/// Every key of the format but those of events, in full.
std::vector<std::string> AllKeys();

/// Where a key was set; where it was not, the table it belongs to, or the file.
SourcePlace PlaceOf(const Scenario& scenario, const std::string& key);

/// `leaves = 0: must be positive`, the form of errors of single fields, as an error of a key.
ScenarioError FieldError(const Scenario& scenario, const std::string& key, std::string message);

/// Names of the keys of [topology].
std::vector<std::string> TopologyKeys();

/// Reads all tables but [sweep]. @throws ScenarioError
Scenario ReadScenario(const Value& root, const std::filesystem::path& file);

/// Reads [topology] into the scenario. @throws ScenarioError
void ReadTopology(const Value& root, Scenario& scenario);

/// Reads [[cluster.group]] into the scenario, whose members and protocol are there.
/// @throws ScenarioError
void ReadGroups(const Value& root, Scenario& scenario);

/// Sets the protocol parameters that a table gives; @param prefix of its keys: `protocol.`
/// @throws ScenarioError of one that no parameter can have
void ReadParameters(const Value& table, const std::string& prefix, swim::Config& config);

/// Reads [[event]] into the scenario, whose duration, members and network are there. @throws
/// ScenarioError
void ReadEvents(const Value& root, Scenario& scenario);

/// Reads [verdict] into the scenario. @throws ScenarioError
void ReadVerdict(const Value& root, Scenario& scenario);

/// The longest time that a scenario may name: far from overflow, far beyond any run.
inline constexpr Duration LONGEST_TIME = std::chrono::hours(10000);

} // namespace swimlab
