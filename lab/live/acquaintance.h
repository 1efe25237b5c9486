// SPDX-License-Identifier: GPL-2.0-only
//
// Who holds whom for a live member, from what members concluded.
#pragma once

#include "lab/plan/plan.h"
#include "lab/record/conclusion.h"

#include <cstddef>
#include <string>
#include <vector>

namespace swimlab
{

/// Of all members, whom each holds for live.
class Acquaintance
{
  public:
    explicit Acquaintance(const Plan& plan);

    void Conclude(const Conclusion& conclusion);

    /// The member is a new process, which knows nobody.
    void Forget(MemberId observer);

    /// Whether each of those that start converged knows all others of its group that do.
    bool IsComplete() const
    {
        return m_missing == 0;
    }

    /// Those who do not know all whom they should.
    std::vector<MemberId> Ignorant() const;

    /// Who does not know whom, in words; shortened where it is long.
    std::string Missing() const;

  private:
    bool Matters(MemberId observer, MemberId subject) const;
    bool IsMissing(MemberId observer, MemberId subject) const;
    void Set(MemberId observer, MemberId subject, bool knows);

    const Plan& m_plan;
    std::vector<std::size_t> m_groupOfMember;
    std::vector<std::vector<bool>> m_knows; ///< by observer, by subject
    std::size_t m_missing = 0;              ///< pairs that matter and do not know
};

} // namespace swimlab
