// SPDX-License-Identifier: MIT
//
// A member of a SWIM cluster in an application: the library's front door.
//
// All methods may be called from any thread. Those that ask for something return at once, with a
// future of how it went; none of these futures waits for ever: at the latest, shutting
// down settles them.
#pragma once

#include "agent/driver.h"
#include "swim/join.h"

#include <future>
#include <stdexcept>

namespace swim
{

struct AgentOptions
{
    std::string name;                           ///< unique in the cluster
    Config config = *Preset("recommended-lan"); ///< see Preset() and Parameters()
    std::string bind = "0.0.0.0:7946";          ///< a number, IPv4 or IPv6; port 0: any free one
    std::string advertise = {};                 ///< where others reach it; empty: bind
    std::string meta = {};                      ///< at most wire::MAX_META_SIZE bytes
    std::shared_ptr<Cipher> cipher = nullptr;   ///< null: no encryption
    Listener* listener = nullptr;               ///< outlives the agent
    std::optional<std::uint64_t> seed = {}; ///< of its random choices; nothing: another each time
    bool serf = false; ///< in a cluster with Serf's agents: does what they expect of each other
    std::uint32_t incarnation = 1; ///< to start with; whoever remembers its former life, one higher
    /// Whom to talk to: ranges such as "10.0.0.0/8"; empty: everybody.
    std::vector<std::string> allow = {};
    std::uint32_t datagramsPerSecond = 10'000; ///< that one source may send; 0: no limit
};

/// What is wrong with the options, or why the agent cannot listen.
class AgentError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/**
 * The sockets that an agent with these options listens on, for those who put something between.
 * @throws AgentError
 */
std::unique_ptr<Transport> OpenSockets(const AgentOptions& options, const AgentHost& host = {});

/// How a ping went.
struct PingResult
{
    std::optional<Duration> roundTrip;
    std::string error; ///< where there is no round trip
};

class Agent
{
  public:
    /// Listens on UDP and TCP sockets. @param host may be shared with others @throws AgentError
    explicit Agent(AgentOptions options, const AgentHost& host = {});

    /// Runs on another transport; what says how to listen is then of no meaning. @throws AgentError
    Agent(AgentOptions options, std::unique_ptr<Transport> transport);

    /// Shuts down.
    ~Agent();

    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    /// Asks these for their members, all at once. @param addresses "host:port"; see endpoint.h
    std::future<JoinResult> Join(std::vector<std::string> addresses, JoinOptions options = {});

    /// Tells the others that we leave of our own will; the agent goes on until Shutdown().
    std::future<Failure> Leave(Duration timeout = std::chrono::seconds(5));

    /// Changes our metadata for everybody.
    std::future<Failure> UpdateMeta(std::string meta);

    /// Gossips a message to everybody; who hears it decides whether to pass it on (see Listener).
    std::future<Failure> Broadcast(wire::Bytes payload);

    /// Does what `serf event NAME PAYLOAD` does. Needs the option serf.
    std::future<Failure> SendSerfEvent(std::string name, wire::Bytes payload);

    /// Sends a message to one member. By datagram it may be lost; by stream, success means that the
    /// other side took it.
    std::future<Failure> Send(std::string member, wire::Bytes payload, Delivery delivery);

    /**
     * Measures the round trip to a member by one datagram and its answer, apart from the failure
     * detector.
     * @param member a member's name, or the address of somebody who need not be one: "host:port"
     * @param timeout nothing: the failure detector's, probe_timeout
     */
    std::future<PingResult> Ping(std::string member, std::optional<Duration> timeout = {});

    /// Ends at once and without a word; the others will see it fail, unless it left before. Not
    /// from the listener.
    void Shutdown();

    /// All that are remembered, the dead and the left too, by name.
    std::vector<Member> Members() const;

    /// How many are alive or suspect, this one among them.
    std::size_t MemberCount() const;

    /// @return the member of that name, or nothing
    std::optional<Member> Find(std::string_view name) const;

    /// Where a member is in the space of round trips (parameter coordinates): what it told in its
    /// last ack to us; of ourselves, our own.
    /// @return nothing if it told nothing, or we keep no coordinates
    std::optional<Coordinate> CoordinateOf(std::string_view name) const;

    /// What is done and met so far.
    Counters Count() const;

    /// What was sent and received so far.
    TrafficCounts Traffic() const;

    /// What was turned away before it came to the protocol.
    TransportCounters TransportCount() const;

    /// Lifeguard's local health: 0 is healthy.
    std::uint32_t HealthScore() const;

    /// Our own: it grows when we refute an accusation or change our metadata.
    std::uint32_t Incarnation() const;

    /// How many updates we still pass on; 0: our gossip has settled.
    std::size_t QueuedUpdates() const;

    /// The clock of all Instants: on sockets CLOCK_MONOTONIC.
    Instant Now() const;

    const std::string& Name() const
    {
        return m_name;
    }

    /// Where others reach this member.
    const Address& AdvertisedAddress() const
    {
        return m_address;
    }

  private:
    Agent(const AgentOptions& checked,
          std::unique_ptr<Transport> transport,
          std::shared_ptr<SharedState> state);

    template <typename Result>
    std::future<Result> Call(Result ifShutDown,
                             std::function<void(Driver&, std::function<void(const Result&)>)> task);

    std::unique_ptr<Transport> m_transport;
    std::string m_name;
    Duration m_probeTimeout{};
    Address m_address;
    std::unique_ptr<Driver> m_driver;
    std::once_flag m_shutdown;
};

} // namespace swim
