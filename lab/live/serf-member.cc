// SPDX-License-Identifier: GPL-2.0-only
//
// See serf-member.h.
#include "lab/live/serf-member.h"

#include "lab/backend/backend.h"
#include "lab/live/firewall.h"
#include "lab/live/foreign-parameters.h"
#include "lab/live/serf-log.h"
#include "swim/endpoint.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unistd.h>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

constexpr const char* SERF_PROGRAM = "serf";
constexpr std::uint16_t RPC_PORT = 7373; // Serf's own, at the member's address

/// Serf has no way to never reconnect.
constexpr Duration NEVER = 24h * 365;

constexpr std::array<const char*, 3> PROFILES = {"lan", "wan", "local"};

/// @return the profile that has these parameters, or nothing
std::optional<std::string> ProfileOf(const swim::Config& protocol)
{
    for (const char* const profile : PROFILES)
    {
        if (!Difference(protocol, AsSerf(protocol, profile)))
        {
            return profile;
        }
    }
    return {};
}

/// memberlist's: what a suspicion that nobody confirms lasts. @param members at most
Duration LongestSuspicion(const swim::Config& protocol, std::uint32_t members)
{
    const double scale = std::max(1.0, std::log10(std::max(1.0, static_cast<double>(members))));
    const double mult = protocol.suspicionMult * protocol.suspicionMaxTimeoutMult * scale;
    return std::chrono::duration_cast<Duration>(protocol.probeInterval * mult);
}

/// More than one cluster here has; a few seconds too long do no harm.
constexpr std::uint32_t MANY_MEMBERS = 1000;

bool IsInPath(const std::string& program)
{
    const char* const path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');)
    {
        if (access((folder + "/" + program).c_str(), X_OK) == 0)
        {
            return true;
        }
    }
    return false;
}

std::string RpcAddress(swim::Address address)
{
    address.port = RPC_PORT;
    return swim::FormatAddress(address);
}

class SerfMember : public LiveMember
{
  public:
    SerfMember(MemberSetup setup, const SerfKind& kind)
        : LiveMember(std::move(setup)),
          m_kind(kind),
          m_log(NewLog())
    {
    }

    const MemberKind& Kind() const override
    {
        return m_kind;
    }

    void Impair(const swim::Impairment& impairment) override
    {
        if (Firewall* const firewall = Firewall::Instance())
        {
            firewall->Set(Setup().loop, Setup().member, m_address, impairment);
        }
    }

    void Join(const std::vector<swim::Address>& seeds) override
    {
        std::vector<std::string> addresses;
        for (const swim::Address& seed : seeds)
        {
            addresses.push_back(swim::FormatAddress(seed));
        }
        Ask("join", addresses);
    }

    void UpdateMeta(const std::string& meta) override
    {
        Ask("tags", {"-set", "meta=" + meta});
    }

  private:
    std::vector<std::string> Command(const Launch& launch) override
    {
        m_address = launch.address;
        m_enter = launch.enter;
        m_log = NewLog();
        const std::filesystem::path config = WriteConfig(launch);
        std::vector<std::string> command = {SERF_PROGRAM,
                                            "agent",
                                            "-config-file=" + config.string()};
        if (!Setup().protocol.compression)
        {
            command.emplace_back("-disable-compression");
        }
        if (Firewall::Instance() != nullptr)
        {
            // It reads its file as another user, and its end is tied to ours once more: a change of
            // user undoes that.
            namespace fs = std::filesystem;
            fs::permissions(Setup().scratch, fs::perms::others_exec, fs::perm_options::add);
            const std::string user = std::to_string(Firewall::UserOf(Setup().member));
            const std::vector<std::string> as = {"setpriv",
                                                 "--reuid=" + user,
                                                 "--regid=" + user,
                                                 "--clear-groups",
                                                 "--pdeathsig=KILL"};
            command.insert(command.begin(), as.begin(), as.end());
        }
        return command;
    }

