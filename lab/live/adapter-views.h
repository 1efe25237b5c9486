// SPDX-License-Identifier: GPL-2.0-only
//
// What a member of another's making concludes, from its lines and from answers to questions.
//
// Both tell the same story, one sooner, one more of it. So both change the same state, and only a change
// is a conclusion.
#pragma once

#include "lab/live/adapter.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// One process's view of the others. A restarted member has a new one.
class AdapterViews
{
  public:
    /// A change, with names as the system has them.
    struct Finding
    {
        swim::EventKind kind;
        std::string subject = {}; ///< empty: itself
        std::string source = {};  ///< empty: not told, or `ownWord`
        bool ownWord = false;

        friend bool operator==(const Finding&, const Finding&) = default;
    };

    /// @param adapter outlives this
    explicit AdapterViews(const Adapter& adapter)
        : m_adapter(&adapter)
    {
    }

    /// @param rule the number of the adapter's line that the text may match
    /// @param atNs when it came
    std::vector<Finding> ReadLine(std::size_t rule, std::string_view line, std::int64_t atNs);

    /// @param askedNs when the question was sent: what a line said since is newer than the answer
    std::vector<Finding> ReadAnswer(std::string_view answer, std::int64_t askedNs);

  private:
    struct Record
    {
        HeldFor state = HeldFor::UNKNOWN;
        std::int64_t changedNs = 0;
        bool ownVerdict = false;
    };

    void Change(const std::string& subject,
                HeldFor state,
                std::int64_t atNs,
                const std::string& source,
                bool ownWord,
                std::vector<Finding>& findings);
    void ReadMembers(const AdapterLine& line,
                     std::string_view members,
                     std::int64_t atNs,
                     std::vector<Finding>& findings);
    HeldFor StateOf(const PatternMatch& row) const;

    const Adapter* m_adapter;
    std::map<std::string, Record, std::less<>> m_records;
};

} // namespace swimlab
