// SPDX-License-Identifier: GPL-2.0-only
//
// One table of a scenario file while it is read by its rows (keys.h), and the readers of the
// tables.
//
// Internal to LoadScenario. A Section checks the table's keys when it is opened, so a mistyped key
// is reported as such and not as a missing one; it notes where each key stands, for errors that
// only show later, and each value in force, for the records.
#pragma once

#include "lab/scenario/keys.h"

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

class Section
{
  public:
    /**
     * @param table where it stands, or nullptr where the file has none
     * @param name in full: `cluster`, `event.0`; empty for the top
     * @param known names of its keys; none: it takes any
     * @param elsewhere full keys of the format, to tell where a misplaced one belongs
     * @throws ScenarioError if it is no table, or has a key that is not known
     */
    Section(const Value* table,
            const std::string& name,
            const std::optional<std::vector<std::string>>& known,
            Scenario& scenario,
            std::span<const std::string> elsewhere = {});

    /// The value of a key, or nullptr where the file gives none.
    const Value* Find(std::string_view key);

    std::string FullKey(std::string_view key) const
    {
        return m_prefix + std::string(key);
    }

    /// For an error about the table as a whole, such as a key that it lacks.
    SourcePlace Place() const;

    [[noreturn]] void FailMissing(std::string_view key, std::string_view whatToWrite) const;

    /// Sets the row's field, if the file gives the key. @throws ScenarioError if it had to
    template <typename Row, typename Target>
    void ReadRow(const Row& row, Target& target)
    {
        if (row.read == nullptr)
        {
            return;
        }
        if (const Value* value = Find(row.name))
        {
            row.read(target, {*value, FullKey(row.name), m_scenario});
        }
        else if (!row.required.empty() && row.AppliesTo(target))
        {
            FailMissing(row.name, row.required);
        }
    }

    template <typename Rows, typename Target>
    void Read(const Rows& rows, Target& target)
    {
        for (const auto& row : rows)
        {
            ReadRow(row, target);
        }
    }

    /// Notes the values in force of all rows that the target has a use for.
    template <typename Rows, typename Target>
    void Resolve(const Rows& rows, const Target& target)
    {
        for (const auto& row : rows)
        {
            if (row.write != nullptr && row.AppliesTo(target))
            {
                Note(row.name, row.write(target));
            }
        }
    }

    /// The same in another order than that of the rows, which is that of the reference.
    template <typename Rows, typename Target>
    void ResolveInOrder(std::initializer_list<std::string_view> names,
                        const Rows& rows,
                        const Target& target)
    {
        for (const std::string_view name : names)
        {
            Note(name, swim::FindRow(rows, name)->write(target));
        }
    }

    /// Notes one value in force.
    void Note(std::string_view key, const std::string& text)
    {
        m_scenario.resolved.emplace_back(FullKey(key), text);
    }

    /// Notes what the table gives, as it is written and in its order.
    void ResolveAsWritten();

  private:
    std::string m_prefix;
    const Value* m_table;
    Scenario& m_scenario;
};

/// Every key of the format but those of events, in full.
const std::vector<std::string>& AllKeys();

/// Where a key was set; where it was not, the table it belongs to, or the file.
SourcePlace PlaceOf(const Scenario& scenario, const std::string& key);

/// `leaves = 0: must be positive`, the form of errors of single fields, as an error of a key.
ScenarioError FieldError(const Scenario& scenario, const std::string& key, std::string message);

/// Reads all tables but [sweep]. @throws ScenarioError
Scenario ReadScenario(const Value& root,
                      const std::filesystem::path& file,
                      std::shared_ptr<Inputs> inputs);

// Of each table a reader into the scenario, which throws ScenarioError, and what documentation
// tells of it. Readers rely on what those before them read, in the order of ReadScenario.

void ReadTopology(const Value& root, Scenario& scenario);
swim::TableReference TopologyReference();

/// What [topology] says of regions, once the members are known.
void ReadRegions(const Value& root, Scenario& scenario);
swim::TableReference PairReference();

void ReadCluster(const Value& root, Scenario& scenario);
swim::TableReference ClusterReference();

void ReadGroups(const Value& root, Scenario& scenario);
swim::TableReference GroupReference();

/// Where the detector is not SWIM: sets its parameters, and refuses SWIM's.
void ReadDetector(const Value& root, Scenario& scenario);
swim::TableReference DetectorReference();

/// Refuses events that the detector's members cannot take part in.
void RefuseVerbsOfSwim(const Scenario& scenario);

/// Refuses protocols of groups where the detector is not SWIM.
void RefuseGroupsOfSwim(const Scenario& scenario, const Value& root);

/// Where the detector is SWIM.
void ReadProtocol(const Value& root, Scenario& scenario);

/// Sets the protocol parameters that a table gives. @param name of it: `protocol`
void ReadParameters(const Value& table, const std::string& name, swim::Config& config);

void ReadNetwork(const Value& root, Scenario& scenario);
swim::TableReference NetworkReference();

void ReadEvents(const Value& root, Scenario& scenario);
swim::TableReference EventReference();

/// Lets the run go on to the end of the event that `ends_with` names.
void ExtendToEnd(Scenario& scenario);

void ReadMeasure(const Value& root, Scenario& scenario);
swim::TableReference MeasureReference();

void ReadTrace(const Value& root, Scenario& scenario);
swim::TableReference TraceReference();

/// What the file says of adapters' parameters, as written: only the adapters know what is right.
void ReadAdapterSettings(const Value& root, Scenario& scenario);

void ReadVerdict(const Value& root, Scenario& scenario);
swim::TableReference VerdictReference();

swim::TableReference SweepReference();

} // namespace swimlab
