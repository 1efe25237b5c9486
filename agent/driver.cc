// SPDX-License-Identifier: MIT
//
// See driver.h.
#include "agent/driver-hooks.h"
#include "swim/endpoint.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace swim
{

Driver::Driver(const Config& config,
               const Self& self,
               Transport& transport,
               Listener* listener,
               std::shared_ptr<SharedState> shared)
    : m_transport(transport),
      m_listener(listener),
      m_address(self.address),
      m_streamTimeout(config.tcpTimeout),
      m_serf(self.serf == SerfPeers::NO
                 ? nullptr
                 : std::make_unique<serf::Companion>(
                       self.name,
                       [this](std::string_view name) { return LiveAddress(name); })),
      m_amongSerf(self.serf == SerfPeers::YES),
      m_hooks(std::make_unique<Hooks>(
          self.allow,
          m_roundTrips,
          config.coordinates ? &m_coordinates : nullptr,
          [this](ByteView state) { HearSerfState(state); },
          [this] { return SerfState(); })),
      m_shared(std::move(shared)),
      m_mutex(m_shared->mutex),
      m_directory(m_shared->directory),
      m_out(m_shared->out)
{
    const std::lock_guard lock(m_mutex);
    const IdentityId identity = m_directory.Intern(m_directory.InternName(self.name),
                                                   self.address,
                                                   self.meta,
                                                   OUR_VERSIONS);
    const Node::Setup setup{.config = std::make_shared<const Config>(config),
                            .self = identity,
                            .incarnation = self.incarnation,
                            .application = m_hooks.get(),
                            .cipher = self.cipher};
    m_node = std::make_unique<Node>(setup, Rng(self.seed, 0), m_directory);
}

Driver::~Driver() = default;

void Driver::OnStart()
{
    Tell([this](Instant now) { m_node->Start(now); });
}

void Driver::Join(const std::vector<Address>& seeds,
                  const std::function<void(std::size_t, const Failure&)>& done)
{
    Tell([&](Instant now) {
        m_node->Join(now, seeds, m_out);
        const auto streams = m_out.Streams().last(seeds.size()); // before them: what was due
        for (std::size_t i = 0; i < seeds.size(); ++i)
        {
            m_exchanges[streams[i].id] = {true,
                                          [done, i](const Failure& failure) { done(i, failure); }};
        }
    });
}

void Driver::Leave(Duration timeout, OnDone done)
{
    if (m_left)
    {
        done("the agent is leaving already");
        return;
    }
    m_left = std::move(done);
    if (m_amongSerf)
    {
        m_serf->Leave();
        RunErrands();
    }
    LeaveOnceAnnounced(m_transport.Now() + timeout / 2);
    After(timeout, [this] {
        if (const OnDone left = std::exchange(m_left, nullptr))
        {
            left("the news of leaving was not passed on in time; others will hold us for failed");
        }
    });
}

/// Leaves when the others know that they should not take it for a failure, or time is short.
void Driver::LeaveOnceAnnounced(Instant deadline)
{
    const bool announcing = m_amongSerf && m_node->QueuedBroadcasts() > 0 && MemberCount() > 1;
    if (announcing && m_transport.Now() < deadline)
    {
        After(std::chrono::milliseconds(20), [this, deadline] { LeaveOnceAnnounced(deadline); });
        return;
    }
    Tell([this](Instant now) { m_node->Leave(now, m_out); });
}

Failure Driver::UpdateMeta(const std::string& meta)
{
    Failure failure;
    Tell([&](Instant now) {
        if (!m_node->UpdateMeta(now, meta, m_out))
        {
            failure = "metadata of " + std::to_string(meta.size()) +
                      " bytes is too long; the most is " + std::to_string(m_node->MaxMeta());
        }
    });
    return failure;
}

bool Driver::IsOwn(const Address& address) const
{
    return WithoutMapping(address) == WithoutMapping(m_address);
}

Failure Driver::Broadcast(ByteView payload)
{
    Failure failure;
    Tell([&](Instant now) {
        const BroadcastReceipt receipt =
            m_node->Broadcast(now, payload, {.relay = Relay::RECEIVERS}, m_out);
        if (receipt.refusal == BroadcastRefusal::QUEUE_FULL)
        {
            failure = "as many broadcasts wait as user_queue_depth allows";
        }
        else if (receipt.refusal)
        {
            failure = "a broadcast of " + std::to_string(payload.size()) +
                      " bytes fits into no datagram; the most is " +
                      std::to_string(m_node->MaxUserMessage());
        }
    });
    return failure;
}

void Driver::Send(const Address& to, ByteView payload, Delivery delivery, OnDone done)
{
    const bool stream = delivery == Delivery::STREAM;
    Failure failure;
    Tell([&](Instant now) {
        if (!m_node->Send(now, to, payload, delivery, m_out))
        {
            const std::size_t most = stream ? MAX_USER_MESSAGE_SIZE : m_node->MaxUserMessage();
            failure = "a message of " + std::to_string(payload.size()) + " bytes is too long for " +
                      (stream ? "a stream" : "a datagram") + "; the most is " +
                      std::to_string(most);
        }
        else if (stream)
        {
            m_exchanges[m_out.Streams().back().id] = {false, done};
        }
    });
    if (!stream || failure)
    {
        done(failure);
    }
}

void Driver::Ping(const std::string& member, const Address& to, Duration timeout, OnPinged done)
{
    Tell([&](Instant now) {
        m_pings[m_node->Ping(now, member, to, timeout, m_out)] = std::move(done);
    });
}

void Driver::After(Duration delay, Transport::Task task)
{
    if (!m_closed)
    {
        m_alarms.emplace(m_transport.Now() + delay, std::move(task));
        SetTimer();
    }
}

void Driver::Close()
{
    m_closed = true;
    m_exchanges.clear();
    m_streams.clear();
    m_pings.clear();
    m_alarms.clear();
    m_left = nullptr;
}

void Driver::OnDatagram(const Address& from, ByteView datagram)
{
    const Source source(*this, from);
    Tell([&](Instant now) {
        m_node->Receive(now, from, datagram, m_out);
        CountReceived(TrafficKind::GOSSIP, datagram.size());
    });
}

void Driver::OnSendRefused(const Address& to)
{
    Tell([&](Instant now) { m_node->SendFailed(now, to, m_out); });
}

void Driver::OnWakeUp()
{
    m_wakeUp = NEVER;
    Tell([this](Instant now) { m_node->Advance(now, m_out); });
    const Instant now = m_transport.Now();
    while (!m_alarms.empty() && m_alarms.begin()->first <= now)
    {
        m_alarms.extract(m_alarms.begin()).mapped()();
    }
    SetTimer();
}

void Driver::OnStall(bool stalled)
{
    Tell([&](Instant now) {
        stalled ? m_node->BeginStall(now, m_out) : m_node->EndStall(now, m_out);
    });
}

void Driver::Perform(Instant now)
{
    for (const Outbox::Datagram& datagram : m_out.Datagrams())
    {
        m_transport.SendDatagram(datagram.to, m_out.Bytes(datagram));
    }
    for (const Outbox::Stream& stream : m_out.Streams())
    {
        const ByteView bytes = m_out.Bytes(stream);
        m_streams[stream.id] = stream.to;
        m_transport.OpenStream(stream.id,
                               stream.to,
                               {bytes.begin(), bytes.end()},
                               stream.kind != TrafficKind::STREAM_USER);
    }
    const std::vector<std::uint32_t> aborts(m_out.Aborts().begin(), m_out.Aborts().end());
    for (const std::uint32_t id : aborts)
    {
        m_streams.erase(id);
        m_transport.AbortStream(id);
        Settle(id, "no answer within " + FormatDuration(m_streamTimeout));
    }
    SettlePings();
    TellListener(now);
    CheckLeave();
    SetTimer();
}

void Driver::Settle(std::uint32_t id, const Failure& failure)
{
    if (const auto found = m_exchanges.extract(id))
    {
        found.mapped().done(failure);
    }
}

void Driver::SettlePings()
{
    for (const auto& [ping, roundTrip] : m_hooks->TakePinged())
    {
        m_pings.extract(ping).mapped()(roundTrip);
    }
}

void Driver::TellListener(Instant now)
{
    const std::vector<Bytes> messages = m_hooks->TakeUserMessages();
    const std::vector<MembershipEvent> events = std::exchange(m_events, {});
    const std::vector<Rejected> rejections = std::exchange(m_rejections, {});
    for (const MembershipEvent& event : events)
    {
        m_listener->OnEvent(event);
    }
    for (const Rejected& rejected : rejections)
    {
        m_listener->OnRejected(rejected.reason, rejected.from, now);
    }
    for (const Bytes& message : messages)
    {
        HearUserMessage(message);
    }
    RunErrands();
}

void Driver::CheckLeave()
{
    if (m_left && m_node->LeaveDone())
    {
        std::exchange(m_left, nullptr)(std::nullopt);
    }
}

void Driver::SetTimer()
{
    const Instant alarm = m_alarms.empty() ? NEVER : m_alarms.begin()->first;
    const Instant next = std::min(alarm, m_node->NextDeadline());
    // A wake-up that is early finds nothing to do: cheaper than to set a new one each time.
    if (!m_closed && next < m_wakeUp)
    {
        m_wakeUp = next;
        m_transport.WakeAt(next);
    }
}

} // namespace swim
