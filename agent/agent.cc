// SPDX-License-Identifier: MIT
//
// See agent.h.
#include "swim/agent.h"

#include "agent/asio-transport.h"
#include "swim/assert.h"
#include "swim/endpoint.h"

#include <random>

namespace swim
{

namespace
{

constexpr const char* SHUT_DOWN = "the agent was shut down";

/// Leaves as many to grow by, as others take nobody's word at the last one.
constexpr std::uint32_t MAX_FIRST_INCARNATION = UINT32_MAX / 2;

/// A promise that keeps itself: where the work is dropped half done, it answers with a default.
template <typename Result>
class Completion
{
  public:
    explicit Completion(Result otherwise)
        : m_result(std::move(otherwise))
    {
    }

    ~Completion()
    {
        m_promise.set_value(std::move(m_result));
    }

    Completion(const Completion&) = delete;
    Completion& operator=(const Completion&) = delete;

    std::future<Result> Future()
    {
        return m_promise.get_future();
    }

    void Set(const Result& result)
    {
        m_result = result;
    }

  private:
    std::promise<Result> m_promise;
    Result m_result;
};

Address ReadAddress(const char* option, const std::string& text)
{
    const std::optional<HostPort> endpoint = ParseHostPort(text);
    const std::optional<Address> address = endpoint ? NumericAddress(*endpoint) : std::nullopt;
    if (!address)
    {
        throw AgentError(std::string(option) + " = \"" + text +
                         "\": must be a numeric address such as 10.0.0.1:7946 or [fe80::1]:7946");
    }
    return *address;
}

/// @return what is wrong with metadata, or nothing
Failure CheckMeta(const std::string& meta)
{
    if (meta.size() <= wire::MAX_META_SIZE)
    {
        return std::nullopt;
    }
    return "metadata of " + std::to_string(meta.size()) + " bytes is too long; the most is " +
           std::to_string(wire::MAX_META_SIZE);
}

AllowList ReadAllowList(const std::vector<std::string>& ranges)
{
    AllowList allow;
    for (const std::string& range : ranges)
    {
        if (const Failure wrong = allow.Add(range))
        {
            throw AgentError("allow = " + *wrong);
        }
    }
    return allow;
}

AgentOptions Checked(AgentOptions options)
{
    if (options.name.empty() || options.name.size() > wire::MAX_NAME_SIZE)
    {
        throw AgentError("the member's name must have 1 to " + std::to_string(wire::MAX_NAME_SIZE) +
                         " bytes, and has " + std::to_string(options.name.size()));
    }
    if (const std::optional<std::string> wrong = Validate(options.config))
    {
        throw AgentError(*wrong);
    }
    if (const Failure wrong = CheckMeta(options.meta))
    {
        throw AgentError(*wrong);
    }
    if (options.incarnation == 0 || options.incarnation > MAX_FIRST_INCARNATION)
    {
        throw AgentError("incarnation = " + std::to_string(options.incarnation) +
                         ": must be from 1 to " + std::to_string(MAX_FIRST_INCARNATION));
    }
    return options;
}

Address Advertised(const AgentOptions& options, const Address& local)
{
    Address address =
        options.advertise.empty() ? local : ReadAddress("advertise", options.advertise);
    if (IsUnspecified(address))
    {
        throw AgentError("other members cannot reach " + FormatAddress(address) +
                         ": set advertise to an address of this machine, or bind to one");
    }
    address.port = address.port == 0 ? local.port : address.port;
    return address;
}

std::uint64_t RandomSeed()
{
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

} // namespace

std::unique_ptr<Transport> OpenSockets(const AgentOptions& options, const AgentHost& host)
{
    try
    {
        return MakeAsioTransport({.bind = ReadAddress("bind", options.bind),
                                  .streamTimeout = options.config.tcpTimeout,
                                  .allow = ReadAllowList(options.allow),
                                  .datagramsPerSecond = options.datagramsPerSecond},
                                 host.thread);
    }
    catch (const std::system_error& error)
    {
        throw AgentError("cannot listen on " + options.bind + ": " + error.code().message());
    }
}

Agent::Agent(AgentOptions options, const AgentHost& host)
    : Agent(options, OpenSockets(Checked(options), host), host.state)
{
}

Agent::Agent(AgentOptions options, std::unique_ptr<Transport> transport)
    : Agent(Checked(std::move(options)), std::move(transport), std::make_shared<SharedState>())
{
}

Agent::Agent(const AgentOptions& checked,
             std::unique_ptr<Transport> transport,
             std::shared_ptr<SharedState> state)
    : m_transport(std::move(transport)),
      m_name(checked.name),
      m_probeTimeout(checked.config.probeTimeout),
      m_address(Advertised(checked, m_transport->LocalAddress()))
{
    const Driver::Self self{.name = m_name,
                            .address = m_address,
                            .meta = checked.meta,
                            .cipher = checked.cipher,
                            .seed = checked.seed.value_or(RandomSeed()),
                            .incarnation = checked.incarnation,
                            .serf = checked.serf,
                            .allow = ReadAllowList(checked.allow)};
    if (!self.allow.Allows(m_address))
    {
        throw AgentError("allow: our own address " + FormatAddress(m_address) +
                         " is in none of the ranges");
    }
    m_driver = std::make_unique<Driver>(checked.config,
                                        self,
                                        *m_transport,
                                        checked.listener,
                                        std::move(state));
    m_transport->Start(*m_driver);
}

Agent::~Agent()
{
    Shutdown();
}

void Agent::Shutdown()
{
    SWIM_ASSERT(!m_transport->OnThread(), "a listener must not shut its agent down");
    std::call_once(m_shutdown, [this] {
        m_transport->Stop();
        m_driver->Close();
    });
}

template <typename Result>
std::future<Result> Agent::Call(
    Result ifShutDown,
    std::function<void(Driver&, std::function<void(const Result&)>)> task)
{
    const auto completion = std::make_shared<Completion<Result>>(std::move(ifShutDown));
    std::future<Result> future = completion->Future();
    m_transport->Post([this, completion, task = std::move(task)] {
        task(*m_driver, [completion](const Result& result) { completion->Set(result); });
    });
    return future;
}

std::future<JoinResult> Agent::Join(std::vector<std::string> addresses, JoinOptions options)
{
    return Call<JoinResult>(
        {0, {SHUT_DOWN}},
        [this, addresses = std::move(addresses), options](Driver& driver, OnJoined done) {
            StartJoin(driver, *m_transport, addresses, options, std::move(done));
        });
}

std::future<Failure> Agent::Leave(Duration timeout)
{
    return Call<Failure>(SHUT_DOWN, [timeout](Driver& driver, Driver::OnDone done) {
        driver.Leave(timeout, std::move(done));
    });
}

std::future<Failure> Agent::UpdateMeta(std::string meta)
{
    return Call<Failure>(SHUT_DOWN,
                         [meta = std::move(meta)](Driver& driver, const Driver::OnDone& done) {
                             const Failure wrong = CheckMeta(meta);
                             if (!wrong)
                             {
                                 driver.UpdateMeta(meta);
                             }
                             done(wrong);
                         });
}

std::future<Failure> Agent::Broadcast(wire::Bytes payload)
{
    return Call<Failure>(
        SHUT_DOWN,
        [payload = std::move(payload)](Driver& driver, const Driver::OnDone& done) {
            done(driver.Broadcast(payload));
        });
}

std::future<Failure> Agent::SendSerfEvent(std::string name, wire::Bytes payload)
{
    return Call<Failure>(
        SHUT_DOWN,
        [name = std::move(name), payload = std::move(payload)](Driver& driver,
                                                               const Driver::OnDone& done) {
            done(driver.SendSerfEvent(name, payload));
        });
}

std::future<Failure> Agent::Send(std::string member, wire::Bytes payload, Delivery delivery)
{
    return Call<Failure>(SHUT_DOWN,
                         [member = std::move(member),
                          payload = std::move(payload),
                          delivery](Driver& driver, Driver::OnDone done) {
                             const std::optional<Member> to = driver.Find(member);
                             if (!to)
                             {
                                 done("there is no member \"" + member + "\"");
                                 return;
                             }
                             driver.Send(to->address, payload, delivery, std::move(done));
                         });
}

std::future<PingResult> Agent::Ping(std::string member, std::optional<Duration> timeout)
{
    using OnDone = std::function<void(const PingResult&)>;
    const Duration wait = timeout.value_or(m_probeTimeout);
    return Call<PingResult>(
        {{}, SHUT_DOWN},
        [this, member = std::move(member), wait](Driver& driver, const OnDone& done) {
            const auto pinged = [done, member, wait](const std::optional<Duration>& roundTrip) {
                done({roundTrip,
                      roundTrip ? ""
                                : "no answer from " + member + " within " + FormatDuration(wait)});
            };
            if (const std::optional<Member> known = driver.Find(member))
            {
                driver.Ping(member, known->address, wait, pinged);
                return;
            }
            m_transport->Resolve(member, [&driver, done, member, wait, pinged](const auto& found) {
                if (found.addresses.empty())
                {
                    done({{}, "no member \"" + member + "\", and " + found.error});
                    return;
                }
                driver.Ping({}, found.addresses.front(), wait, pinged);
            });
        });
}

std::vector<Member> Agent::Members() const
{
    return m_driver->Members();
}

std::size_t Agent::MemberCount() const
{
    return m_driver->MemberCount();
}

std::optional<Member> Agent::Find(std::string_view name) const
{
    return m_driver->Find(name);
}

std::optional<Coordinate> Agent::CoordinateOf(std::string_view name) const
{
    return m_driver->CoordinateOf(name);
}

Counters Agent::Count() const
{
    return m_driver->Count();
}

std::uint32_t Agent::HealthScore() const
{
    return m_driver->HealthScore();
}

TrafficCounts Agent::Traffic() const
{
    return m_driver->Traffic();
}

TransportCounters Agent::TransportCount() const
{
    return m_transport->Count();
}

std::uint32_t Agent::Incarnation() const
{
    return m_driver->Incarnation();
}

std::size_t Agent::QueuedUpdates() const
{
    return m_driver->QueuedUpdates();
}

Instant Agent::Now() const
{
    return m_transport->Now();
}

} // namespace swim
