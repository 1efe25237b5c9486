// SPDX-License-Identifier: GPL-2.0-only
//
// A member that is a Serf agent.
#pragma once

#include "lab/live/live-member.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace swimlab
{

/// Its parameters are those of a profile. What it does not tell is in serf-log.h; it does not count
/// its traffic either. Faults of the network are put on it by the firewall.
class SerfKind : public MemberKind
{
  public:
    std::string_view Name() const override;
    Duration TimeResolution() const override;
    Duration LaunchSpacing() const override;
    bool CanPerform(Verb verb) const override;
    bool CanRememberIncarnation() const override;
    bool CanGiveUpJoining() const override;
    bool CanSuffer(Verb verb) const override;
    bool SuffersByFirewall() const override;
    bool TellsTraffic() const override;
    std::vector<std::string> NotObservable() const override;
    std::optional<std::string> Refusal(const swim::Config& protocol) const override;
    std::unique_ptr<LiveMember> Make(MemberSetup setup) const override;
};

} // namespace swimlab
