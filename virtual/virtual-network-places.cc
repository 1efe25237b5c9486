// SPDX-License-Identifier: MIT
//
// Where the members of a virtual network live, and which paths between them pass.
#include "swim/assert.h"
#include "virtual/virtual-network.h"

#include <charconv>
#include <utility>

namespace swim
{

namespace
{

constexpr std::uint16_t PORT = 7946;

/// Long enough that a few updates fill a datagram.
constexpr std::string_view DOMAIN_NAME = ".virtual-network.example";

/// The network's own generator; members use streams from 0.
constexpr std::uint64_t NETWORK_STREAM = UINT64_MAX;

} // namespace

VirtualNetwork::VirtualNetwork(const Config& config, std::uint32_t members, std::uint64_t seed)
    : m_config(std::make_shared<const Config>(config)),
      m_seed(seed),
      m_rng(seed, NETWORK_STREAM),
      m_cuts(std::size_t{members} * members)
{
    SWIM_ASSERT(!Validate(config), "a test's configuration is valid");
    NameMembers(members);
}

VirtualNetwork::VirtualNetwork(DetectorMaker maker, std::uint32_t members, std::uint64_t seed)
    : m_seed(seed),
      m_rng(seed, NETWORK_STREAM),
      m_maker(std::move(maker)),
      m_cuts(std::size_t{members} * members)
{
    NameMembers(members);
}

void VirtualNetwork::NameMembers(std::uint32_t members)
{
    SWIM_ASSERT(members <= 65536, "the address of a member has two bytes for its number");
    for (Member member = 0; member < members; ++member)
    {
        const NameId name =
            m_directory.InternName("m" + std::to_string(member) + std::string(DOMAIN_NAME));
        SWIM_ASSERT(name == NameOf(member), "names are interned in the members' order");
        m_processes.push_back({.node = nullptr, .home = member, .tenant = member});
        m_processes[member].identity =
            m_directory.Intern(name, AddressOf(member), "", OUR_VERSIONS);
    }
}

/// Place i is 10.0.(i / 256).(i % 256); a new address raises the second byte.
Address VirtualNetwork::AddressOf(Member member) const
{
    const Member home = m_processes[member].home;
    const std::uint8_t bytes[] = {10,
                                  m_processes[home].renewals,
                                  static_cast<std::uint8_t>(home >> 8),
                                  static_cast<std::uint8_t>(home)};
    return {bytes, PORT};
}

Member VirtualNetwork::MemberAt(const Address& address) const
{
    const auto home = static_cast<Member>(address.bytes[2] << 8 | address.bytes[3]);
    const bool current = home < Members() && m_processes[home].renewals == address.bytes[1];
    return current ? m_processes[home].tenant : NOBODY;
}

Member VirtualNetwork::MemberNamed(std::string_view name)
{
    Member member = NOBODY;
    if (name.starts_with('m') && name.ends_with(DOMAIN_NAME))
    {
        std::from_chars(name.data() + 1, name.data() + name.size(), member);
    }
    return member;
}

void VirtualNetwork::Move(Member member)
{
    std::uint8_t& renewals = m_processes[m_processes[member].home].renewals;
    SWIM_ASSERT(renewals < UINT8_MAX, "a new address raises one byte");
    ++renewals;
    Readdress(member);
}

void VirtualNetwork::Swap(Member one, Member other)
{
    std::swap(m_processes[m_processes[one].home].tenant,
              m_processes[m_processes[other].home].tenant);
    std::swap(m_processes[one].home, m_processes[other].home);
    Readdress(one);
    Readdress(other);
}

void VirtualNetwork::Readdress(Member member)
{
    Process& process = m_processes[member];
    SWIM_ASSERT(!process.node, "only a member that is down changes its address");
    ++process.moves;
    const std::string meta = m_directory.Get(process.identity).meta;
    process.identity = m_directory.Intern(NameOf(member), AddressOf(member), meta, OUR_VERSIONS);
}

void VirtualNetwork::Unplug(Member member)
{
    m_processes[member].unplugged = true;
}

void VirtualNetwork::Plug(Member member)
{
    m_processes[member].unplugged = false;
}

void VirtualNetwork::Cut(Member from, Member to, Carries what)
{
    m_cuts[from * Members() + to] |= static_cast<std::uint8_t>(what);
}

void VirtualNetwork::Partition(Member side, Carries what)
{
    for (Member low = 0; low < side; ++low)
    {
        for (Member high = side; high < Members(); ++high)
        {
            Cut(low, high, what);
            Cut(high, low, what);
        }
    }
}

void VirtualNetwork::PartitionInto(std::span<const std::uint32_t> sideOf)
{
    Heal();
    for (Member from = 0; from < Members(); ++from)
    {
        for (Member to = 0; to < Members(); ++to)
        {
            if (sideOf[from] != sideOf[to])
            {
                Cut(from, to);
            }
        }
    }
}

void VirtualNetwork::Heal()
{
    m_cuts.assign(m_cuts.size(), 0);
}

} // namespace swim
