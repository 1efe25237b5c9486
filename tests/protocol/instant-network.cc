// SPDX-License-Identifier: MIT
//
// See instant-network.h.
#include "instant-network.h"

#include "swim/assert.h"

#include <string>

namespace swim
{

namespace
{

constexpr std::uint16_t PORT = 7946;

/// The network's own generator; members use streams from 0.
constexpr std::uint64_t NETWORK_STREAM = UINT64_MAX;

} // namespace

KnownMembers::KnownMembers(std::uint32_t size)
{
    SWIM_ASSERT(size <= 65536, "the address of a member has two bytes for its number");
    for (Member member = 0; member < size; ++member)
    {
        const std::uint8_t address[] = {10,
                                        0,
                                        static_cast<std::uint8_t>(member >> 8),
                                        static_cast<std::uint8_t>(member)};
        const NameId name = directory.InternName("m" + std::to_string(member));
        identities.push_back(directory.Intern(name, Address(address, PORT), "", OUR_VERSIONS));
    }
    baseline = std::make_shared<const Baseline>(identities, directory);
}

Member KnownMembers::At(const Address& address)
{
    return static_cast<Member>(address.bytes[2] << 8 | address.bytes[3]);
}

Node KnownMembers::MakeNode(Member member,
                            const std::shared_ptr<const Config>& config,
                            const Rng& rng)
{
    const Node::Setup setup{.config = config, .self = identities[member], .baseline = baseline};
    return Node(setup, rng, directory);
}

InstantNetwork::InstantNetwork(const Config& config,
                               std::uint32_t members,
                               std::uint64_t seed,
                               double loss)
    : m_config(std::make_shared<const Config>(config)),
      m_known(members),
      m_rng(seed, NETWORK_STREAM),
      m_loss(loss),
      m_armed(members, NEVER)
{
    SWIM_ASSERT(!Validate(config), "a test's configuration is valid");
    m_nodes.reserve(members);
    for (Member member = 0; member < members; ++member)
    {
        m_nodes.push_back(m_known.MakeNode(member, m_config, Rng(seed, member)));
        m_nodes.back().Start(m_now);
        Perform(member);
    }
}

void InstantNetwork::RunUntil(Instant end)
{
    while (!m_wakeUps.empty() && m_wakeUps.top().first <= end)
    {
        const auto [at, member] = m_wakeUps.top();
        m_wakeUps.pop();
        if (m_armed[member] != at)
        {
            continue;
        }
        m_now = at;
        m_outbox.Clear();
        m_nodes[member].Advance(m_now, m_outbox);
        Perform(member);
        DeliverAll();
    }
    m_now = end;
}

void InstantNetwork::Hand(Member to, wire::ByteView datagram)
{
    m_arriving.push_back({NOBODY, to, {datagram.begin(), datagram.end()}});
    DeliverAll();
}

void InstantNetwork::Perform(Member member)
{
    const Node& node = m_nodes[member];
    for (const Outbox::Datagram& datagram : m_outbox.Datagrams())
    {
        if (m_loss == 0 || m_rng.Unit() >= m_loss)
        {
            const wire::ByteView bytes = m_outbox.Bytes(datagram);
            m_arriving.push_back(
                {member, KnownMembers::At(datagram.to), {bytes.begin(), bytes.end()}});
        }
    }
    if (m_observer)
    {
        m_observer(member, node, m_outbox);
    }
    const Instant deadline = node.NextDeadline();
    if (deadline != m_armed[member])
    {
        m_armed[member] = deadline;
        m_wakeUps.emplace(deadline, member);
    }
}

void InstantNetwork::DeliverAll()
{
    while (!m_arriving.empty())
    {
        const Datagram datagram = std::move(m_arriving.front());
        m_arriving.pop_front();
        m_outbox.Clear();
        const Address from = datagram.from == NOBODY
                                 ? Address()
                                 : m_known.directory.Get(m_known.identities[datagram.from]).address;
        m_nodes[datagram.to].Receive(m_now, from, datagram.bytes, m_outbox);
        Perform(datagram.to);
    }
}

} // namespace swim
