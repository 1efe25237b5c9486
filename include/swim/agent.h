// SPDX-License-Identifier: MIT
//
// A member of a SWIM cluster in an application: the library's front door.
//
// All methods may be called from any thread, a Listener's too. Those that ask for something return
// at once, with a future of how it went; none of these futures waits for ever: at the latest,
// shutting down settles them.
//
// What is wrong with the options, and why the agent cannot listen, is thrown by the constructor;
// why something could not be done later, by the get() of its future. Either is an AgentError. What
// comes from the network is never an error: it is counted, and told to the Listener.
#pragma once

#include "swim/broadcast-options.h"
#include "swim/bytes.h"
#include "swim/cipher.h"
#include "swim/config.h"
#include "swim/coordinate.h"
#include "swim/counters.h"
#include "swim/delegates.h"
#include "swim/future.h"
#include "swim/host.h"
#include "swim/join.h"
#include "swim/listener.h"
#include "swim/log.h"
#include "swim/serf-peers.h"
#include "swim/tracer.h"
#include "swim/traffic.h"
#include "swim/transport.h"
#include "swim/types.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace swim
{

/// Who a member is and how it listens. Only the name has to be set.
struct AgentOptions
{
    /// Unique in the cluster; 1 to MAX_NAME_SIZE bytes, and short enough for news of it to fit into
    /// the datagrams of udp_buffer_size.
    std::string name;
    /// Settings of the protocol; the same for the whole cluster. See Preset(), Parameters() and
    /// Validate().
    Config config = *Preset("recommended-lan");
    /// Where to listen, UDP and TCP: "HOST:PORT" or "HOST", which is port 7946. HOST is a numeric
    /// IPv4 or IPv6 address (in brackets), the name of one of this machine's interfaces ("eth0") or
    /// a host name that stands for one of its addresses. Port 0: any that is free; see
    /// Agent::AdvertisedAddress().
    std::string bind = "0.0.0.0:7946";
    /// Where others reach it: a numeric address. Empty: at bind; where that is 0.0.0.0 or [::], at
    /// the machine's one address, or the one that its default route goes out by. Port 0 or none:
    /// that of bind.
    std::string advertise = {};
    /// What others learn of it, of any content; at most MAX_META_SIZE bytes, and as name. See
    /// Delegates::meta too.
    std::string meta = {};
    /// Seals and opens all that is sent and received; on the agent's thread. Null: no encryption.
    std::shared_ptr<Cipher> cipher = nullptr;
    /// Outlives the agent. Null: nobody hears.
    Listener* listener = nullptr;
    /// What the application says and decides in the midst of it; see there.
    Delegates delegates = {};
    /// Who takes what the library has to say in words. Empty: nobody.
    Logger logger = {};
    /// Calls of listener, delegates and logger that may wait while an earlier one takes its time;
    /// what is beyond is lost and counted, see Listener. At least 1. They hold 64 MiB of messages at
    /// most, or one that is larger.
    std::size_t mostCallbacks = 16'384;
    /// Of its choices at random. Nothing: another each time.
    std::optional<std::uint64_t> seed = {};
    /// Whether it is in a cluster with Serf's agents: does what they expect of each other.
    SerfPeers serf = SerfPeers::AUTO;
    /// To start with; who remembers its former life starts one higher than that ended. From 1 to
    /// 2^31 - 1.
    std::uint32_t incarnation = 1;
    /// Whom to talk to: ranges such as "10.0.0.0/8". Empty: everybody.
    std::vector<std::string> allow = {};
    /// Datagrams that one source may send a second; what is beyond is dropped and counted. 0: no
    /// limit.
    std::uint32_t datagramsPerSecond = 10'000;
    /// Who is shown all packets and decisions; outlives the agent. Null: nobody.
    Tracer* tracer = nullptr;
};

/// What is wrong with the options, or why something could not be done; and what would be right.
class AgentError : public std::runtime_error
{
  public:
    /// @param text what is wrong and what would be right
    /// @param code the operating system's word, if it was its
    explicit AgentError(const std::string& text, std::error_code code = {})
        : std::runtime_error(text),
          m_code(code)
    {
    }

    /// @return why the system refused, such as std::errc::address_in_use; 0 if it was not asked
    const std::error_code& Code() const noexcept
    {
        return m_code;
    }

  private:
    std::error_code m_code;
};

/**
 * The sockets that an agent with these options listens on, for those who put something between.
 * @throws AgentError if bind or allow cannot be read, or the system does not let us listen there
 */
std::unique_ptr<Transport> OpenSockets(const AgentOptions& options, const AgentHost& host = {});

/// Who counts as live: accused ones do.
inline constexpr std::initializer_list<MemberState> LIVE_STATES = {MemberState::ALIVE,
                                                                   MemberState::SUSPECT};

/// All that a member remembers.
inline constexpr std::initializer_list<MemberState> ALL_STATES = {MemberState::ALIVE,
                                                                  MemberState::SUSPECT,
                                                                  MemberState::DEAD,
                                                                  MemberState::LEFT};

/// A member of a cluster, from its construction until Shutdown(). It is alone until it joins others
/// or others join it.
class Agent
{
  public:
    /// Listens on UDP and TCP sockets.
    /// @param options see there; only the name has to be set
    /// @param host may be shared with others
    /// @throws AgentError
    explicit Agent(AgentOptions options, const AgentHost& host = {});

    /// Runs on another transport; what says how to listen is then of no meaning.
    /// @throws AgentError
    Agent(AgentOptions options, std::unique_ptr<Transport> transport);

    /// Shuts down.
    ~Agent();

    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    /**
     * Asks these for their members, all at once. Who has left comes back so, with an incarnation
     * that outdoes its leaving.
     * @param addresses "host:port", "[host]:port" or "host"; see endpoint.h
     * @param options when, and how often
     * @return ready when we are taken in, or it is clear that we are not; see JoinResult
     */
    Future<JoinResult> Join(std::vector<std::string> addresses, JoinOptions options = {});

    /**
     * Tells the others that we leave of our own will; the agent goes on until Shutdown(), and Join()
     * leads back. Until then what tells others something is refused.
     * @return ready once the news was passed on; fails if it was not within the timeout
     */
    Future<void> Leave(Duration timeout = std::chrono::seconds(5));

    /// Changes our metadata for everybody. Fails if it is longer than MAX_META_SIZE bytes, or too
    /// long for the datagrams of udp_buffer_size beside our name, and once we have left.
    Future<void> UpdateMeta(std::string meta, Until until = Until::QUEUED);

    /// Asks Delegates::meta for our metadata and changes it for everybody. As UpdateMeta; fails if
    /// there is no such delegate.
    Future<void> RefreshMeta(Until until = Until::QUEUED);

    /**
     * Sends a message to everybody by gossip. Members of this library pass it on and tell their
     * listeners once (Listener::OnBroadcast); how many it misses is a matter of retransmit_mult, see
     * docs. Fails if it is longer than MaxBroadcast(), if user_queue_depth broadcasts wait already,
     * and once we have left; with Until::PASSED_ON also if another of its name took its place.
     */
    Future<void> Broadcast(Bytes payload, BroadcastOptions options = {});

    /// The most bytes of a broadcast with these options.
    std::size_t MaxBroadcast(const BroadcastOptions& options = {}) const;

    /// The most bytes of a message that Send takes.
    std::size_t MaxMessage(Delivery delivery) const;

    /// Does what `serf event NAME PAYLOAD` does. Fails unless AmongSerf().
    Future<void> SendSerfEvent(std::string name, Bytes payload);

    /**
     * Sends a message to one member, whose listener hears it (Listener::OnUserMessage). By datagram
     * it may be lost; by stream, success means that the other side read it whole.
     * @param to a member's name, or the address of somebody whom we need not know: "host:port"
     * @return fails if there is no such member nor address, or the message is too long
     */
    Future<void> Send(std::string to, Bytes payload, Delivery delivery);

    /**
     * Measures the round trip to a member by one datagram and its answer, apart from the failure
     * detector.
     * @param member a member's name, or the address of somebody who need not be one: "host:port"
     * @param timeout nothing: the failure detector's, probe_timeout
     * @return the round trip; fails if no answer came in time
     */
    Future<Duration> Ping(std::string member, std::optional<Duration> timeout = {});

    /// Ends at once and without a word; the others will see it fail, unless it left before. Waits for
    /// the listener's call under way, unless that is who calls. Again: without effect.
    /// @throws AgentError from an answer of Delegates
    void Shutdown();

    /// Those that are believed to be in one of these states, by name; by default who lives, this
    /// member among them. ALL_STATES: all that are remembered.
    std::vector<Member> Members(std::initializer_list<MemberState> states = LIVE_STATES) const;

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

    /// What became of the calls of the listener, the delegates and the logger.
    CallbackCounters CallbackCount() const;

    /// What was sent and received so far.
    TrafficCounts Traffic() const;

    /// What was turned away before it came to the protocol.
    TransportCounters TransportCount() const;

    /// Lifeguard's local health: 0 is healthy, up to awareness_max_multiplier - 1.
    std::uint32_t HealthScore() const;

    /// Our own: it grows when we refute an accusation or change our metadata.
    std::uint32_t Incarnation() const;

    /// How many updates we still pass on; 0: our gossip has settled.
    std::size_t QueuedUpdates() const;

    /// Whether it does what Serf's agents expect of each other: by the option serf, or because it
    /// has met some.
    bool AmongSerf() const;

    /// The clock of all Instants: on sockets CLOCK_MONOTONIC.
    Instant Now() const;

    /// As the options have it.
    const std::string& Name() const;

    /// Where others reach this member.
    const Address& AdvertisedAddress() const;

    /// Where it listens; may be all addresses of the machine.
    Address LocalAddress() const;

  private:
    class Core;

    std::unique_ptr<Core> m_core;
};

} // namespace swim
