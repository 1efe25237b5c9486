// SPDX-License-Identifier: MIT
//
// A network that exists only in memory: the smallest driver a cluster of nodes can have.
//
// Whatever can happen to real messages can happen here (delay and so reordering, loss, duplication,
// one-way cuts), and to real processes (crash, restart, pause, leave), all of it drawn from one
// seed. Unlike a real driver it also delivers the late answer of a stream that the node has given
// up: a node has to ignore it.
#pragma once

#include "protocol/swim/node.h"

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace swim
{

/// A member of the virtual network, from 0.
using Member = std::uint32_t;

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

    /// Called after each input of a member, with the outbox that it left.
    using Observer = std::function<void(Member, const Node&, const Outbox&)>;

    VirtualNetwork(const Config& config, std::uint32_t members, std::uint64_t seed);

    void Observe(Observer observer)
    {
        m_observer = std::move(observer);
    }

    /// Starts everybody at once, each knowing all others.
    void StartConverged();

    /// Starts a process that knows nobody and joins through the seeds. Its member must be down.
    void Boot(Member member, std::uint32_t incarnation, std::span<const Member> seeds);

    /// Makes a running process join (again).
    void Join(Member member, std::span<const Member> seeds);

    /// Ends the process at once, if it runs.
    void Crash(Member member);

    /// Tells everybody first; the process ends once the news has been passed on.
    void Leave(Member member);

    /// Stops the process while its clock runs on and its sockets fill.
    void Pause(Member member);

    void Resume(Member member);

    void SetConditions(const Conditions& conditions)
    {
        m_conditions = conditions;
    }

    /// Cuts one direction. Streams over a cut path hang; to a dead process they fail.
    void Cut(Member from, Member to);

    /// Cuts every path between the members below `side` and the others, both ways.
    void Partition(Member side);

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
        return m_processes[member].node.get();
    }

    bool Paused(Member member) const
    {
        return m_processes[member].paused;
    }

    /// How often the member was started.
    std::uint32_t Life(Member member) const
    {
        return m_processes[member].life;
    }

    /// Members' names are interned in their order: the NameId of member i is i.
    static NameId NameOf(Member member)
    {
        return member;
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
        };

        Kind kind{};
        Member to = NONE;
        Member from = NONE;
        std::uint32_t life = 0;     ///< of the member that opened the stream
        std::uint32_t exchange = 0; ///< the stream's id at the member that opened it
        wire::Bytes bytes{};
    };

    struct Process
    {
        std::unique_ptr<Node> node; ///< null: down
        IdentityId identity = NONE;
        std::uint32_t life = 0;
        bool paused = false;
        Instant wakeUp = NEVER;
        std::vector<Occurrence> inbox{}; ///< what came while paused
    };

    using Moment = std::pair<Instant, std::uint64_t>;

    void Start(Member member, const Node::Setup& setup);
    template <typename Input>
    void Tell(Member member, Input input);
    void Deliver(const Occurrence& occurrence);
    void Accept(const Occurrence& stream);
    void Perform(Member member);
    void SendDatagram(Member from, const Outbox::Datagram& datagram);
    void Schedule(Instant at, Occurrence occurrence);
    Instant Arrival();

    bool IsCut(Member from, Member to) const
    {
        return m_cuts[from * Members() + to];
    }

    Directory m_directory;
    std::shared_ptr<const Config> m_config;
    std::uint64_t m_seed;
    Rng m_rng;
    Conditions m_conditions;
    Observer m_observer;
    std::vector<Process> m_processes;
    std::vector<bool> m_cuts;
    std::map<Moment, Occurrence> m_pending; ///< in the order of time, then of scheduling
    std::uint64_t m_scheduled = 0;
    Outbox m_outbox;
    Instant m_now{};
};

} // namespace swim
