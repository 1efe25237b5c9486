// SPDX-License-Identifier: MIT
//
// Who may talk to us: ranges of addresses as people write them, "10.0.0.0/8" (memberlist's
// CIDRsAllowed).
#pragma once

#include "swim/types.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swim
{

/// Ranges of addresses, or everybody.
class AllowList
{
  public:
    /// Everybody.
    AllowList() = default;

    /// Adds a range. @return what is wrong with it, or nothing
    std::optional<std::string> Add(std::string_view range);

    /// @return whether the address lies in one of the ranges, or there are none
    bool Allows(const Address& address) const;

  private:
    /// All addresses that begin with these bits.
    struct Range
    {
        Address prefix;
        std::size_t bits;
    };

    std::vector<Range> m_ranges;
};

} // namespace swim
