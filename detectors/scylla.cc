// SPDX-License-Identifier: MIT
//
// See scylla.h.
#include "detectors/scylla.h"

#include <algorithm>
#include <utility>

namespace swim::detectors
{

namespace
{

/// On streams; behind those of the gossip, which go by datagrams.
enum class ScyllaType : std::uint8_t
{
    ECHO = static_cast<std::uint8_t>(CommonType::OWN) + 8,
    ECHOED,
};

/// Within so many rounds each live member is gossiped to.
constexpr std::size_t ROUNDS = 10;

/// How often it is looked for somebody live where nobody is.
constexpr Duration LOOK_PERIOD = std::chrono::seconds(1);

/// Of the echo that makes somebody live again.
constexpr Duration REVIVAL_TIMEOUT = std::chrono::seconds(15);

} // namespace

DetectorMaker Scylla::MakerOf(const Config& config)
{
    const auto shared = std::make_shared<const Config>(config);
    return [shared](const Setup& setup, const Rng& rng, Directory& directory) {
        return std::make_unique<Scylla>(setup, rng, directory, shared);
    };
}

Scylla::Scylla(const Setup& setup,
               const Rng& rng,
               Directory& directory,
               std::shared_ptr<const Config> config)
    : EndpointGossip(setup, rng, directory, config->seeds),
      m_config(std::move(config))
{
}

void Scylla::OnStart()
{
    m_nextGossip = RandomPhase(m_config->gossipInterval);
    m_nextStart = RandomPhase(m_config->echoInterval);
}

void Scylla::OnMet(Slot slot)
{
    m_peers.resize(m_members.Slots());
    EndpointGossip::OnMet(slot);
    m_liveChanged = true;
}

/// Whose process started again while he was held for live stays so, and who had left is as a joiner.
void Scylla::OnReturn(Slot slot, Outbox& out)
{
    EndpointGossip::OnReturn(slot, out);
    if (StateOf(slot) == MemberState::LEFT)
    {
        m_liveChanged = true;
        Trust(slot, NameOf(slot), out);
    }
    Revive(slot, out);
}

void Scylla::OnLeft(Slot slot, Outbox& out)
{
    Abort(std::exchange(At(slot).revival, 0), out);
    m_liveChanged = true;
}

void Scylla::OnReport(Slot slot, Duration /*since*/, Slot /*from*/, Outbox& out)
{
    Revive(slot, out);
}

Instant Scylla::Next() const
{
    Instant next = std::min(m_nextGossip, m_nextStart);
    for (const Timers* timers : {&m_pauses, &m_echoes, &m_revivals})
    {
        next = timers->empty() ? next : std::min(next, timers->front().at);
    }
    return next;
}

void Scylla::Fire(Outbox& out)
{
    if (m_nextGossip <= m_now)
    {
        SendGossip(out);
    }
    const auto takeDue = [this](Timers& timers, auto perform) {
        while (!timers.empty() && timers.front().at <= m_now)
        {
            const Timer timer = timers.front();
            timers.pop_front();
            perform(timer);
        }
    };
    takeDue(m_echoes, [&](const Timer& timer) {
        if (At(timer.slot).echo == timer.echo)
        {
            Abort(timer.echo, out);
            EndEcho(timer.slot, false, out);
        }
    });
    takeDue(m_revivals, [&](const Timer& timer) {
        if (At(timer.slot).revival == timer.echo)
        {
            Abort(timer.echo, out);
            At(timer.slot).revival = 0;
        }
    });
    takeDue(m_pauses, [&](const Timer& timer) { SendLoopsEcho(timer.slot, out); });
    if (m_nextStart <= m_now)
    {
        StartLoops(out);
    }
}

void Scylla::SendGossip(Outbox& out)
{
    const Duration interval = m_config->gossipInterval;
    m_nextGossip += interval * ((m_now - m_nextGossip) / interval + 1);
    const std::size_t syn = BeginSyn(out);
    if (m_gossipLists.empty())
    {
        FillGossipLists();
    }
    if (!m_gossipLists.empty())
    {
        for (const Slot slot : m_gossipLists.front())
        {
            Gossip(slot, syn, out);
        }
        m_gossipLists.pop_front();
    }
    GossipToUnreachable(syn, out);
}

void Scylla::FillGossipLists()
{
    std::vector<Slot> live;
    const std::span<const MemberState> states = States();
    for (std::uint32_t place = 0; place < states.size(); ++place)
    {
        if (states[place] == MemberState::ALIVE && Slot(place) != Self())
        {
            live.emplace_back(place);
        }
    }
    if (live.empty())
    {
        m_gossipLists.push_back(Seeds());
        return;
    }
    for (std::size_t left = live.size(); left > 1; --left)
    {
        std::swap(live[left - 1], live[m_rng.Below(left)]);
    }
    const std::size_t each = (live.size() + ROUNDS - 1) / ROUNDS;
    for (std::size_t i = 0; i < live.size(); ++i)
    {
        if (i % each == 0)
        {
            m_gossipLists.emplace_back();
        }
        m_gossipLists.back().push_back(live[i]);
    }
}

void Scylla::StartLoops(Outbox& out)
{
    m_liveChanged = false;
    m_loops = Live();
    m_nextStart = m_loops == 0 ? m_now + LOOK_PERIOD : NEVER;
    for (std::size_t place = 0; m_loops > 0 && place < m_peers.size(); ++place)
    {
        const Slot slot(static_cast<std::uint32_t>(place));
        if (slot != Self() && StateOf(slot) == MemberState::ALIVE)
        {
            At(slot).lastSuccess = m_now;
            SendLoopsEcho(slot, out);
        }
    }
}

std::uint32_t Scylla::SendEcho(Slot slot, Outbox& out)
{
    wire::Bytes& message = out.Scratch();
    BeginStream(static_cast<std::uint8_t>(ScyllaType::ECHO), message);
    ++m_counters.probes;
    return Open(slot, TrafficKind::STREAM_PING, message, out);
}

void Scylla::SendLoopsEcho(Slot slot, Outbox& out)
{
    At(slot).echo = SendEcho(slot, out);
    m_echoes.push_back({m_now + EchoTimeout(), slot, At(slot).echo});
}

/// Asks whoever is not live whether he is.
void Scylla::Revive(Slot slot, Outbox& out)
{
    if (StateOf(slot) != MemberState::ALIVE && At(slot).revival == 0)
    {
        At(slot).revival = SendEcho(slot, out);
        m_revivals.push_back({m_now + REVIVAL_TIMEOUT, slot, At(slot).revival});
    }
}

/// An echo of a loop was answered, or was not.
void Scylla::EndEcho(Slot slot, bool answered, Outbox& out)
{
    Peer& peer = At(slot);
    peer.echo = 0;
    // Scylla asks for more, by clocks that have gone on since the loop's start or the answer.
    const bool late = m_now - peer.lastSuccess >= EchoTimeout();
    if (answered)
    {
        peer.lastSuccess = m_now;
    }
    else
    {
        ++m_counters.probesFailed;
    }
    if (late && StateOf(slot) == MemberState::ALIVE)
    {
        Doubt(slot, MemberState::DEAD, OwnName(), out);
        m_liveChanged = true;
    }
    if (late || m_liveChanged)
    {
        --m_loops;
        m_nextStart = m_loops == 0 ? m_now : NEVER;
    }
    else
    {
        m_pauses.push_back({m_now + m_config->echoInterval, slot, 0});
    }
    DropEnded();
}

/// Nothing wakes up for an echo that has ended.
void Scylla::DropEnded()
{
    while (!m_echoes.empty() && At(m_echoes.front().slot).echo != m_echoes.front().echo)
    {
        m_echoes.pop_front();
    }
}

bool Scylla::IsWhole(Way way, std::uint8_t type, ByteReader body) const
{
    switch (static_cast<ScyllaType>(type))
    {
    case ScyllaType::ECHO:
        return way == Way::REQUEST && body.AtEnd();
    case ScyllaType::ECHOED:
        return way == Way::ANSWER && body.AtEnd();
    default:
        return EndpointGossip::IsWhole(way, type, body);
    }
}

TrafficKind Scylla::KindOf(std::uint8_t type) const
{
    return type == static_cast<std::uint8_t>(ScyllaType::ECHO)     ? TrafficKind::STREAM_PING
           : type == static_cast<std::uint8_t>(ScyllaType::ECHOED) ? TrafficKind::STREAM_ACK
                                                                   : EndpointGossip::KindOf(type);
}

bool Scylla::OnRequest(Slot /*from*/, std::uint8_t type, ByteReader& /*body*/, Outbox& out)
{
    if (type != static_cast<std::uint8_t>(ScyllaType::ECHO))
    {
        return false;
    }
    wire::Bytes& message = out.Scratch();
    BeginStream(static_cast<std::uint8_t>(ScyllaType::ECHOED), message);
    Answer(TrafficKind::STREAM_ACK, message, out);
    return true;
}

bool Scylla::OnAnswer(const Exchange& exchange,
                      std::uint32_t id,
                      std::uint8_t type,
                      ByteReader& /*body*/,
                      Outbox& out)
{
    const Slot slot = exchange.with;
    if (type != static_cast<std::uint8_t>(ScyllaType::ECHOED))
    {
        return false;
    }
    if (id == At(slot).revival)
    {
        At(slot).revival = 0;
        m_liveChanged = true;
        Trust(slot, NameOf(slot), out);
        if (!m_gossipLists.empty())
        {
            m_gossipLists.front().push_back(slot);
        }
    }
    else if (id == At(slot).echo)
    {
        EndEcho(slot, true, out);
    }
    return true;
}

void Scylla::OnFailure(const Exchange& exchange, std::uint32_t id, Outbox& out)
{
    const Slot slot = exchange.with;
    if (exchange.type != static_cast<std::uint8_t>(ScyllaType::ECHO))
    {
        EndpointGossip::OnFailure(exchange, id, out);
    }
    else if (id == At(slot).revival)
    {
        At(slot).revival = 0;
    }
    else if (id == At(slot).echo)
    {
        EndEcho(slot, false, out);
    }
}

} // namespace swim::detectors
