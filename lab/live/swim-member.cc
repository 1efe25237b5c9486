// SPDX-License-Identifier: GPL-2.0-only
//
// See swim-member.h.
#include "lab/live/swim-member.h"

#include "lab/backend/backend.h"
#include "swim/endpoint.h"

#include <fstream>

namespace swimlab
{

namespace
{

constexpr std::string_view AGENT_PROGRAM = "swim-agent";

/// A parameter's value as TOML has it.
std::string TomlValue(const swim::Parameter& parameter, const swim::Config& config)
{
    const std::string text = parameter.get(config);
    const bool bare = parameter.unit == "boolean" || parameter.unit == "count" ||
                      (parameter.unit == "count or auto" && text != "auto");
    if (bare)
    {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text)
    {
        quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    return quoted + "\"";
}

class SwimMember : public JsonMember
{
  public:
    SwimMember(MemberSetup setup, const SwimKind& kind)
        : JsonMember(std::move(setup)),
          m_kind(kind),
          m_config(Setup().scratch / (Setup().name + ".toml"))
    {
        std::ofstream file(m_config);
        file << "serf = " << (Setup().amongSerf ? "true" : "false") << "\n[protocol]\n";
        for (const swim::Parameter& parameter : swim::Parameters())
        {
            file << parameter.name << " = " << TomlValue(parameter, Setup().protocol) << "\n";
        }
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
        std::vector<std::string> command{OurProgram(AGENT_PROGRAM).string(),
                                         "run",
                                         "--name",
                                         Setup().name,
                                         "--bind",
                                         swim::FormatAddress(launch.address),
                                         "--config",
                                         m_config.string(),
                                         "--incarnation",
                                         std::to_string(launch.incarnation),
                                         "--seed",
                                         std::to_string(launch.seed),
                                         "--events",
                                         "-",
                                         "--stdin-control",
                                         "--traffic-interval",
                                         "1s"};
        if (!Setup().trace.empty())
        {
            command.insert(command.end(), {"--trace", Setup().trace.string()});
            if (Setup().plan.trace.pcap)
            {
                command.push_back("--trace-packets");
            }
        }
        return command;
    }

    const SwimKind& m_kind;
    std::filesystem::path m_config;
};

} // namespace

std::string_view SwimKind::Name() const
{
    return "swimlab";
}

Duration SwimKind::TimeResolution() const
{
    return std::chrono::nanoseconds(1);
}

Duration SwimKind::LaunchSpacing() const
{
    return std::chrono::milliseconds(5);
}

bool SwimKind::CanPerform(Verb /*verb*/) const
{
    return true;
}

bool SwimKind::CanRememberIncarnation() const
{
    return true;
}

bool SwimKind::CanSuffer(Verb /*verb*/) const
{
    return true;
}

bool SwimKind::Traces() const
{
    return true;
}

bool SwimKind::TellsTraffic() const
{
    return true;
}

std::optional<std::string> SwimKind::Refusal(const swim::Config& /*protocol*/) const
{
    if (!std::filesystem::exists(OurProgram(AGENT_PROGRAM)))
    {
        return OurProgram(AGENT_PROGRAM).string() +
               " is missing; build it: ninja swim-agent-program";
    }
    return {};
}

std::unique_ptr<LiveMember> SwimKind::Make(MemberSetup setup) const
{
    return std::make_unique<SwimMember>(std::move(setup), *this);
}

std::filesystem::path OurProgram(std::string_view name)
{
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

} // namespace swimlab
