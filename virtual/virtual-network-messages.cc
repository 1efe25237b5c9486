// SPDX-License-Identifier: MIT
//
// What a virtual network does with what its members send.
#include "virtual/virtual-network.h"

#include <utility>

namespace swim
{

namespace
{

wire::Bytes CopyOf(wire::ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

} // namespace

void VirtualNetwork::Perform(Member member)
{
    if (m_processes[member].stalled)
    {
        Keep(m_processes[member]);
        return;
    }
    for (const Outbox::Datagram& datagram : m_outbox.Datagrams())
    {
        SendDatagram(member, datagram.to, datagram.kind, m_outbox.Bytes(datagram));
    }
    for (const Outbox::Stream& stream : m_outbox.Streams())
    {
        OpenStream(member, stream.to, stream.kind, stream.id, m_outbox.Bytes(stream));
    }
}

void VirtualNetwork::Keep(Process& process)
{
    for (const Outbox::Datagram& datagram : m_outbox.Datagrams())
    {
        process.outbox.push_back({datagram.to, datagram.kind, 0, CopyOf(m_outbox.Bytes(datagram))});
    }
    for (const Outbox::Stream& stream : m_outbox.Streams())
    {
        process.outbox.push_back(
            {stream.to, stream.kind, stream.id, CopyOf(m_outbox.Bytes(stream))});
    }
    for (const std::uint32_t id : m_outbox.Aborts())
    {
        std::erase_if(process.outbox, [id](const Kept& kept) { return kept.stream == id; });
    }
}

void VirtualNetwork::Report(const Passage& passage) const
{
    if (m_watcher)
    {
        m_watcher(passage);
    }
}

void VirtualNetwork::OpenStream(Member from,
                                const Address& address,
                                TrafficKind kind,
                                std::uint32_t id,
                                wire::ByteView bytes)
{
    const std::uint32_t life = m_processes[from].life;
    const Member to = MemberAt(address);
    Passage passage{.from = from, .to = to, .kind = kind, .isStream = true, .bytes = bytes.size()};
    if (to == NOBODY || m_processes[from].unplugged)
    {
        passage.fate = to == NOBODY ? Passage::Fate::NOWHERE : Passage::Fate::REFUSED;
        Schedule(ArrivalAt(from), {Occurrence::Kind::FAILURE, from, to, life, id});
    }
    else if (IsCut(from, to, Carries::STREAMS) || IsCut(to, from, Carries::STREAMS))
    {
        passage.fate = Passage::Fate::CUT;
    }
    else
    {
        passage.arrives = ArrivalAt(to);
        Schedule(passage.arrives, {Occurrence::Kind::STREAM, to, from, life, id, CopyOf(bytes)});
    }
    Report(passage);
}

void VirtualNetwork::SendDatagram(Member from,
                                  const Address& address,
                                  TrafficKind kind,
                                  wire::ByteView bytes)
{
    const Member to = MemberAt(address);
    Passage passage{.from = from, .to = to, .kind = kind, .bytes = bytes.size()};
    if (m_processes[from].unplugged)
    {
        Occurrence refusal{.kind = Occurrence::Kind::REFUSAL, .to = from, .from = to};
        refusal.life = m_processes[from].life;
        refusal.refused = address;
        Schedule(m_now, std::move(refusal));
        passage.fate = Passage::Fate::REFUSED;
        Report(passage);
        return;
    }
    if (to == NOBODY || IsCut(from, to, Carries::DATAGRAMS) || m_rng.Unit() < m_conditions.loss)
    {
        passage.fate = to == NOBODY                          ? Passage::Fate::NOWHERE
                       : IsCut(from, to, Carries::DATAGRAMS) ? Passage::Fate::CUT
                                                             : Passage::Fate::LOST;
        Report(passage);
        return;
    }
    Occurrence arriving{.kind = Occurrence::Kind::DATAGRAM, .to = to, .from = from};
    arriving.bytes = CopyOf(bytes);
    if (m_rng.Unit() < m_conditions.duplication)
    {
        Schedule(ArrivalAt(to), arriving);
    }
    passage.arrives = ArrivalAt(to);
    Schedule(passage.arrives, std::move(arriving));
    Report(passage);
}

void VirtualNetwork::Schedule(Instant at, Occurrence occurrence)
{
    m_pending.emplace(Moment{at, m_scheduled++}, std::move(occurrence));
}

Instant VirtualNetwork::ArrivalAt(Member to)
{
    const auto spread =
        static_cast<std::uint64_t>((m_conditions.delayMax - m_conditions.delayMin).count());
    return m_now + m_conditions.delayMin + m_processes[to].lag +
           Duration(static_cast<std::int64_t>(m_rng.Below(spread + 1)));
}

} // namespace swim
