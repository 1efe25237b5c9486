// SPDX-License-Identifier: MIT
//
// Rapid's K rings: who observes whom in a configuration (Suresh et al., ATC'18, section 4.1;
// MembershipView.java).
//
// Ring k has the members in the order of a hash of their names with seed k. A member observes its
// predecessor on each ring, and so is observed by its successors; a pair may meet on several rings.
// Who joins is observed by its predecessors until it is in.
#pragma once

#include "swim/ids.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace swim::detectors
{

/// @return a hash of a name that is the same everywhere
std::uint64_t RapidHash(std::string_view name);

class RapidView
{
  public:
    struct Member
    {
        NameId name;
        std::uint64_t hash; ///< of the name
    };

    /// @param members at least one, each name once
    RapidView(const std::vector<Member>& members, std::uint32_t rings);

    std::uint32_t Size() const
    {
        return static_cast<std::uint32_t>(m_rings[0].size());
    }

    std::uint32_t Rings() const
    {
        return static_cast<std::uint32_t>(m_rings.size());
    }

    bool Has(std::uint64_t hash) const;

    /// @return whom the member observes on a ring
    NameId Subject(std::uint64_t hash, std::uint32_t ring) const;

    /// @return who observes the member on a ring
    NameId Observer(std::uint64_t hash, std::uint32_t ring) const;

    /// @return who observes somebody who is to join
    NameId ExpectedObserver(std::uint64_t hash, std::uint32_t ring) const
    {
        return Subject(hash, ring);
    }

    /// All members, in the order of the first ring.
    std::vector<NameId> InOrder() const;

  private:
    using Ring = std::vector<std::pair<std::uint64_t, NameId>>;

    std::vector<Ring> m_rings;
};

} // namespace swim::detectors
