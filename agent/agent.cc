// SPDX-License-Identifier: MIT
//
// See agent.h.
#include "swim/agent.h"

#include "agent/agent-options.h"
#include "agent/completion.h"
#include "agent/driver.h"
#include "agent/join.h"
#include "agent/shared-state.h"
#include "swim/assert.h"
#include "swim/endpoint.h"

#include <functional>
#include <future>
#include <mutex>
#include <random>
#include <utility>

namespace swim
{

namespace
{

constexpr const char* SHUT_DOWN = "the agent was shut down";

std::uint64_t RandomSeed()
{
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

std::unique_ptr<Driver> MakeDriver(const AgentOptions& checked,
                                   const Address& address,
                                   Transport& transport,
                                   std::shared_ptr<SharedState> state)
{
    const Driver::Self self{.name = checked.name,
                            .address = address,
                            .meta = checked.meta,
                            .cipher = checked.cipher,
                            .seed = checked.seed.value_or(RandomSeed()),
                            .incarnation = checked.incarnation,
                            .serf = checked.serf,
                            .allow = ReadAllowList(checked.allow)};
    if (!self.allow.Allows(address))
    {
        throw AgentError("allow: our own address " + FormatAddress(address) +
                         " is in none of the ranges");
    }
    return std::make_unique<Driver>(checked.config,
                                    self,
                                    transport,
                                    checked.listener,
                                    std::move(state));
}

} // namespace

/// What an agent is made of.
class Agent::Core
{
  public:
    Core(const AgentOptions& checked,
         std::unique_ptr<Transport> transport,
         std::shared_ptr<SharedState> state);

    void Shutdown();

    /// Runs a task on the transport's thread.
    /// @return what the task answers, or else `ifShutDown`
    template <typename Value, typename Result>
    std::future<Value> Call(Result ifShutDown,
                            std::function<void(std::function<void(const Result&)>)> task);

    /// Likewise for tasks that only succeed or fail.
    std::future<void> Do(std::function<void(Driver::OnDone)> task)
    {
        return Call<void, Failure>(SHUT_DOWN, std::move(task));
    }

    void Ping(const std::string& member,
              Duration timeout,
              const std::function<void(const PingResult&)>& done);

    const std::unique_ptr<Transport> transport;
    const std::string name;
    const Duration probeTimeout;
    const Address address; ///< where others reach it
    const std::unique_ptr<Driver> driver;

