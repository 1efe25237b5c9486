// SPDX-License-Identifier: GPL-2.0-only
//
// Runs written by hand, for the tests of the metrics: a few rows whose answers are known.
#pragma once

#include "lab/record/metrics/metric.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// A run of few members, by default m0 to m3 for 100 s; rows are given in order of time.
class RunTable
{
  public:
    explicit RunTable(MemberId members = 4,
                      double simulatedS = 100,
                      std::string start = "converged");

    /// What the scenario did, a row for each of the names with spaces between them; one row about
    /// everybody without any.
    RunTable& Truth(double atS,
                    std::string_view event,
                    std::string_view subjects = "",
                    std::string_view value = "",
                    std::string_view incarnation = "");

    /// @param sides each as names with spaces between them
    RunTable& Partition(double atS, const std::vector<std::string_view>& sides);

    /// What members concluded. @param observers names with spaces between them
    /// @param incarnation empty: not told @param source empty: the observer itself
    RunTable& Says(double atS,
                   std::string_view observers,
                   std::string_view event,
                   std::string_view subject,
                   std::string_view incarnation = "1",
                   std::string_view source = "");

    /// Half of it was received, so that a mix-up of the columns shows.
    RunTable& Sent(int second, std::string_view kind, int messages, int bytes);

    /// A row as it stands.
    RunTable& Row(std::string row);

    /// Replaces a key of run.json.
    RunTable& Describe(std::string_view key, Json value);

    /// A key of the resolved scenario.
    RunTable& Setting(const std::string& key, std::string value);

    /// Puts a row before the last one.
    RunTable& BeforeLast(std::string row);

    RunTable& DropLast();

    /// Writes run.json, events.csv and traffic.csv.
    void Write(const std::filesystem::path& folder) const;

    /// metrics.json of the table, read back from its records.
    Json Metrics() const;

    std::vector<std::string> names;
    std::vector<std::string> rows;
    std::string start; ///< `converged` or `join`

  private:
    double m_simulatedS;
    std::vector<std::string> m_traffic;
    Json m_settings = Json::object();
    Json m_description = Json::object();
};

/// The words of a text with one space between each two.
std::vector<std::string> WordsOf(std::string_view text);

/// A folder of a test's own, empty.
std::filesystem::path OwnFolder();

/// What the records of a folder are refused for; "" if they are not.
std::string RefusalOf(const std::filesystem::path& folder);

} // namespace swimlab
