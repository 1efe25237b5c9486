// SPDX-License-Identifier: MIT
//
// What an agent is told by its file, agent.toml, which is read again on SIGHUP.
#pragma once

#include "swim/agent.h"
#include "swim/key-table.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace swim::program
{

/// A mistake of the user: where it is, what is wrong, what would be right. One line.
class UserError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// The preset of who names none.
inline constexpr std::string_view DEFAULT_PRESET = "recommended-lan";

/// What agent.toml says; its keys are the rows of settings.cc.
struct Settings
{
    std::string name; ///< empty: the machine's
    std::string bind = "0.0.0.0:7946";
    std::string advertise;
    std::vector<std::string> join;
    bool retryJoin = false; ///< goes on trying until one of `join` answers
    std::string meta;       ///< as it goes over the wire: tags are encoded
    std::string events;     ///< a path; "-" is standard output; empty: none
    std::string control;    ///< the path of the control socket; empty: see DefaultControlPath
    std::string metrics;    ///< "host:port" where Prometheus may scrape; empty: nowhere
    std::string keyFile;    ///< empty: no encryption
    std::vector<std::string> allow; ///< ranges such as "10.0.0.0/8"; empty: everybody
    std::uint32_t datagramsPerSecond = AgentOptions().datagramsPerSecond; ///< of one source
    SerfPeers serf = SerfPeers::AUTO; ///< whether there are Serf's agents in the cluster
    std::string logLevel = "info";
    std::string logFile; ///< empty: standard error
    Config config = *Preset(DEFAULT_PRESET);
};

/// @throws UserError naming file and line
Settings ReadSettings(const std::string& file);

/// @return the keys that differ and are looked at when the agent starts only, not on SIGHUP
std::vector<std::string> ChangedForNextStart(const Settings& before, const Settings& after);

/// What documentation tells of the file. The other keys of [protocol] are Parameters().
std::vector<TableReference> SettingsReference();

/// What [log] level may say, joined by `|`.
inline constexpr std::string_view LOG_LEVELS = "trace|debug|info|warn|error|critical|off";

/// @throws UserError for what is none of LOG_LEVELS. @param where "agent.toml:3: log.level"
void CheckLogLevel(const std::string& where, const std::string& level);

} // namespace swim::program
