// SPDX-License-Identifier: MIT
//
// A network that exists only in memory: the smallest driver a cluster of nodes can have.
//
// Whatever can happen to real messages can happen here (delay and so reordering, loss, duplication,
// one-way cuts of datagrams, streams or both), and to real processes (crash, restart at the same or
// another address, pause, stall, slowness, an unplugged cable, leave), all of it drawn from one seed.
// Unlike a real driver it also delivers the late answer of a stream that the node has given up: a
// node has to ignore it.
#pragma once

#include "swim/detector.h"
#include "swim/node.h"
#include "virtual/member.h"

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace swim
{

/// What a path carries, or a cut takes away.
enum class Carries : std::uint8_t
{
    DATAGRAMS = 1,
    STREAMS = 2,
    ALL = 3,
};

/// What a node is told, for those who watch.
struct Input
{
    enum class Kind
    {
        START,
        JOIN,
        LEAVE,
        RESUME,
        WAKE_UP,
        DATAGRAM,
        STREAM,  ///< a message on a stream that `from` opened
        ANSWER,  ///< the answer to a stream of ours
        FAILURE, ///< a stream of ours failed
        REFUSAL, ///< a datagram of ours could not be sent
        UPDATE,
        BROADCAST,
        STALL,
        UNSTALL,
    };

    Kind kind{};
    Member from = NOBODY;   ///< of a datagram or a stream
    wire::ByteView bytes{}; ///< of a datagram, a stream or an answer
};

/// A message that a member sends, and what becomes of it, for those who watch the network.
struct Passage
{
    enum class Fate
    {
        ARRIVES,
        LOST,    ///< by chance
        CUT,     ///< the path is
        NOWHERE, ///< nobody has the address
        REFUSED, ///< the sender's cable is unplugged
    };

    Member from = NOBODY;
    Member to = NOBODY; ///< of an address that nobody has: nobody
    TrafficKind kind{};
    bool isStream = false;
    std::size_t bytes = 0;
    Fate fate{};
    Instant arrives{}; ///< whoever may live there then
};

class VirtualNetwork
{
  public:
    /// What befalls messages; streams are reliable and only delayed.
    struct Conditions
    {
        Duration delayMin = std::chrono::milliseconds(1);
        Duration delayMax = std::chrono::milliseconds(5);
        double loss = 0.0;        ///< probability for each datagram
        double duplication = 0.0; ///< probability for each datagram that arrives
    };

    /// Called after each input of a member, with the outbox that it left; see Handling().
    using Observer = std::function<void(Member, const Node&, const Outbox&)>;

    /// Called for each message that is sent, once for a datagram that arrives twice.
    using Watcher = std::function<void(const Passage&)>;

    /// Of SWIM's members.
    VirtualNetwork(const Config& config, std::uint32_t members, std::uint64_t seed);

    /// Of members of another kind. At, UpdateMeta, Broadcast and Observe are for SWIM's.
    VirtualNetwork(DetectorMaker maker, std::uint32_t members, std::uint64_t seed);

    /// The same of members of any kind.
    void ObserveAny(std::function<void(Member, const Detector&, const Outbox&)> observer)
    {
        m_anyObserver = std::move(observer);
    }

    void Observe(Observer observer)
    {
        m_observer = std::move(observer);
    }

    void Watch(Watcher watcher)
    {
        m_watcher = std::move(watcher);
    }

    /// @return the input that the observer is called for
    const Input& Handling() const
    {
        return m_input;
    }

    /// Who each process that is started from now on tells what it hears; they outlive the network.
    void SetApplications(std::function<Application*(Member)> applications)
    {
        m_applications = std::move(applications);
    }

    /// Starts everybody at once, each knowing all others.
    void StartConverged(Age age = Age::SETTLED);

    /// Starts a process that knows nobody and joins through the seeds. Its member must be down.
    void Boot(Member member, std::uint32_t incarnation, std::span<const Member> seeds);

    /// Makes a running process join (again).
    void Join(Member member, std::span<const Member> seeds);

    /// Ends the process at once, if it runs.
    void Crash(Member member);

    /// Tells everybody first; the process ends once the news has been passed on.
    void Leave(Member member);

    /// Changes a running process's metadata.
    void UpdateMeta(Member member, std::string_view meta);

    /// Makes a running process gossip a payload.
    BroadcastReceipt Broadcast(Member member,
                               wire::ByteView payload,
                               const BroadcastOptions& options);

    /// The same of so many bytes, which fit.
    void Broadcast(Member member, std::size_t size, Relay relay = Relay::RECEIVERS);

    /// Stops the process while its clock runs on and its sockets fill.
    void Pause(Member member);

    void Resume(Member member);

    /// Blocks the tasks of the process before they send and after they receive (swim/stall.h).
    void BeginStall(Member member);

    /// Lets it go on, in order.
    void EndStall(Member member);

    /// Gives a member that is down an address that nobody ever had.
    void Move(Member member);

    /// Lets two members that are down swap their addresses.
    void Swap(Member one, Member other);

    /// Makes everything reach the process late, its own timers too. No lag: as fast as ever.
    void SlowDown(Member member, Duration lag);

    /// Pulls the cable: nothing arrives, streams fail at once, and so does sending datagrams.
    void Unplug(Member member);

    void Plug(Member member);

    void SetConditions(const Conditions& conditions)
    {
        m_conditions = conditions;
    }

    /// Cuts one direction. Streams over a cut path hang; to a dead process they fail.
    void Cut(Member from, Member to, Carries what = Carries::ALL);

    /// Cuts every path between the members below `side` and the others, both ways.
    void Partition(Member side, Carries what = Carries::ALL);

    /// Mends all cuts, and cuts every path between members of different sides, both ways.
    /// @param sideOf by member
    void PartitionInto(std::span<const std::uint32_t> sideOf);

    /// Mends all cuts.
    void Heal();

    void RunFor(Duration time);

    Instant Now() const
    {
        return m_now;
    }

    std::uint32_t Members() const
    {
        return static_cast<std::uint32_t>(m_processes.size());
    }

    /// @return the member's running process, or nullptr
    const Node* At(Member member) const
    {
        return AsNode(m_processes[member].node.get());
    }

    /// The same of members of any kind.
    const Detector* DetectorAt(Member member) const
    {
        return m_processes[member].node.get();
    }

    bool Paused(Member member) const
    {
        return m_processes[member].paused;
    }

    bool Stalled(Member member) const
    {
        return m_processes[member].stalled;
    }

    bool Unplugged(Member member) const
    {
        return m_processes[member].unplugged;
    }

    /// How often the member was started.
    std::uint32_t Life(Member member) const
    {
        return m_processes[member].life;
    }

    /// How often the member was given another address.
    std::uint32_t Moves(Member member) const
    {
        return m_processes[member].moves;
    }

    IdentityId IdentityOf(Member member) const
    {
        return m_processes[member].identity;
    }

    Address AddressOf(Member member) const;

    /// @return whose address this is now, or NOBODY
    Member MemberAt(const Address& address) const;

    /// @return the member of this name, or NOBODY
    static Member MemberNamed(std::string_view name);

    /// What all processes counted so far, those that are gone too.
    Counters Count() const;

    /// All names and identities that were ever heard of.
    const Directory& Known() const
    {
        return m_directory;
    }

    /// Members' names are interned in their order: the NameId of member i is i.
    static NameId NameOf(Member member)
    {
        return NameId(member);
    }

    /// @return whose name it is; NOBODY for none
    static Member MemberOf(NameId name)
    {
        return name == NONE ? NOBODY : name.Value();
    }

  private:
    /// Something on its way to a member.
    struct Occurrence
    {
        enum class Kind
        {
            WAKE_UP,
            DATAGRAM,
            STREAM,  ///< a message on a stream that `from` opened
            ANSWER,  ///< the answer to a stream of ours
            FAILURE, ///< a stream of ours failed
            REFUSAL, ///< a datagram of ours could not be sent
        };

        Kind kind{};
        Member to = NOBODY;
        Member from = NOBODY;
        std::uint32_t life = 0;     ///< of the member that opened the stream
        std::uint32_t exchange = 0; ///< the stream's id at the member that opened it
        wire::Bytes bytes{};
        Instant deadline{}; ///< of a wake-up, which lag delays
        Address refused{};  ///< where a datagram could not be sent
    };

    /// What a stalled process wants to send.
    struct Kept
    {
        Address to;
        TrafficKind kind;
        std::uint32_t stream; ///< 0: a datagram
        wire::Bytes bytes;
    };

    struct Process
    {
        std::unique_ptr<Detector> node; ///< null: down
        IdentityId identity = NONE;
        std::uint32_t life = 0;
        std::uint32_t moves = 0;
        Member home = NOBODY;      ///< at whose place it lives: its own, unless swapped
        Member tenant = NOBODY;    ///< who lives at its place
        std::uint8_t renewals = 0; ///< how often its place got a new address
        bool paused = false;
        bool stalled = false;
        bool unplugged = false;
        Duration lag{};
        Instant wakeUp = NEVER;
        std::vector<Occurrence> inbox{}; ///< what came while paused or stalled
        std::vector<Kept> outbox{};      ///< what it wanted to send while stalled
    };

    using Moment = std::pair<Instant, std::uint64_t>;

    void NameMembers(std::uint32_t members);
    void Start(Member member, const Detector::Setup& setup);
    std::unique_ptr<Detector> Make(Member member, const Detector::Setup& setup);

    /// Of SWIM's, which all members are unless a maker was given.
    Node* AsNode(Detector* member) const
    {
        return m_maker ? nullptr : static_cast<Node*>(member);
    }

    void Readdress(Member member);
    template <typename Call>
    void Tell(Member member, const Input& input, Call call);
    void Deliver(const Occurrence& occurrence);
    void DeliverAnswer(const Occurrence& occurrence);
    void Accept(const Occurrence& stream);
    void Perform(Member member);
    void Keep(Process& process);
    void OpenStream(Member from,
                    const Address& address,
                    TrafficKind kind,
                    std::uint32_t id,
                    wire::ByteView bytes);
    void SendDatagram(Member from, const Address& address, TrafficKind kind, wire::ByteView bytes);
    void Report(const Passage& passage) const;
    void Schedule(Instant at, Occurrence occurrence);
    Instant ArrivalAt(Member to);

    bool IsCut(Member from, Member to, Carries what) const
    {
        return (m_cuts[from * Members() + to] & static_cast<std::uint8_t>(what)) != 0 ||
               m_processes[from].unplugged || m_processes[to].unplugged;
    }

    Directory m_directory;
    std::shared_ptr<const Config> m_config;
    std::uint64_t m_seed;
    Rng m_rng;
    Conditions m_conditions;
    DetectorMaker m_maker; ///< none: they are SWIM's
    Observer m_observer;
    std::function<void(Member, const Detector&, const Outbox&)> m_anyObserver;
    Watcher m_watcher;
    std::function<Application*(Member)> m_applications; ///< none: nobody has one
    std::vector<Process> m_processes;
    std::vector<std::uint8_t> m_cuts; ///< for each direction what does not pass, bits of Carries
    std::map<Moment, Occurrence> m_pending; ///< in the order of time, then of scheduling
    std::uint64_t m_scheduled = 0;
    Counters m_ofGone{}; ///< what processes counted that are gone
    Outbox m_outbox;
    Input m_input;
    Instant m_now{};
};

} // namespace swim
