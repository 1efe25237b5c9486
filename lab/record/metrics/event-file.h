// SPDX-License-Identifier: GPL-2.0-only
//
// Reads events.csv: tens of millions of rows a run, so each byte is looked at once or twice and names
// become numbers as they are met.
//
// The file is gone through twice. What the scenario does is a few rows among many, found first, since
// metrics must know ahead what will be done (run-facts.h); then all rows in their order.
#pragma once

#include "lab/record/metrics/mapped-file.h"
#include "lab/record/metrics/metrics-pass.h"
#include "lab/record/metrics/name-table.h"
#include "lab/record/metrics/run-description.h"

#include <array>

namespace swimlab
{

/// What the ground truth of a record says ahead of a pass over it.
struct Foretold
{
    std::vector<Step> steps;         ///< what is done, in order
    std::vector<MemberId> disturbed; ///< who ever is
};

class EventFile
{
  public:
    /// @param description of the run; outlives this @throws RecordError
    EventFile(const std::filesystem::path& path, const RunDescription& description);

    const MappedFile& File() const
    {
        return m_file;
    }

    /// A first look through the rows. @throws RecordError
    Foretold Foretell();

    /// Gives all rows to the pass. @throws RecordError
    void Replay(MetricsPass& pass);

  private:
    enum Column : std::uint8_t
    {
        TIME,
        OBSERVER,
        EVENT,
        SUBJECT,
        INCARNATION,
        SOURCE,
        COLUMNS
    };

    /// A row's text. Quoted cells are unquoted.
    struct Row
    {
        const char* begin;
        std::array<std::string_view, COLUMNS> cells;
    };

    /// @return whether there is one; blank lines are none
    bool NextRow(Row& row);
    const char* ReadQuoted(const char* at, const char* end, std::string& text);
    void StartAgain();

    TruthEvent TruthOf(const Row& row) const;
    void ConclusionOf(const Row& row, Conclusion& conclusion);
    TimeNs TimeOf(const Row& row) const;
    std::optional<MemberId> MemberIn(const Row& row, Column column) const;
    std::optional<std::uint32_t> IncarnationOf(const Row& row) const;
    [[noreturn]] void RefuseEvent(const Row& row) const;
    [[noreturn]] void Refuse(const Row& row, Column column, const std::string& right) const;

    MappedFile m_file;
    const RunDescription& m_description;
    NameTable m_names;
    const char* m_at = nullptr;
    std::array<std::string, COLUMNS> m_unquoted;
};

} // namespace swimlab
