// SPDX-License-Identifier: GPL-2.0-only
//
// What a member concluded, from whoever tells it to the record.
//
// Programs of others tell names and reasons in words. Those are read once, where a line comes in,
// and written once, in events.csv; between the two there are numbers.
#pragma once

#include "lab/topology/member-id.h"
#include "swim/event-kind.h"
#include "swim/rejection.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace swimlab
{

struct Plan;

/// Whom a conclusion names.
struct Party
{
    /// Nobody.
    Party() = default;

    Party(MemberId member)
        : member(member)
    {
    }

    /// @param name anybody's, also one that no member has; empty: nobody
    Party(const Plan& plan, std::string_view name);

    std::optional<MemberId> member;
    std::string stranger = {}; ///< the name, where no member of the plan has it

    bool IsNobody() const
    {
        return !member && stranger.empty();
    }

    friend bool operator==(const Party&, const Party&) = default;
};

/// A row of events.csv that is not ground truth.
struct Conclusion
{
    std::int64_t timeNs = 0; ///< of the run, or of the clock of who tells it
    MemberId observer = 0;
    swim::EventKind kind = swim::EventKind::JOINED; ///< JOINED to REJECTED
    Party subject = {};                             ///< nobody: of a rejection
    std::optional<std::uint32_t> incarnation = {};  ///< none: whoever tells it does not know
    Party source = {};                              ///< whose word it was
    std::optional<swim::Rejection> rejection = {};  ///< of a rejection: why
};

/// @return the kind that events.csv spells so, or none: no member concludes such a thing
std::optional<swim::EventKind> FindConclusion(std::string_view event);

} // namespace swimlab
