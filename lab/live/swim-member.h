// SPDX-License-Identifier: GPL-2.0-only
//
// A member that is our own agent, the program swim-agent.
#pragma once

#include "lab/live/json-member.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace swimlab
{

/// Makes members that are swim-agent.
class SwimKind : public MemberKind
{
  public:
    std::string_view Name() const override;
    Duration TimeResolution() const override;
    Duration LaunchSpacing() const override;
    bool CanPerform(Verb verb) const override;
    bool CanRememberIncarnation() const override;
    bool CanSuffer(Verb verb) const override;
    bool TellsTraffic() const override;
    bool Traces() const override;
    std::optional<std::string> Refusal(const swim::Config& protocol) const override;
    std::unique_ptr<LiveMember> Make(MemberSetup setup) const override;
};

/// A program of ours, which lies beside the one that runs.
std::filesystem::path OurProgram(std::string_view name);

} // namespace swimlab
