// SPDX-License-Identifier: MIT
//
// See agent.h.
#include "swim/agent.h"

#include "agent/agent-options.h"
#include "agent/audience.h"
#include "agent/completion.h"
#include "agent/driver.h"
#include "agent/join.h"
#include "agent/shared-state.h"
#include "swim/endpoint.h"

#include <atomic>
#include <functional>
#include <future>
#include <initializer_list>
#include <mutex>
#include <random>
#include <thread>
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
                                   Audience& audience,
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
    return std::make_unique<Driver>(checked.config, self, transport, audience, std::move(state));
}

/// Where the application's functions run: as tasks of a transport that somebody turns, else on a
/// thread of their own.
std::function<void(Callbacks::Task)> PostTo(Transport& transport,
                                            std::shared_ptr<CallbackThread> thread)
{
    if (!transport.GoesOn())
    {
        return [&transport](Callbacks::Task task) { transport.Post(std::move(task)); };
    }
    return [thread = std::move(thread)](Callbacks::Task task) { thread->Post(std::move(task)); };
}

/// @throws AgentError in an answer of Delegates, where what is asked for would wait for itself
void RefuseInAnswer()
{
    if (Answering::Here())
    {
        throw AgentError("a delegate that answers must not call an agent: it holds up the agent, "
                         "whose lock it has");
    }
}

} // namespace

/// What an agent is made of.
class Agent::Core
{
  public:
    Core(const AgentOptions& checked, std::unique_ptr<Transport> transport, AgentHost::Parts parts);

    /// @return the driver, for what reads its state
    Driver& Reading() const
    {
        RefuseInAnswer();
        return *driver;
    }

    void Shutdown();

    /// Runs a task on the transport's thread.
    /// @return what the task answers, or else `ifShutDown`
    template <typename Value, typename Result>
    Future<Value> Call(Result ifShutDown,
                       std::function<void(std::function<void(const Result&)>)> task);

    /// Likewise for tasks that only succeed or fail.
    Future<void> Do(std::function<void(Driver::OnDone)> task)
    {
        return Call<void, Failure>(SHUT_DOWN, std::move(task));
    }

    /// Finds who is meant by a member's name or by an address.
    /// @param found told where, and why not where that is unknown
    void Locate(
        const std::string& who,
        const std::function<void(const std::optional<Address>&, const std::string&)>& found);

    void Ping(const std::string& member,
              Duration timeout,
              const std::function<void(const PingResult&)>& done);

    const std::unique_ptr<Transport> transport;
    const std::string name;
    const Duration probeTimeout;
    const Address address; ///< where others reach it
    Audience audience;
    const std::unique_ptr<Driver> driver;

  private:
    /// For a future of ours, which may outlive us.
    std::shared_ptr<const std::function<void()>> CheckOfWaits() const;

    std::mutex m_stopping;
    std::shared_ptr<const std::function<void()>> m_checkOfWaits;
};

Agent::Core::Core(const AgentOptions& checked,
                  std::unique_ptr<Transport> onto,
                  AgentHost::Parts parts)
    : transport(std::move(onto)),
      name(checked.name),
      probeTimeout(checked.config.probeTimeout),
      address(Advertised(checked, transport->LocalAddress())),
      audience(checked.listener,
               checked.delegates,
               checked.logger,
               checked.mostCallbacks,
               PostTo(*transport, std::move(parts.callbacks))),
      driver(MakeDriver(checked, address, *transport, audience, std::move(parts.state)))
{
    const std::string local = FormatAddress(transport->LocalAddress());
    const std::string advertised = FormatAddress(address);
    audience.Log(
        LogLevel::INFO,
        "listens at " + local +
            (local == advertised ? "" : ", and tells others to reach it at " + advertised));
    transport->Start(*driver);
    m_checkOfWaits = CheckOfWaits();
}

std::shared_ptr<const std::function<void()>> Agent::Core::CheckOfWaits() const
{
    if (!transport->GoesOn())
    {
        return std::make_shared<const std::function<void()>>([] {
            throw AgentError("to wait here is in vain: the network in memory stands still "
                             "meanwhile; let it run (RunFor), and ask then");
        });
    }
    // Whoever waits on the thread that would settle the future holds that up.
    const auto thread = std::make_shared<std::atomic<std::thread::id>>();
    transport->Post([thread] { *thread = std::this_thread::get_id(); });
    return std::make_shared<const std::function<void()>>([thread] {
        if (*thread == std::this_thread::get_id())
        {
            throw AgentError("to wait here is in vain: this is the thread on which the agent "
                             "works; wait in a listener or on another thread");
        }
    });
}

void Agent::Core::Shutdown()
{
    {
        const std::lock_guard stopping(m_stopping);
        transport->Stop();
        driver->Close();
    }
    audience.Close();
}

template <typename Value, typename Result>
Future<Value> Agent::Core::Call(Result ifShutDown,
                                std::function<void(std::function<void(const Result&)>)> task)
{
    const auto completion = std::make_shared<Completion<Value, Result>>(std::move(ifShutDown));
    Future<Value> future(completion->GetFuture(), m_checkOfWaits);
    transport->Post([completion, task = std::move(task)] {
        task([completion](const Result& result) { completion->Set(result); });
    });
    return future;
}

void Agent::Core::Locate(
    const std::string& who,
    const std::function<void(const std::optional<Address>&, const std::string&)>& found)
{
    if (const std::optional<Member> member = driver->Find(who))
    {
        found(member->address, "");
        return;
    }
    if (who.find(':') == std::string::npos)
    {
        found(std::nullopt, "there is no member \"" + who + "\"");
        return;
    }
    transport->Resolve(who, [who, found](const Transport::Resolution& resolution) {
        resolution.addresses.empty()
            ? found(std::nullopt, "no member \"" + who + "\", and " + resolution.error)
            : found(resolution.addresses.front(), "");
    });
}

void Agent::Core::Ping(const std::string& member,
                       Duration timeout,
                       const std::function<void(const PingResult&)>& done)
{
    const bool isMember = driver->Find(member).has_value();
    Locate(member,
           [this, done, member, isMember, timeout](const std::optional<Address>& at,
                                                   const std::string& error) {
               if (!at)
               {
                   done({{}, error});
                   return;
               }
               driver->Ping(isMember ? member : "",
                            *at,
                            timeout,
                            [done, member, timeout](const std::optional<Duration>& roundTrip) {
                                done({roundTrip,
                                      roundTrip ? ""
                                                : "no answer from " + member + " within " +
                                                      FormatDuration(timeout)});
                            });
           });
}

Agent::Agent(AgentOptions options, const AgentHost& host)
{
    Complete(options);
    m_core = std::make_unique<Core>(options, OpenSockets(options, host), host.GetParts());
}

Agent::Agent(AgentOptions options, std::unique_ptr<Transport> transport)
{
    Complete(options);
    m_core =
        std::make_unique<Core>(options, std::move(transport), AgentHost::Parts{.thread = nullptr});
}

Agent::~Agent()
{
    if (m_core->transport->OnThread() && m_core->transport->GoesOn())
    {
        // In an answer of its own, which has to end first: somebody else waits for that.
        std::thread([core = std::move(m_core)] { core->Shutdown(); }).detach();
        return;
    }
    m_core->Shutdown();
}

void Agent::Shutdown()
{
    if (m_core->transport->OnThread() && m_core->transport->GoesOn())
    {
        throw AgentError("a delegate that answers must not shut its agent down: the agent waits "
                         "for the answer; ask another thread to");
    }
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
