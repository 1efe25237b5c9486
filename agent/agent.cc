// SPDX-License-Identifier: MIT
//
// See swim/agent.h.
#include "swim/agent.h"

#include "agent/agent-core.h"
#include "agent/agent-options.h"
#include "agent/join.h"

#include <initializer_list>
#include <utility>

namespace swim
{

Agent::Agent(AgentOptions options, const AgentHost& host)
{
    Answering::Refuse("make an agent");
    Complete(options);
    m_core = std::make_unique<Core>(options, OpenSockets(options, host), host.GetParts());
}

Agent::Agent(AgentOptions options, std::unique_ptr<Transport> transport)
{
    Answering::Refuse("make an agent");
    Complete(options);
    m_core = std::make_unique<Core>(options, std::move(transport), Core::OwnParts(*transport));
}

Agent::~Agent()
{
    if (Answering::Here())
    {
        Core::ShutdownLater(std::move(m_core));
        return;
    }
    m_core->Shutdown();
}

void Agent::Shutdown()
{
    Answering::Refuse("shut an agent down");
    m_core->Shutdown();
}

Future<JoinResult> Agent::Join(std::vector<std::string> addresses, JoinOptions options)
{
    return m_core->Call<JoinResult, JoinResult>(
        JoinResult{.contacted = 0, .errors = {SHUT_DOWN}, .nameHeldAt = {}},
        [core = m_core.get(), addresses = std::move(addresses), options](OnJoined done) {
            StartJoin(*core->driver,
                      *core->transport,
                      core->audience,
                      addresses,
                      options,
                      std::move(done));
        });
}

Future<void> Agent::Leave(Duration timeout)
{
    return m_core->Do([driver = m_core->driver.get(), timeout](Driver::OnDone done) {
        driver->Leave(timeout, std::move(done));
    });
}

Future<void> Agent::UpdateMeta(std::string meta, Until until)
{
    return m_core->Do(
        [driver = m_core->driver.get(), meta = std::move(meta), until](Driver::OnDone done) {
            driver->UpdateMeta(meta, until, std::move(done));
        });
}

Future<void> Agent::RefreshMeta(Until until)
{
    return m_core->Do([driver = m_core->driver.get(), until](const Driver::OnDone& done) {
        driver->RefreshMeta(until, done);
    });
}

Future<void> Agent::Broadcast(Bytes payload, BroadcastOptions options)
{
    return m_core->Do(
        [driver = m_core->driver.get(), payload = std::move(payload), options = std::move(options)](
            Driver::OnDone done) { driver->Broadcast(payload, options, std::move(done)); });
}

std::size_t Agent::MaxBroadcast(const BroadcastOptions& options) const
{
    return m_core->Reading().MaxBroadcast(options);
}

std::size_t Agent::MaxMessage(Delivery delivery) const
{
    return m_core->Reading().MaxMessage(delivery);
}

Future<void> Agent::SendSerfEvent(std::string name, Bytes payload)
{
    return m_core->Do(
        [driver = m_core->driver.get(), name = std::move(name), payload = std::move(payload)](
            const Driver::OnDone& done) { done(driver->SendSerfEvent(name, payload)); });
}

Future<void> Agent::Send(std::string to, Bytes payload, Delivery delivery)
{
    return m_core->Do(
        [core = m_core.get(), to = std::move(to), payload = std::move(payload), delivery](
            const Driver::OnDone& done) {
            core->Locate(to,
                         [core, payload, delivery, done](const std::optional<Address>& at,
                                                         const std::string& error) {
                             at ? core->driver->Send(*at, payload, delivery, done) : done(error);
                         });
        });
}

Future<Duration> Agent::Ping(std::string member, std::optional<Duration> timeout)
{
    return m_core->Call<Duration, PingResult>(
        {{}, SHUT_DOWN},
        [core = m_core.get(),
         member = std::move(member),
         wait = timeout.value_or(m_core->probeTimeout)](
            const std::function<void(const PingResult&)>& done) {
            core->Ping(member, wait, done);
        });
}

std::vector<Member> Agent::Members(std::initializer_list<MemberState> states) const
{
    return m_core->Reading().Members(states);
}

std::size_t Agent::MemberCount() const
{
    return m_core->Reading().MemberCount();
}

std::optional<Member> Agent::Find(std::string_view name) const
{
    return m_core->Reading().Find(name);
}

std::optional<Coordinate> Agent::CoordinateOf(std::string_view name) const
{
    return m_core->Reading().CoordinateOf(name);
}

Counters Agent::Count() const
{
    return m_core->Reading().Count();
}

std::uint32_t Agent::HealthScore() const
{
    return m_core->Reading().HealthScore();
}

TrafficCounts Agent::Traffic() const
{
    return m_core->Reading().Traffic();
}

CallbackCounters Agent::CallbackCount() const
{
    return m_core->audience.Count();
}

TransportCounters Agent::TransportCount() const
{
    return m_core->transport->Count();
}

std::uint32_t Agent::Incarnation() const
{
    return m_core->Reading().Incarnation();
}

std::size_t Agent::QueuedUpdates() const
{
    return m_core->Reading().QueuedUpdates();
}

bool Agent::AmongSerf() const
{
    return m_core->Reading().AmongSerf();
}

Instant Agent::Now() const
{
    return m_core->transport->Now();
}

const std::string& Agent::Name() const
{
    return m_core->name;
}

Address Agent::LocalAddress() const
{
    return m_core->transport->LocalAddress();
}

const Address& Agent::AdvertisedAddress() const
{
    return m_core->address;
}

} // namespace swim
