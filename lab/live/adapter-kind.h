// SPDX-License-Identifier: GPL-2.0-only
//
// A kind of member that an adapter describes: any program.
#pragma once

#include "lab/live/adapter.h"
#include "lab/live/live-member.h"

namespace swimlab
{

class AdapterKind : public MemberKind
{
  public:
    explicit AdapterKind(Adapter adapter);

    const Adapter& Description() const
    {
        return m_adapter;
    }

    std::string_view Name() const override;
    Duration TimeResolution() const override;
    Duration LaunchSpacing() const override;
    Duration ListenPatience() const override;
    Duration MeetPatience() const override;
    bool CanPerform(Verb verb) const override;
    bool CanRememberIncarnation() const override;
    bool CanSuffer(Verb verb) const override;
    bool TellsTraffic() const override;
    std::vector<std::string> NotObservable() const override;
    bool NeedsMajority() const override;
    Forming HowFormed() const override;
    std::optional<std::string> TooFew(std::uint32_t members) const override;
    std::string Version() const override;
    double MemoryMib() const override;
    std::optional<std::string> Refusal(const swim::Config& protocol) const override;
    void Check(const Plan& plan) const override;
    std::unique_ptr<LiveMember> Make(MemberSetup setup) const override;

  private:
    Adapter m_adapter;
};

/// The scenario's settings of an adapter.
std::vector<std::pair<std::string, Value>> SettingsOf(const Plan& plan, std::string_view kind);

} // namespace swimlab
