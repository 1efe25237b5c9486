// SPDX-License-Identifier: MIT
//
// See virtual-network.h.
#include "virtual-network.h"

#include <utility>

namespace swim
{

namespace
{

constexpr std::uint16_t PORT = 7946;

/// Long enough that a few updates fill a datagram.
constexpr const char* DOMAIN_NAME = ".virtual-network.example";

/// The network's own generator; members use streams from 0.
constexpr std::uint64_t NETWORK_STREAM = UINT64_MAX;

/// Member i lives at 10.0.(i / 256).(i % 256).
Address AddressOf(Member member)
{
    const std::uint8_t bytes[] = {10,
                                  0,
                                  static_cast<std::uint8_t>(member >> 8),
                                  static_cast<std::uint8_t>(member)};
    return {bytes, PORT};
}

Member MemberAt(const Address& address)
{
    return static_cast<Member>(address.bytes[2] << 8 | address.bytes[3]);
}

wire::Bytes CopyOf(wire::ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

} // namespace

VirtualNetwork::VirtualNetwork(const Config& config, std::uint32_t members, std::uint64_t seed)
    : m_config(std::make_shared<const Config>(config)),
      m_seed(seed),
      m_rng(seed, NETWORK_STREAM),
      m_cuts(std::size_t{members} * members)
{
    SWIM_ASSERT(!Validate(config), "a test's configuration is valid");
    SWIM_ASSERT(members <= 65536, "the address of a member has two bytes for its number");
    for (Member member = 0; member < members; ++member)
    {
        const NameId name = m_directory.InternName("m" + std::to_string(member) + DOMAIN_NAME);
        SWIM_ASSERT(name == NameOf(member), "names are interned in the members' order");
        const IdentityId identity = m_directory.Intern(name, AddressOf(member), "", OUR_VERSIONS);
        m_processes.push_back({.node = nullptr, .identity = identity});
    }
}

void VirtualNetwork::StartConverged()
{
    std::vector<IdentityId> all;
    for (const Process& process : m_processes)
    {
        all.push_back(process.identity);
    }
    const auto baseline = std::make_shared<const Baseline>(all, m_directory);
    for (Member member = 0; member < Members(); ++member)
    {
        Start(member, {m_config, m_processes[member].identity, 1, baseline});
    }
}

void VirtualNetwork::Boot(Member member, std::uint32_t incarnation, std::span<const Member> seeds)
{
    Start(member, {m_config, m_processes[member].identity, incarnation});
    Join(member, seeds);
}

void VirtualNetwork::Start(Member member, const Node::Setup& setup)
{
    Process& process = m_processes[member];
    SWIM_ASSERT(!process.node, "a member runs one process at a time");
    const std::uint64_t stream = std::uint64_t{process.life} * Members() + member;
    process.node = std::make_unique<Node>(setup, Rng(m_seed, stream), m_directory);
    ++process.life;
    process.wakeUp = NEVER;
    Tell(member, [&](Node& node, Outbox&) { node.Start(m_now); });
}

void VirtualNetwork::Join(Member member, std::span<const Member> seeds)
{
    std::vector<Address> addresses;
    for (const Member seed : seeds)
    {
        addresses.push_back(AddressOf(seed));
    }
    Tell(member, [&](Node& node, Outbox& out) { node.Join(m_now, addresses, out); });
}

void VirtualNetwork::Crash(Member member)
{
    Process& process = m_processes[member];
    process.node.reset();
    process.paused = false;
    process.inbox.clear();
}

void VirtualNetwork::Leave(Member member)
{
    Tell(member, [&](Node& node, Outbox& out) { node.Leave(m_now, out); });
}

void VirtualNetwork::Pause(Member member)
{
    SWIM_ASSERT(m_processes[member].node, "only a process that runs can be paused");
    m_processes[member].paused = true;
}

void VirtualNetwork::Resume(Member member)
{
    Process& process = m_processes[member];
    process.paused = false;
    for (const Occurrence& occurrence : std::exchange(process.inbox, {}))
    {
        Deliver(occurrence);
    }
    if (process.node)
    {
        Tell(member, [&](Node& node, Outbox& out) { node.Advance(m_now, out); });
    }
}

void VirtualNetwork::Cut(Member from, Member to)
{
    m_cuts[from * Members() + to] = true;
}

void VirtualNetwork::Partition(Member side)
{
    for (Member low = 0; low < side; ++low)
    {
        for (Member high = side; high < Members(); ++high)
        {
            Cut(low, high);
            Cut(high, low);
        }
    }
}

void VirtualNetwork::Heal()
{
    m_cuts.assign(m_cuts.size(), false);
}

void VirtualNetwork::RunFor(Duration time)
{
    const Instant end = m_now + time;
    while (!m_pending.empty() && m_pending.begin()->first.first <= end)
    {
        const auto next = m_pending.extract(m_pending.begin());
        m_now = next.key().first;
        const Occurrence& occurrence = next.mapped();
        Process& process = m_processes[occurrence.to];
        if (occurrence.kind == Occurrence::Kind::WAKE_UP)
        {
            if (process.node && !process.paused && process.wakeUp == m_now)
            {
                Tell(occurrence.to, [&](Node& node, Outbox& out) { node.Advance(m_now, out); });
            }
        }
        else if (process.paused)
        {
            process.inbox.push_back(occurrence);
        }
        else
        {
            Deliver(occurrence);
        }
    }
    m_now = end;
}

void VirtualNetwork::Deliver(const Occurrence& occurrence)
{
    const Process& process = m_processes[occurrence.to];
    if (occurrence.kind == Occurrence::Kind::STREAM)
    {
        Accept(occurrence);
        return;
    }
    if (!process.node)
    {
        return;
    }
    if (occurrence.kind == Occurrence::Kind::DATAGRAM)
    {
        const Address from = AddressOf(occurrence.from);
        Tell(occurrence.to,
             [&](Node& node, Outbox& out) { node.Receive(m_now, from, occurrence.bytes, out); });
        return;
    }
    if (process.life != occurrence.life)
    {
        return; // the process that opened the stream is gone
    }
    Tell(occurrence.to, [&](Node& node, Outbox& out) {
        occurrence.kind == Occurrence::Kind::ANSWER
            ? node.ReceiveStreamAnswer(m_now, occurrence.exchange, occurrence.bytes, out)
            : node.StreamFailed(m_now, occurrence.exchange, out);
    });
}

void VirtualNetwork::Accept(const Occurrence& stream)
{
    Occurrence reply{Occurrence::Kind::FAILURE,
                     stream.from,
                     stream.to,
                     stream.life,
                     stream.exchange};
    if (m_processes[stream.to].node)
    {
        wire::Bytes answer;
        Tell(stream.to, [&](Node& node, Outbox& out) {
            node.ReceiveStream(m_now, stream.bytes, out);
            answer = CopyOf(out.StreamAnswer());
        });
        if (!answer.empty())
        {
            reply.kind = Occurrence::Kind::ANSWER;
            reply.bytes = std::move(answer);
        }
    }
    if (!IsCut(stream.to, stream.from))
    {
        Schedule(Arrival(), std::move(reply));
    }
}

template <typename Input>
void VirtualNetwork::Tell(Member member, Input input)
{
    Process& process = m_processes[member];
    SWIM_ASSERT(process.node && !process.paused, "only a running process can be told anything");
    m_outbox.Clear();
    input(*process.node, m_outbox);
    Perform(member);
    if (m_observer)
    {
        m_observer(member, *process.node, m_outbox);
    }
    if (process.node->LeaveDone())
    {
        Crash(member);
        return;
    }
    const Instant wakeUp = process.node->NextDeadline();
    if (wakeUp != process.wakeUp && wakeUp != NEVER)
    {
        Schedule(wakeUp, {Occurrence::Kind::WAKE_UP, member});
    }
    process.wakeUp = wakeUp;
}

void VirtualNetwork::Perform(Member member)
{
    for (const Outbox::Datagram& datagram : m_outbox.Datagrams())
    {
        SendDatagram(member, datagram);
    }
    for (const Outbox::Stream& stream : m_outbox.Streams())
    {
        const Member to = MemberAt(stream.to);
        if (!IsCut(member, to) && !IsCut(to, member))
        {
            Schedule(Arrival(),
                     {Occurrence::Kind::STREAM,
                      to,
                      member,
                      m_processes[member].life,
                      stream.id,
                      CopyOf(m_outbox.Bytes(stream))});
        }
    }
}

void VirtualNetwork::SendDatagram(Member from, const Outbox::Datagram& datagram)
{
    const Member to = MemberAt(datagram.to);
    if (IsCut(from, to) || m_rng.Unit() < m_conditions.loss)
    {
        return;
    }
    Occurrence arriving{.kind = Occurrence::Kind::DATAGRAM, .to = to, .from = from};
    arriving.bytes = CopyOf(m_outbox.Bytes(datagram));
    if (m_rng.Unit() < m_conditions.duplication)
    {
        Schedule(Arrival(), arriving);
    }
    Schedule(Arrival(), std::move(arriving));
}

void VirtualNetwork::Schedule(Instant at, Occurrence occurrence)
{
    m_pending.emplace(Moment{at, m_scheduled++}, std::move(occurrence));
}

Instant VirtualNetwork::Arrival()
{
    const auto spread =
        static_cast<std::uint64_t>((m_conditions.delayMax - m_conditions.delayMin).count());
    return m_now + m_conditions.delayMin +
           Duration(static_cast<std::int64_t>(m_rng.Below(spread + 1)));
}

} // namespace swim
