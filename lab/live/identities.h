// SPDX-License-Identifier: GPL-2.0-only
//
// Which member it is that a system calls by a name of its own.
//
// A system may speak of a member before anybody has told us that member's name. What waits for a name is
// kept until it is known, or until the run ends.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/conclusion.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace swimlab
{

class Identities
{
  public:
    using Resolved = std::function<void(const Party&)>;

    explicit Identities(const Plan& plan)
        : m_plan(plan)
    {
    }

    /// @param kind of member: systems may use the same names for different members
    void Know(std::string_view kind, MemberId member, const std::string& id);

    /// The names of a process that is gone are nobody's, where the next one has others: what is said of
    /// them from then on is old news, and told to nobody.
    void Forget(std::string_view kind, MemberId member);

    /// Whom the system calls so; nobody yet: none.
    Party Find(std::string_view kind, const std::string& id) const;

    /// Calls back at once, or when the name becomes known, or in Finish, with a stranger; never where the
    /// name is forgotten and nobody gets it again.
    void Resolve(std::string_view kind, const std::string& id, Resolved resolved);

    /// All that still waits is about strangers, or about processes that are gone.
    void Finish();

  private:
    using Key = std::pair<std::string, std::string>;

    const Plan& m_plan;
    std::map<Key, MemberId> m_members;
    std::set<Key> m_gone;
    std::map<Key, std::vector<Resolved>> m_waiting;
};

} // namespace swimlab