  private:
    std::once_flag m_shutdown;
};

Agent::Core::Core(const AgentOptions& checked,
                  std::unique_ptr<Transport> onto,
                  std::shared_ptr<SharedState> state)
    : transport(std::move(onto)),
      name(checked.name),
      probeTimeout(checked.config.probeTimeout),
      address(Advertised(checked, transport->LocalAddress())),
      driver(MakeDriver(checked, address, *transport, std::move(state)))
{
    transport->Start(*driver);
}

void Agent::Core::Shutdown()
{
    SWIM_ASSERT(!transport->OnThread(), "a listener must not shut its agent down");
    std::call_once(m_shutdown, [this] {
        transport->Stop();
        driver->Close();
    });
}

template <typename Value, typename Result>
std::future<Value> Agent::Core::Call(Result ifShutDown,
                                     std::function<void(std::function<void(const Result&)>)> task)
{
    const auto completion = std::make_shared<Completion<Value, Result>>(std::move(ifShutDown));
    std::future<Value> future = completion->Future();
    transport->Post([completion, task = std::move(task)] {
        task([completion](const Result& result) { completion->Set(result); });
    });
    return future;
}

void Agent::Core::Ping(const std::string& member,
                       Duration timeout,
                       const std::function<void(const PingResult&)>& done)
{
    const auto pinged = [done, member, timeout](const std::optional<Duration>& roundTrip) {
        done({roundTrip,
              roundTrip ? "" : "no answer from " + member + " within " + FormatDuration(timeout)});
    };
    if (const std::optional<Member> known = driver->Find(member))
    {
        driver->Ping(member, known->address, timeout, pinged);
        return;
    }
    transport->Resolve(member, [this, done, member, timeout, pinged](const auto& found) {
        if (found.addresses.empty())
        {
            done({{}, "no member \"" + member + "\", and " + found.error});
            return;
        }
        driver->Ping({}, found.addresses.front(), timeout, pinged);
    });
}

Agent::Agent(AgentOptions options, const AgentHost& host)
{
    Check(options);
    m_core = std::make_unique<Core>(options, OpenSockets(options, host), host.GetParts().state);
}

Agent::Agent(AgentOptions options, std::unique_ptr<Transport> transport)
{
    Check(options);
    m_core = std::make_unique<Core>(options, std::move(transport), std::make_shared<SharedState>());
}

Agent::~Agent()
{
    Shutdown();
}

void Agent::Shutdown()
{
    m_core->Shutdown();
}

std::future<JoinResult> Agent::Join(std::vector<std::string> addresses, JoinOptions options)
{
    return m_core->Call<JoinResult, JoinResult>(
        {0, {SHUT_DOWN}},
        [core = m_core.get(), addresses = std::move(addresses), options](OnJoined done) {
            StartJoin(*core->driver, *core->transport, addresses, options, std::move(done));
        });
}

std::future<void> Agent::Leave(Duration timeout)
{
    return m_core->Do([driver = m_core->driver.get(), timeout](Driver::OnDone done) {
        driver->Leave(timeout, std::move(done));
    });
}

std::future<void> Agent::UpdateMeta(std::string meta)
{
    return m_core->Do([driver = m_core->driver.get(), meta = std::move(meta)](
                          const Driver::OnDone& done) { done(driver->UpdateMeta(meta)); });
}

std::future<void> Agent::Broadcast(Bytes payload)
{
    return m_core->Do([driver = m_core->driver.get(), payload = std::move(payload)](
                          const Driver::OnDone& done) { done(driver->Broadcast(payload)); });
}

std::future<void> Agent::SendSerfEvent(std::string name, Bytes payload)
{
    return m_core->Do(
        [driver = m_core->driver.get(), name = std::move(name), payload = std::move(payload)](
            const Driver::OnDone& done) { done(driver->SendSerfEvent(name, payload)); });
}

std::future<void> Agent::Send(std::string member, Bytes payload, Delivery delivery)
{
    return m_core->Do([driver = m_core->driver.get(),
                       member = std::move(member),
                       payload = std::move(payload),
                       delivery](Driver::OnDone done) {
        const std::optional<Member> to = driver->Find(member);
        if (!to)
        {
            done("there is no member \"" + member + "\"");
            return;
        }
        driver->Send(to->address, payload, delivery, std::move(done));
    });
}

std::future<Duration> Agent::Ping(std::string member, std::optional<Duration> timeout)
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

std::vector<Member> Agent::Members() const
{
    return m_core->driver->Members();
}

std::size_t Agent::MemberCount() const
{
    return m_core->driver->MemberCount();
}

std::optional<Member> Agent::Find(std::string_view name) const
{
    return m_core->driver->Find(name);
}

std::optional<Coordinate> Agent::CoordinateOf(std::string_view name) const
{
    return m_core->driver->CoordinateOf(name);
}

Counters Agent::Count() const
{
    return m_core->driver->Count();
}

std::uint32_t Agent::HealthScore() const
{
    return m_core->driver->HealthScore();
}

TrafficCounts Agent::Traffic() const
{
    return m_core->driver->Traffic();
}

TransportCounters Agent::TransportCount() const
{
    return m_core->transport->Count();
}

std::uint32_t Agent::Incarnation() const
{
    return m_core->driver->Incarnation();
}

std::size_t Agent::QueuedUpdates() const
{
    return m_core->driver->QueuedUpdates();
}

bool Agent::AmongSerf() const
{
    return m_core->driver->AmongSerf();
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
