// SPDX-License-Identifier: MIT
//
// See serf-process.h.
#include "serf-process.h"

#include <sstream>

namespace swim
{

namespace
{

std::string RpcOption(int place)
{
    return "-rpc-addr=" + LoopbackHost(place) + ":17373";
}

std::vector<std::string> AgentWords(const std::string& name,
                                    int place,
                                    const std::vector<std::string>& options)
{
    std::vector<std::string> words{SerfProcess::PROGRAM,
                                   "agent",
                                   "-node=" + name,
                                   "-bind=" + LoopbackAddress(place),
                                   RpcOption(place),
                                   "-log-level=info"};
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

} // namespace

SerfProcess::SerfProcess(const std::string& name,
                         int place,
                         const std::vector<std::string>& options)
    : ChildProcess(AgentWords(name, place, options), name),
      m_name(name),
      m_address(LoopbackAddress(place)),
      m_rpc(RpcOption(place))
{
}

std::string SerfProcess::Ask(const std::string& command, const std::string& arguments) const
{
    return OutputOf(std::string(PROGRAM) + " " + command + " " + m_rpc + " " + arguments);
}

bool SerfProcess::Shows(const std::string& member,
                        const std::string& state,
                        const std::string& tags) const
{
    std::istringstream table(Ask("members"));
    for (std::string row; std::getline(table, row);)
    {
        std::istringstream columns(row);
        std::string name;
        std::string address;
        std::string shown;
        columns >> name >> address >> shown;
        if (name == member)
        {
            return shown == state && row.find(tags) != std::string::npos;
        }
    }
    return false;
}

bool SerfProcess::Running() const
{
    return Shows(m_name, "alive");
}

} // namespace swim
