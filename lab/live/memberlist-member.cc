// SPDX-License-Identifier: GPL-2.0-only
//
// See memberlist-member.h.
#include "lab/live/memberlist-member.h"

#include "lab/backend/backend.h"
#include "lab/live/foreign-parameters.h"
#include "lab/live/swim-member.h"
#include "swim/endpoint.h"

#include <fstream>

namespace swimlab
{

namespace
{

constexpr std::string_view PEER_PROGRAM = "memberlist-peer";

nlohmann::ordered_json ParametersJson(const swim::Config& config)
{
    return {{"probe_interval_ns", config.probeInterval.count()},
            {"probe_timeout_ns", config.probeTimeout.count()},
            {"indirect_checks", config.indirectChecks},
            {"disable_tcp_pings", !config.streamFallback},
            {"suspicion_mult", config.suspicionMult},
            {"suspicion_max_timeout_mult", config.suspicionMaxTimeoutMult},
            {"awareness_max_multiplier", config.awarenessMaxMultiplier},
            {"retransmit_mult", config.retransmitMult},
            {"gossip_interval_ns", config.gossipInterval.count()},
            {"gossip_nodes", config.gossipNodes},
            {"gossip_to_the_dead_time_ns", config.gossipToTheDeadTime.count()},
            {"udp_buffer_size", config.udpBufferSize},
            {"push_pull_interval_ns", config.pushPullInterval.count()},
            {"tcp_timeout_ns", config.tcpTimeout.count()},
            {"dead_node_reclaim_time_ns", config.deadNodeReclaimTime.count()},
            {"enable_compression", config.compression}};
}

class MemberlistMember : public JsonMember
{
  public:
    MemberlistMember(MemberSetup setup, const MemberlistKind& kind)
        : JsonMember(std::move(setup)),
          m_kind(kind),
          m_config(Setup().scratch / (Setup().name + ".json"))
    {
        std::ofstream file(m_config);
        file << ParametersJson(Setup().protocol).dump(2) << "\n";
        file.close();
        if (!file)
        {
            throw UserError(m_config.string() + ": cannot be written");
        }
    }

    const MemberKind& Kind() const override
    {
        return m_kind;
    }

  private:
    std::vector<std::string> Command(const Launch& launch) override
    {
        return {OurProgram(PEER_PROGRAM).string(),
                "--name",
                Setup().name,
                "--bind",
                swim::FormatAddress(launch.address),
                "--config",
                m_config.string(),
                "--traffic-interval",
                "1s"};
    }

    const MemberlistKind& m_kind;
    std::filesystem::path m_config;
};

} // namespace

std::string_view MemberlistKind::Name() const
{
    return "memberlist";
}

/// It tells of a suspicion that a packet brought just before memberlist takes it up.
Duration MemberlistKind::TimeResolution() const
{
    return std::chrono::microseconds(100);
}

Duration MemberlistKind::LaunchSpacing() const
{
    return std::chrono::milliseconds(20);
}

bool MemberlistKind::CanPerform(Verb /*verb*/) const
{
    return true;
}

bool MemberlistKind::CanRememberIncarnation() const
{
    return false;
}

bool MemberlistKind::CanSuffer(Verb /*verb*/) const
{
    return true;
}

bool MemberlistKind::TellsTraffic() const
{
    return true;
}

std::optional<std::string> MemberlistKind::Refusal(const swim::Config& protocol) const
{
    if (!std::filesystem::exists(OurProgram(PEER_PROGRAM)))
    {
        return OurProgram(PEER_PROGRAM).string() +
               " is missing; install Debian's golang-go and "
               "golang-github-hashicorp-memberlist-dev, and build again";
    }
    if (const auto difference = Difference(protocol, AsMemberlist(protocol)))
    {
        return "memberlist 0.2.2 cannot be told so: " + *difference +
               "; use a preset of memberlist's, such as memberlist-lan";
    }
    return {};
}

std::unique_ptr<LiveMember> MemberlistKind::Make(MemberSetup setup) const
{
    return std::make_unique<MemberlistMember>(std::move(setup), *this);
}

} // namespace swimlab
