// SPDX-License-Identifier: GPL-2.0-only
//
// The baseline of the network of paths: what ns-3's scheduler alone costs.
//
//     bare-exchange MEMBERS SECONDS
//
// Once a second each member sends a message to another at random, who sends one back. A message is
// an event; there is no codec, no rule, no fault, no record. Prints, as swimlab-ns3 does, how far
// it is, and at the end the number of messages that arrived.
#include "progress-lines.h"
#include "swim/rng.h"

#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace
{

struct Member
{
    std::uint64_t pings = 0;
    std::uint64_t acks = 0;
};

class BareExchange
{
  public:
    explicit BareExchange(std::uint32_t members)
        : m_members(members)
    {
        for (std::uint32_t member = 0; member < members; ++member)
        {
            const auto phase = static_cast<std::int64_t>(m_rng.Below(1'000'000'000));
            ns3::Simulator::Schedule(ns3::NanoSeconds(phase), &BareExchange::Ping, this, member);
        }
    }

    std::uint64_t Messages() const
    {
        std::uint64_t sum = 0;
        for (const Member& member : m_members)
        {
            sum += member.pings + member.acks;
        }
        return sum;
    }

  private:
    void Ping(std::uint32_t from)
    {
        const auto to = static_cast<std::uint32_t>(m_rng.Below(m_members.size()));
        ns3::Simulator::Schedule(DELAY, &BareExchange::OnPing, this, from, to);
        ns3::Simulator::Schedule(ns3::Seconds(1), &BareExchange::Ping, this, from);
    }

    void OnPing(std::uint32_t from, std::uint32_t to)
    {
        ++m_members[to].pings;
        ns3::Simulator::Schedule(DELAY, &BareExchange::OnAck, this, from);
    }

    void OnAck(std::uint32_t to)
    {
        ++m_members[to].acks;
    }

    inline static const ns3::Time DELAY = ns3::MicroSeconds(200);

    swim::Rng m_rng{1, 0};
    std::vector<Member> m_members;
};

} // namespace

int main(int argc, char* argv[])
{
    if (argc != 3)
    {
        std::fputs("usage: bare-exchange MEMBERS SECONDS\n", stderr);
        return 2;
    }
    const auto members = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10));
    const double seconds = std::strtod(argv[2], nullptr);
    ns3::Time::SetResolution(ns3::Time::NS);
    ns3::Simulator::SetScheduler(ns3::ObjectFactory("ns3::PriorityQueueScheduler"));
    BareExchange exchange(members);
    swimlab::RunWithProgress(ns3::Seconds(seconds));
    std::printf("{\"messages\":%llu}\n", static_cast<unsigned long long>(exchange.Messages()));
    ns3::Simulator::Destroy();
    return 0;
}
