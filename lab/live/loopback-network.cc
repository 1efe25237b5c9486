// SPDX-License-Identifier: GPL-2.0-only
//
// See loopback-network.h.
#include "lab/live/loopback-network.h"

#include "lab/backend/backend.h"
#include "swim/rng.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace swimlab
{

namespace
{

constexpr std::uint16_t MEMBER_PORT = 7946; // memberlist's own

/// 127.0.0.0/16 is everybody's, and some use the next few.
constexpr int FIRST_BLOCK = 16;
constexpr int LAST_BLOCK = 254;

constexpr std::uint64_t IMPAIRMENT_STREAM = 0x6c6f6f7062000000; // "loopb", and a number

/// A name in the kernel that only one process can have, until it ends.
int LockBlock(int block)
{
    const int lock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string text = "swimlab-loopback-" + std::to_string(block);
    text.copy(name.sun_path + 1, sizeof(name.sun_path) - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    if (bind(lock, reinterpret_cast<const sockaddr*>(&name), size) == 0)
    {
        return lock;
    }
    close(lock);
    return -1;
}

sockaddr_in ToSocketAddress(const swim::Address& address)
{
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(address.port);
    std::memcpy(&result.sin_addr, address.Bytes().data(), sizeof(result.sin_addr));
    return result;
}

double EitherOf(double a, double b)
{
    return a + b - a * b;
}

void SetField(swim::PathImpairment& path, const Action& action)
{
    switch (action.verb)
    {
    case Verb::LOSS:
        path.loss = action.probability;
        return;
    case Verb::DATAGRAM_LOSS:
        path.datagramLoss = action.probability;
        return;
    case Verb::DELAY:
        path.delay = action.duration;
        return;
    case Verb::JITTER:
        path.jitter = action.duration;
        return;
    case Verb::DUPLICATION:
        path.duplication = action.probability;
        return;
    case Verb::REORDER:
        path.reorder = action.probability;
        path.reorderBy = action.duration;
        return;
    default:
        return;
    }
}

} // namespace

LoopbackBlock::LoopbackBlock()
{
    for (int block = FIRST_BLOCK; block <= LAST_BLOCK; ++block)
    {
        if ((m_lock = LockBlock(block)) >= 0)
        {
            m_block = static_cast<std::uint8_t>(block);
            return;
        }
    }
    throw UserError("all loopback addresses are taken by other runs; wait for them to end");
}

LoopbackBlock::~LoopbackBlock()
{
    close(m_lock);
}

swim::Address LoopbackBlock::At(std::uint32_t number, std::uint16_t port) const
{
    const std::array<std::uint8_t, 4> bytes = {127,
                                               m_block,
                                               static_cast<std::uint8_t>(number >> 8),
                                               static_cast<std::uint8_t>(number & 0xff)};
    return {bytes, port};
}

LoopbackNetwork::LoopbackNetwork(const Plan& plan, Impair impair)
    : m_plan(plan),
      m_impair(std::move(impair)),
      m_paths(plan.topology),
      m_socket(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
      m_members(plan.members),
      m_told(plan.members)
{
    m_common = {.loss = plan.network.loss,
                .datagramLoss = plan.network.datagramLoss,
                .delay = plan.network.delay,
                .jitter = plan.network.jitter,
                .duplication = plan.network.duplication,
                .reorder = plan.network.reorder,
                .reorderBy = plan.network.reorderBy};
    for (MemberId member = 0; member < plan.members; ++member)
    {
        m_members[member].address = member;
        m_members[member].seed = swim::Rng(plan.seed, IMPAIRMENT_STREAM + member).Next();
        m_members[member].up = plan.starts[member].has_value();
    }
    const sockaddr_in stranger = ToSocketAddress(m_block.At(0xfffe, 0));
    if (bind(m_socket, reinterpret_cast<const sockaddr*>(&stranger), sizeof(stranger)) != 0)
    {
        throw UserError(std::string("the loopback addresses 127.0.0.0/8 cannot be used: ") +
                        std::strerror(errno));
    }
}

LoopbackNetwork::~LoopbackNetwork()
{
    close(m_socket);
}

swim::Address LoopbackNetwork::AddressOf(MemberId member) const
{
    return m_block.At(m_members[member].address + 1, MEMBER_PORT);
}

void LoopbackNetwork::SetAddress(MemberId member, AddressId address)
{
    m_members[member].address = address;
    Tell();
}

std::function<bool()> LoopbackNetwork::EntranceOf(MemberId /*member*/) const
{
    return {};
}

void LoopbackNetwork::Begin()
{
    m_begun = true;
    Tell();
}

void LoopbackNetwork::SetUp(MemberId member, bool up)
{
    m_members[member].up = up;
    m_members[member].stalled = false; // whoever starts is another process
    Tell();
}

void LoopbackNetwork::Perform(const Action& action)
{
    switch (action.verb)
    {
    case Verb::PARTITION:
        for (Member& member : m_members)
        {
            member.side = action.sides.size();
        }
        for (std::size_t side = 0; side < action.sides.size(); ++side)
        {
            for (const MemberId member : action.sides[side])
            {
                m_members[member].side = side;
            }
        }
        break;
    case Verb::HEAL:
        for (Member& member : m_members)
        {
            member.side = 0;
        }
        break;
    case Verb::BLOCK:
        AddBlock(action);
        break;
    case Verb::UNBLOCK:
        std::erase_if(m_blocks, [&](const OneWayBlock& block) {
            return action.block == 0 || block.number == action.block;
        });
        break;
    case Verb::DISCONNECT:
    case Verb::RECONNECT:
        for (const MemberId member : action.members)
        {
            m_members[member].connected = action.verb == Verb::RECONNECT;
        }
        break;
    case Verb::SLOW:
        for (const MemberId member : action.members)
        {
            m_members[member].slow = action.duration;
        }
        break;
    case Verb::STALL:
    case Verb::UNSTALL:
        for (const MemberId member : action.members)
        {
            m_members[member].stalled = action.verb == Verb::STALL;
        }
        break;
    default:
        SetValue(action);
    }
    Tell();
}

void LoopbackNetwork::AddBlock(const Action& action)
{
    const std::set<MemberId> members(action.members.begin(), action.members.end());
    const std::set<MemberId> others(action.others.begin(), action.others.end());
    if (action.direction != Direction::IN)
    {
        m_blocks.push_back({action.block, members, others, action.carrier});
    }
    if (action.direction != Direction::OUT)
    {
        m_blocks.push_back({action.block, others, members, action.carrier});
    }
}

void LoopbackNetwork::SetValue(const Action& action)
{
    if (action.members.empty())
    {
        SetField(m_common, action);
    }
    for (const MemberId member : action.members)
    {
        if (action.direction != Direction::IN)
        {
            SetField(m_members[member].out, action);
        }
        if (action.direction != Direction::OUT)
        {
            SetField(m_members[member].in, action);
        }
    }
}

/// The network's own and the member's. Two jitters add up as one does that is as long as both.
swim::PathImpairment LoopbackNetwork::OutOf(const Member& member) const
{
    const swim::PathImpairment& own = member.out;
    return {.loss = EitherOf(m_common.loss, own.loss),
            .datagramLoss = EitherOf(m_common.datagramLoss, own.datagramLoss),
            .delay = m_common.delay + own.delay,
            .jitter = m_common.jitter + own.jitter,
            .duplication = EitherOf(m_common.duplication, own.duplication),
            .reorder = EitherOf(m_common.reorder, own.reorder),
            .reorderBy = std::max(m_common.reorderBy, own.reorderBy)};
}

swim::Impairment LoopbackNetwork::ImpairmentOf(MemberId member) const
{
    if (!m_begun)
    {
        return {};
    }
    const Member& self = m_members[member];
    swim::Impairment impairment;
    impairment.seed = self.seed;
    impairment.out = OutOf(self);
    impairment.in = self.in;
    impairment.slow = self.slow;
    impairment.down = !self.connected;
    impairment.stalled = self.stalled;
    AddSides(member, impairment);
    AddBlocks(member, impairment);
    AddPeers(member, impairment);
    return impairment;
}

void LoopbackNetwork::AddSides(MemberId member, swim::Impairment& impairment) const
{
    swim::Block block;
    for (MemberId other = 0; other < m_members.size(); ++other)
    {
        if (m_members[other].side != m_members[member].side)
        {
            block.peers.push_back(AddressOf(other));
        }
    }
    if (!block.peers.empty())
    {
        impairment.blocks.push_back(std::move(block));
    }
}

void LoopbackNetwork::AddBlocks(MemberId member, swim::Impairment& impairment) const
{
    const auto add = [&](const OneWayBlock& rule, const std::set<MemberId>& peers, bool out) {
        swim::Block block;
        block.in = !out;
        block.out = out;
        block.datagrams = rule.carrier != Carrier::STREAMS;
        block.streams = rule.carrier != Carrier::DATAGRAMS;
        for (const MemberId peer : peers)
        {
            if (peer != member)
            {
                block.peers.push_back(AddressOf(peer));
            }
        }
        impairment.blocks.push_back(std::move(block));
    };
    for (const OneWayBlock& rule : m_blocks)
    {
        if (rule.from.contains(member))
        {
            add(rule, rule.to, true);
        }
        if (rule.to.contains(member))
        {
            add(rule, rule.from, false);
        }
    }
}

void LoopbackNetwork::AddPeers(MemberId member, swim::Impairment& impairment) const
{
    impairment.everyPeer.out = OutOf({});
    for (MemberId other = 0; other < m_members.size(); ++other)
    {
        if (other == member)
        {
            continue;
        }
        const Member& peer = m_members[other];
        const swim::PeerImpairment own = {.out = OutOf(peer),
                                          .in = peer.in,
                                          .slow = peer.slow,
                                          .down = !peer.connected || !peer.up};
        if (own != impairment.everyPeer)
        {
            impairment.peers[AddressOf(other)] = own;
        }
        const Duration delay =
            m_paths.Delay(m_plan.routerOfMember[member], m_plan.routerOfMember[other]) +
            2 * m_plan.topology.accessDelay;
        if (delay > Duration::zero())
        {
            impairment.delays[AddressOf(other)] = delay;
        }
    }
}

void LoopbackNetwork::Tell()
{
    if (!m_begun)
    {
        return;
    }
    for (MemberId member = 0; member < m_members.size(); ++member)
    {
        if (swim::Impairment impairment = ImpairmentOf(member); impairment != m_told[member])
        {
            m_impair(member, impairment);
            m_told[member] = std::move(impairment);
        }
    }
}

void LoopbackNetwork::Inject(MemberId into,
                             MemberId /*from*/,
                             std::span<const std::uint8_t> datagram)
{
    const sockaddr_in to = ToSocketAddress(AddressOf(into));
    sendto(m_socket,
           datagram.data(),
           datagram.size(),
           MSG_DONTWAIT,
           reinterpret_cast<const sockaddr*>(&to),
           sizeof(to));
}

} // namespace swimlab
