// SPDX-License-Identifier: GPL-2.0-only
//
// See swim-path-network.h.
#include "swim-path-network.h"

#include "address-conversion.h"
#include "path-transport.h"
#include "swim-ns3-compat.h"
#include "swim-scheduler.h"
#include "swim/types.h"

#include "ns3/abort.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace ns3
{

namespace
{

/// The first address is 10.0.0.1.
constexpr uint32_t BASE = 0x0a000001;

constexpr uint32_t IPV4_BYTES = 20;
constexpr uint32_t UDP_BYTES = 8;

/// What a fragment carries: all that an MTU of 1500 leaves beside an IPv4 header is a multiple of 8.
constexpr uint32_t FRAGMENT_BYTES = 1480;

} // namespace

/// A datagram under way: its event and its bytes in one piece of memory.
class SwimPathNetwork::Datagram : public SwimForeseenEvent
{
  public:
    static Ptr<EventImpl> Make(SwimPathNetwork& network,
                               uint32_t from,
                               uint32_t to,
                               const swim::Address& sender,
                               const uint8_t* bytes,
                               uint32_t size,
                               uint64_t traced)
    {
        void* const memory = network.m_memory.Take(sizeof(Datagram) + size);
        auto* const datagram = new (memory) Datagram(network, from, to, sender, size, traced);
        std::memcpy(datagram->BytesAt(), bytes, size);
        return Ptr<EventImpl>(datagram, false);
    }

    /// The size that the compiler knows is not that which was asked for, and only the datagram
    /// itself knows where its memory came from.
    static void operator delete(Datagram* datagram, std::destroying_delete_t)
    {
        const std::size_t bytes = sizeof(Datagram) + datagram->m_size;
        const Ptr<SwimPathNetwork> network = datagram->m_network;
        datagram->~Datagram();
        network->m_memory.GiveBack(datagram, bytes);
    }

    void Approach() const override
    {
        SwimPrefetch(&m_network->m_members[m_to], sizeof(Member));
    }

    void Foresee() const override
    {
        const Listener& listener = m_network->m_members[m_to].listener;
        SwimPrefetch(listener.transport, sizeof(PathTransport));
        SwimPrefetch(listener.state, listener.stateBytes);
    }

    uint32_t From() const
    {
        return m_from;
    }

    uint32_t To() const
    {
        return m_to;
    }

    const swim::Address& Sender() const
    {
        return m_sender;
    }

    uint64_t Traced() const
    {
        return m_traced;
    }

    swim::wire::ByteView Bytes() const
    {
        return {const_cast<Datagram*>(this)->BytesAt(), m_size};
    }

  private:
    Datagram(SwimPathNetwork& network,
             uint32_t from,
             uint32_t to,
             const swim::Address& sender,
             uint32_t size,
             uint64_t traced)
        : m_network(&network),
          m_from(from),
          m_to(to),
          m_sender(sender),
          m_size(size),
          m_traced(traced)
    {
    }

    static void* operator new(std::size_t, void* memory)
    {
        return memory;
    }

    uint8_t* BytesAt()
    {
        return reinterpret_cast<uint8_t*>(this + 1);
    }

    void Notify() override
    {
        m_network->Arrive(*this);
    }

    Ptr<SwimPathNetwork> m_network; //!< which may be let go of before the scheduler's events are
    uint32_t m_from;
    uint32_t m_to;
    swim::Address m_sender;
    uint32_t m_size;
    uint64_t m_traced;
};

/// A datagram under way in fragments, and what the receiver has of it.
struct SwimPathNetwork::Pieces : public SimpleRefCount<Pieces>
{
    uint32_t from = 0;
    uint32_t to = 0;
    swim::Address sender;
    swim::wire::Bytes bytes;
    std::vector<bool> arrived; //!< by fragment
    std::size_t missing = 0;   //!< how many have not
    uint64_t traced = 0;
};

void* SwimPathNetwork::MemoryOfSizes::Take(std::size_t bytes)
{
    const std::size_t size = (bytes + STEP - 1) / STEP;
    if (size >= m_free.size())
    {
        return ::operator new(bytes);
    }
    Piece* const piece = m_free[size];
    if (piece == nullptr)
    {
        return ::operator new(size* STEP);
    }
    m_free[size] = piece->next;
    return piece;
}

void SwimPathNetwork::MemoryOfSizes::GiveBack(void* memory, std::size_t bytes)
{
    const std::size_t size = (bytes + STEP - 1) / STEP;
    if (size >= m_free.size())
    {
        ::operator delete(memory);
        return;
    }
    m_free[size] = new (memory) Piece{m_free[size]};
}

SwimPathNetwork::MemoryOfSizes::~MemoryOfSizes()
{
    for (Piece* piece : m_free)
    {
        while (piece != nullptr)
        {
            ::operator delete(std::exchange(piece, piece->next));
        }
    }
}

SwimPathNetwork::SwimPathNetwork(Paths paths, Ptr<SwimFaultTable> faults)
    : m_faults(faults),
      m_members(paths.routerOfMember.size()),
      m_routerOfMember(std::move(paths.routerOfMember)),
      m_routers(paths.routers),
      m_delaysNs(std::move(paths.delaysNs)),
      m_delayFactors(std::move(paths.delayFactors)),
      m_bitsPerSecond(paths.bitsPerSecond)
{
    SwimForeseenEvent::Register(typeid(Datagram));
    NS_ABORT_MSG_UNLESS(m_delaysNs.size() == std::size_t{m_routers} * m_routers,
                        "paths need a delay for each pair of routers");
    NS_ABORT_MSG_UNLESS(m_delayFactors.empty() || m_delayFactors.size() == m_delaysNs.size(),
                        "delays that vary need a factor, or none, for each pair of routers");
    for (int64_t& delay : m_delaysNs)
    {
        delay += 2 * paths.accessDelay.GetNanoSeconds();
    }
    m_memberOfAddress.resize(m_members.size());
    for (uint32_t member = 0; member < m_members.size(); ++member)
    {
        m_members[member].address = member;
        m_memberOfAddress[member] = member;
    }
    if (m_bitsPerSecond > 0)
    {
        m_freeAtNs.resize(m_members.size());
    }
}

SwimPathNetwork::~SwimPathNetwork() = default;

Ipv4Address SwimPathNetwork::AddressOf(uint32_t number)
{
    return Ipv4Address(BASE + number);
}

void SwimPathNetwork::SetAddress(uint32_t member, uint32_t number)
{
    if (number >= m_memberOfAddress.size())
    {
        m_memberOfAddress.resize(number + 1, NOBODY);
    }
    uint32_t& holder = m_memberOfAddress[m_members.at(member).address];
    if (holder == member)
    {
        holder = NOBODY;
    }
    m_members[member].address = number;
    m_memberOfAddress[number] = member;
}

Ipv4Address SwimPathNetwork::GetAddress(uint32_t member) const
{
    return AddressOf(m_members.at(member).address);
}

void SwimPathNetwork::Attach(uint32_t member, const Listener& listener)
{
    m_members.at(member).listener = listener;
}

uint32_t SwimPathNetwork::FindMember(const swim::Address& address) const
{
    const uint32_t number = ToIpv4Number(address) - BASE;
    return number < m_memberOfAddress.size() ? m_memberOfAddress[number] : NOBODY;
}

uint32_t SwimPathNetwork::FindMember(Ipv4Address address) const
{
    const uint32_t number = address.Get() - BASE;
    return number < m_memberOfAddress.size() ? m_memberOfAddress[number] : NOBODY;
}

Time SwimPathNetwork::GetDelay(uint32_t from, uint32_t to) const
{
    if (from == to)
    {
        return Time(0); // the loopback
    }
    return NanoSeconds(m_delaysNs[PlaceOfPair(from, to)]);
}

Time SwimPathNetwork::DrawDelay(uint32_t from, uint32_t to)
{
    Time delay = GetDelay(from, to);
    if (!m_delayFactors.empty() && from != to)
    {
        if (const auto& factor = m_delayFactors[PlaceOfPair(from, to)])
        {
            delay = NanoSeconds(DrawDelayNs(delay.GetNanoSeconds(), factor));
        }
    }
    return delay + m_faults->OutboundDelay(from) + m_faults->InboundDelay(to);
}

/// @return how long the member's access link is busy from now on, the packet included
Time SwimPathNetwork::TakeTurn(uint32_t member, uint32_t packetBytes)
{
    if (m_freeAtNs.empty())
    {
        return Time(0);
    }
    const int64_t nowNs = Simulator::Now().GetNanoSeconds();
    const uint64_t bits = 8ULL * packetBytes;
    int64_t& freeAtNs = m_freeAtNs[member];
    freeAtNs =
        std::max(freeAtNs, nowNs) + static_cast<int64_t>(bits * 1'000'000'000ULL / m_bitsPerSecond);
    return NanoSeconds(freeAtNs - nowNs);
}

bool SwimPathNetwork::Send(uint32_t from,
                           const swim::Address& sender,
                           const swim::Address& to,
                           const uint8_t* datagram,
                           uint32_t size,
                           uint64_t traced)
{
    if (!m_faults->IsUp(from))
    {
        Lose(traced, SwimLoss::LINK_DOWN);
        return false;
    }
    const uint32_t receiver = FindMember(to);
    if (receiver == NOBODY)
    {
        Lose(traced, SwimLoss::NOBODY);
        return true;
    }
    if (size > MOST_WHOLE_BYTES && from != receiver) // the loopback has room for any
    {
        const auto pieces = Create<Pieces>();
        pieces->from = from;
        pieces->to = receiver;
        pieces->traced = traced;
        pieces->sender = sender;
        pieces->bytes.assign(datagram, datagram + size);
        pieces->missing = (UDP_BYTES + size + FRAGMENT_BYTES - 1) / FRAGMENT_BYTES;
        pieces->arrived.resize(pieces->missing);
        SendFragments(pieces);
        return true;
    }
    const Time turn = TakeTurn(from, size + UDP_BYTES + IPV4_BYTES);
    const uint32_t copies = m_faults->OutboundCopies(from) * m_faults->InboundCopies(receiver);
    if (traced != 0 && copies > 1)
    {
        m_faults->Tracer()->OnCopies(traced, copies - 1);
    }
    for (uint32_t copy = 0; copy < copies; ++copy)
    {
        Simulator::Schedule(turn + DrawDelay(from, receiver),
                            Datagram::Make(*this, from, receiver, sender, datagram, size, traced));
    }
    return true;
}

void SwimPathNetwork::SendFragments(const Ptr<Pieces>& pieces)
{
    uint32_t left = UDP_BYTES + static_cast<uint32_t>(pieces->bytes.size());
    // Those that arrive at one time, as all do where nothing delays them one by one, are one event.
    std::vector<std::size_t> together;
    Time arrival;
    const auto schedule = [&]() {
        Simulator::Schedule(arrival,
                            &SwimPathNetwork::ArriveFragments,
                            Ptr<SwimPathNetwork>(this),
                            pieces,
                            std::exchange(together, {}));
    };
    for (std::size_t fragment = 0; fragment < pieces->arrived.size(); ++fragment)
    {
        const uint32_t carried = std::min(left, FRAGMENT_BYTES);
        left -= carried;
        const Time turn = TakeTurn(pieces->from, carried + IPV4_BYTES);
        const uint32_t copies =
            m_faults->OutboundCopies(pieces->from) * m_faults->InboundCopies(pieces->to);
        if (pieces->traced != 0 && copies > 1)
        {
            m_faults->Tracer()->OnCopies(pieces->traced, copies - 1);
        }
        for (uint32_t copy = 0; copy < copies; ++copy)
        {
            const Time delay = turn + DrawDelay(pieces->from, pieces->to);
            if (!together.empty() && delay != arrival)
            {
                schedule();
            }
            arrival = delay;
            together.push_back(fragment);
        }
    }
    if (!together.empty())
    {
        schedule();
    }
}

void SwimPathNetwork::ArriveFragment(const Ptr<Pieces>& pieces, std::size_t fragment)
{
    if (Loses(pieces->from, pieces->to, pieces->traced))
    {
        return;
    }
    pieces->missing -= pieces->arrived[fragment] ? 0 : 1;
    pieces->arrived[fragment] = true;
    if (pieces->missing > 0)
    {
        return;
    }
    // Copies of fragments that come later are the beginning of the datagram's next copy.
    pieces->missing = pieces->arrived.size();
    pieces->arrived.assign(pieces->missing, false);
    if (PathTransport* const transport = m_members[pieces->to].listener.transport)
    {
        transport->Hear(pieces->sender, pieces->bytes, pieces->traced);
    }
    else
    {
        Lose(pieces->traced, SwimLoss::DOWN);
    }
}

void SwimPathNetwork::Lose(uint64_t traced, SwimLoss why) const
{
    if (traced != 0)
    {
        m_faults->Tracer()->OnLost(traced, why);
    }
}

bool SwimPathNetwork::Loses(uint32_t from, uint32_t to, uint64_t traced)
{
    SwimLoss why = m_faults->WhyCut(from, to, SWIM_PROTOCOL_UDP);
    if (why == SwimLoss::NONE && m_faults->DrawLoss(from, to))
    {
        why = SwimLoss::LOSS;
    }
    if (why == SwimLoss::NONE)
    {
        return false;
    }
    Lose(traced, why);
    return true;
}

void SwimPathNetwork::Arrive(const Datagram& datagram)
{
    const Listener& listener = m_members[datagram.To()].listener;
    if (listener.transport == nullptr)
    {
        Lose(datagram.Traced(), SwimLoss::DOWN);
        return;
    }
    if (!Loses(datagram.From(), datagram.To(), datagram.Traced()))
    {
        listener.transport->Hear(datagram.Sender(), datagram.Bytes(), datagram.Traced());
    }
}

} // namespace ns3
