// SPDX-License-Identifier: MIT
//
// See agent-core.h.
#include "agent/agent-core.h"

#include "agent/agent-options.h"
#include "swim/endpoint.h"

#include <atomic>
#include <random>
#include <system_error>
#include <thread>

namespace swim
{

namespace
{

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
                            .allow = ReadAllowList(checked.allow),
                            .tracer = checked.tracer};
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

} // namespace

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

Driver& Agent::Core::Reading() const
{
    Answering::Refuse("read an agent");
    return *driver;
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
        Answering::Refuse("wait for a future");
        if (*thread == std::this_thread::get_id())
        {
            throw AgentError("to wait here is in vain: this is the thread on which the agent "
                             "works; wait in a listener or on another thread");
        }
    });
}

AgentHost::Parts Agent::Core::OwnParts(const Transport& transport)
{
    try
    {
        return {.thread = nullptr,
                .callbacks = transport.GoesOn() ? std::make_shared<CallbackThread>() : nullptr};
    }
    catch (const std::system_error& error)
    {
        throw AgentError("cannot start a thread for callbacks: " + error.code().message(),
                         std::error_code(error.code().value(), std::system_category()));
    }
}

void Agent::Core::ShutdownLater(std::unique_ptr<Core> core)
{
    core->audience.Forbid();
    const std::shared_ptr<Core> shared = std::move(core);
    if (!shared->transport->GoesOn())
    {
        shared->transport->Post([shared] { shared->Shutdown(); });
        return;
    }
    try
    {
        std::thread([shared] { shared->Shutdown(); }).detach();
    }
    catch (const std::system_error&)
    {
        new std::shared_ptr<Core>(shared); // no thread is left to wait: the agent stays, unheard
    }
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

} // namespace swim