    std::filesystem::path WriteConfig(const Launch& launch) const
    {
        const swim::Config& protocol = Setup().protocol;
        const Duration reconnect =
            protocol.reconnectInterval == Duration::zero() ? NEVER : protocol.reconnectInterval;
        const auto inNs = [](Duration time) { return std::to_string(time.count()) + "ns"; };
        nlohmann::ordered_json seeds = nlohmann::ordered_json::array();
        for (const swim::Address& seed : launch.seeds)
        {
            seeds.push_back(swim::FormatAddress(seed));
        }
        const nlohmann::ordered_json config = {
            {"node_name", Setup().name},
            {"bind", swim::FormatAddress(launch.address)},
            {"rpc_addr", RpcAddress(launch.address)},
            {"profile", *ProfileOf(protocol)},
            {"log_level", "info"},
            {"leave_on_terminate", true},
            {"disable_coordinates", !protocol.coordinates},
            {"reconnect_interval", inNs(reconnect)},
            {"retry_join", seeds},
            {"retry_interval", inNs(Setup().plan.joinRetry.interval)},
        };
        const std::filesystem::path path = Setup().scratch / (Setup().name + ".json");
        std::ofstream file(path);
        file << config.dump(2) << "\n";
        file.close();
        if (!file)
        {
            throw UserError(path.string() + ": cannot be written");
        }
        return path;
    }

    /// By Serf's own client; one question that is still open is given up for the next.
    void Ask(const std::string& command, const std::vector<std::string>& arguments)
    {
        Process::Start start{{SERF_PROGRAM, command, "-rpc-addr=" + RpcAddress(m_address)},
                             m_enter};
        start.command.insert(start.command.end(), arguments.begin(), arguments.end());
        m_client = std::make_unique<Process>(Setup().loop, start, Process::Handlers{});
    }

    void Greet(const Launch& launch) override
    {
        Impair(launch.impairment);
    }

    void OnLine(std::string_view line) override
    {
        const std::int64_t nowNs = NowNs();
        MemberListener& listener = Setup().listener;
        if (SerfLog::SaysItListens(line))
        {
            listener.OnStarted(Setup().member);
        }
        else if (const auto trouble = SerfLog::Trouble(line))
        {
            listener.OnTrouble(Setup().member, "said: " + std::string(*trouble));
        }
        else if (const auto finding = m_log.Read(line, nowNs))
        {
            listener.OnConclusion({.timeNs = nowNs,
                                   .observer = Setup().member,
                                   .kind = finding->kind,
                                   .subject = {Setup().plan, finding->subject},
                                   .source = {Setup().plan, finding->source},
                                   .rejection = finding->rejection});
        }
    }

    SerfLog NewLog() const
    {
        return {Setup().name, LongestSuspicion(Setup().protocol, MANY_MEMBERS)};
    }

    const SerfKind& m_kind;
    SerfLog m_log;
    swim::Address m_address;
    std::function<bool()> m_enter;
    std::unique_ptr<Process> m_client; ///< the last that asked something of it
};

} // namespace

std::string_view SerfKind::Name() const
{
    return "serf";
}

/// Its own stamps are whole seconds; these are of when its lines were read.
Duration SerfKind::TimeResolution() const
{
    return 1ms;
}

Duration SerfKind::LaunchSpacing() const
{
    return 20ms;
}

bool SerfKind::CanPerform(Verb /*verb*/) const
{
    return true;
}

/// The agent ends when it has made as many attempts as it may.
bool SerfKind::CanGiveUpJoining() const
{
    return false;
}

bool SerfKind::CanRememberIncarnation() const
{
    return false;
}

bool SerfKind::CanSuffer(Verb verb) const
{
    switch (verb)
    {
    case Verb::PARTITION:
    case Verb::HEAL:
    case Verb::BLOCK:
    case Verb::UNBLOCK:
    case Verb::DISCONNECT:
    case Verb::RECONNECT:
    case Verb::LOSS:
    case Verb::DATAGRAM_LOSS:
        return true;
    default:
        return false;
    }
}

bool SerfKind::SuffersByFirewall() const
{
    return true;
}

bool SerfKind::TellsTraffic() const
{
    return false;
}

/// Of refutations it tells its own only.
std::vector<std::string> SerfKind::NotObservable() const
{
    return {"refuted", "incarnation"};
}

std::optional<std::string> SerfKind::Refusal(const swim::Config& protocol) const
{
    if (!IsInPath(SERF_PROGRAM))
    {
        return "there is no program serf; install Debian's package serf";
    }
    if (!ProfileOf(protocol))
    {
        return "Serf has the parameters of its profiles only: with profile lan, " +
               *Difference(protocol, AsSerf(protocol, "lan")) +
               "; use the preset memberlist-lan, memberlist-wan or memberlist-local";
    }
    return {};
}

std::unique_ptr<LiveMember> SerfKind::Make(MemberSetup setup) const
{
    return std::make_unique<SerfMember>(std::move(setup), *this);
}

} // namespace swimlab
