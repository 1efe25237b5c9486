// SPDX-License-Identifier: MIT
//
// See swarm.h.
#include "swim/swarm.h"

#include "agent/bind-address.h"
#include "swim/endpoint.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <sys/resource.h>

namespace swim
{

namespace
{

/// A datagram socket and a listening one.
constexpr std::size_t FILES_A_MEMBER = 2;

/// What else a process has open, and connections for a while.
constexpr std::size_t FILES_BESIDE = 1024;

/// Enough that one which is busy or gone does not hold up the joins of the others.
constexpr std::size_t SEEDS = 3;

/// A seed that is overrun by joins refuses some, which come again.
const JoinOptions PERSISTENT{.retries = 20, .retryInterval = std::chrono::milliseconds(500)};

void AllowFiles(std::size_t members)
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t needed = members * FILES_A_MEMBER + FILES_BESIDE;
    if (limit.rlim_max < needed)
    {
        throw AgentError(std::to_string(members) + " members need " + std::to_string(needed) +
                         " open files, and the system allows this process " +
                         std::to_string(limit.rlim_max) + ": raise the limit (ulimit -Hn)");
    }
    if (limit.rlim_cur < needed)
    {
        limit.rlim_cur = needed;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/// @return the address so many behind the first
Address AddressBehind(Address first, std::size_t distance)
{
    for (std::size_t i = first.length; i-- > 0 && distance > 0; distance >>= 8)
    {
        distance += first.bytes[i];
        first.bytes[i] = static_cast<std::uint8_t>(distance);
    }
    return first;
}

Address FirstAddress(const std::string& bind)
{
    const Address address = ReadBindAddress(bind);
    if (IsUnspecified(address))
    {
        throw AgentError("bind = \"" + bind +
                         "\": must be the first member's address, such as 127.0.0.1:7946");
    }
    return address;
}

/// @return the first name without its 0
std::string CommonName(const std::string& first)
{
    return first.ends_with('0') ? first.substr(0, first.size() - 1) : first;
}

} // namespace

Swarm::Swarm(const SwarmOptions& options)
{
    if (!options.first.advertise.empty())
    {
        throw AgentError("advertise = \"" + options.first.advertise +
                         "\": each member of a swarm has an address of its own; leave it out");
    }
    AllowFiles(options.members);
    const Address first = FirstAddress(options.first.bind);
    const std::string name = CommonName(options.first.name);
    for (std::size_t member = 0; member < options.members; ++member)
    {
        AgentOptions own = options.first;
        own.name = name + std::to_string(member);
        own.bind = FormatAddress(AddressBehind(first, member));
        own.listener = options.listenerOf ? options.listenerOf(member) : nullptr;
        if (own.seed)
        {
            *own.seed += member;
        }
        m_agents.push_back(std::make_unique<Agent>(own, m_host));
    }
}

Swarm::~Swarm() = default;

std::vector<Future<JoinResult>> Swarm::Join(std::vector<std::string> seeds, Duration over)
{
    const bool amongUs = seeds.empty();
    for (std::size_t member = 0; amongUs && member < std::min(SEEDS, Size()); ++member)
    {
        seeds.push_back(FormatAddress(At(member).AdvertisedAddress()));
    }
    std::vector<Future<JoinResult>> results;
    for (std::size_t member = 0; member < Size(); ++member)
    {
        JoinOptions options = PERSISTENT;
        options.delay = over * member / Size();
        // Among ourselves the seeds all ask the first, or they would stay apart; and it the second.
        const bool isSeed = amongUs && member < SEEDS;
        const std::size_t first = member == 0 && seeds.size() > 1 ? 1 : 0;
        const std::size_t seed = isSeed ? first : member % seeds.size();
        results.push_back(At(member).Join({seeds[seed]}, options));
    }
    return results;
}

std::size_t Swarm::LeastKnown() const
{
    std::size_t least = m_agents.empty() ? 0 : SIZE_MAX;
    for (const std::unique_ptr<Agent>& agent : m_agents)
    {
        least = std::min(least, agent->MemberCount());
    }
    return least;
}

bool Swarm::Quiet() const
{
    return std::ranges::all_of(m_agents,
                               [](const auto& agent) { return agent->QueuedUpdates() == 0; });
}

} // namespace swim
