// SPDX-License-Identifier: MIT
//
// See driver.h.
#include "agent/driver-hooks.h"
#include "swim/endpoint.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace swim
{

Driver::Driver(const Config& config,
               const Self& self,
               Transport& transport,
               Audience& audience,
               std::shared_ptr<SharedState> shared)
    : m_transport(transport),
      m_audience(audience),
      m_tracer(self.tracer),
      m_address(self.address),
      m_streamTimeout(config.tcpTimeout),
      m_queueDepth(config.userQueueDepth),
      m_serf(self.serf == SerfPeers::NO
                 ? nullptr
                 : std::make_unique<serf::Companion>(
                       self.name,
                       [this](std::string_view name) { return LiveAddress(name); },
                       [this] { return m_hasLeft; })),
      m_amongSerf(self.serf == SerfPeers::YES),
      m_hooks(std::make_unique<Hooks>(
          self.allow,
          m_roundTrips,
          config.coordinates ? &m_coordinates : nullptr,
          audience,
          [this](ByteView state) { return HearSerfState(state); },
          [this] { return m_amongSerf ? std::optional(m_serf->State()) : std::nullopt; },
          [this](NameId name) { return MemberNamed(name); })),
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
    m_hasLeft = false;
    if (m_left)
    {
        std::exchange(m_left, nullptr)("the member came back before the news was passed on");
    }
    Tell([&](Instant now) {
        m_node->Return(now, m_out);
        m_node->Join(now, seeds, m_out);
        const auto streams = m_out.Streams().last(seeds.size()); // before them: what was due
        for (std::size_t i = 0; i < seeds.size(); ++i)
        {
            m_exchanges[streams[i].id] = {true,
                                          [done, i](const Failure& failure) { done(i, failure); }};
        }
    });
}

bool Driver::IsOwn(const Address& address) const
{
    return WithoutMapping(address) == WithoutMapping(m_address);
}

std::size_t Driver::MaxBroadcast(const BroadcastOptions& options) const
{
    const std::lock_guard lock(m_mutex);
    return m_node->MaxBroadcast(options);
}

std::size_t Driver::MaxMeta() const
{
    const std::lock_guard lock(m_mutex);
    return m_node->MaxMeta();
}

std::size_t Driver::MaxMessage(Delivery delivery) const
{
    const std::lock_guard lock(m_mutex);
    return delivery == Delivery::STREAM ? MAX_USER_MESSAGE_SIZE : m_node->MaxUserMessage();
}

void Driver::Send(const Address& to, ByteView payload, Delivery delivery, OnDone done)
{
    const bool stream = delivery == Delivery::STREAM;
    Failure failure = to.port == 0 ? Failure("nobody listens at port 0") : RefusalOnceLeft();
    if (failure)
    {
        done(failure);
        return;
    }
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
        m_alarms.emplace(Later(m_transport.Now(), delay), std::move(task));
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
    m_toldOfUs.clear();
    m_broadcasts.clear();
    m_acceptances.clear();
}

void Driver::OnDatagram(const Address& from, ByteView datagram)
{
    const Source source(*this, from);
    Trace(m_transport.Now(), false, PacketChannel::DATAGRAM, from, datagram);
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
        Trace(now, true, PacketChannel::DATAGRAM, datagram.to, m_out.Bytes(datagram));
        m_transport.SendDatagram(datagram.to, m_out.Bytes(datagram));
    }
    for (const Outbox::Stream& stream : m_out.Streams())
    {
        const ByteView bytes = m_out.Bytes(stream);
        m_streams[stream.id] = stream.to;
        Trace(now, true, PacketChannel::REQUEST, stream.to, bytes);
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
    TellAudience(now);
    CheckWaiters();
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
        if (const auto found = m_pings.extract(ping))
        {
            found.mapped()(roundTrip);
        }
    }
}

void Driver::TellAudience(Instant now)
{
    const std::vector<Bytes> messages = m_hooks->TakeUserMessages();
    for (const MembershipEvent& event : std::exchange(m_events, {}))
    {
        m_audience.TellEvent(event);
    }
    for (const Rejected& rejected : std::exchange(m_rejections, {}))
    {
        m_audience.TellRejected(rejected.reason, rejected.from, now);
    }
    for (BroadcastMessage& message : m_hooks->TakeBroadcasts())
    {
        m_audience.TellBroadcast(std::move(message));
    }
    for (const Bytes& message : messages)
    {
        HearUserMessage(message);
    }
    RunErrands();
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
