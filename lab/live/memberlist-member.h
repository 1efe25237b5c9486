// SPDX-License-Identifier: GPL-2.0-only
//
// A member that is hashicorp/memberlist itself, in the program memberlist-peer.
#pragma once

#include "lab/live/json-member.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace swimlab
{

/// What it does not tell: a suspicion, or the end of one, that only a push/pull brought. Who has
/// joined and who has changed is told without whose word it was.
class MemberlistKind : public MemberKind
{
  public:
    std::string_view Name() const override;
    Duration TimeResolution() const override;
    Duration LaunchSpacing() const override;
    bool CanPerform(Verb verb) const override;
    bool CanRememberIncarnation() const override;
    bool CanSuffer(Verb verb) const override;
    bool TellsTraffic() const override;
    std::optional<std::string> Refusal(const swim::Config& protocol) const override;
    std::unique_ptr<LiveMember> Make(MemberSetup setup) const override;
};

} // namespace swimlab
