// SPDX-License-Identifier: MIT
//
// The world of the closed formulas: a cluster that knows itself from the start, and datagrams that
// arrive at the instant they are sent or are lost, each by itself.
//
// The papers' formulas count messages and periods and know no delay. Without delay there is nothing
// to schedule but the members' own deadlines, so millions of probes take seconds. For everything
// that real networks do there is virtual-network.h.
#pragma once

#include "swim/node.h"
#include "virtual/member.h"

#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

namespace swim
{

/// Members 0, 1, 2, … who all know each other; member i's name has the id i.
struct KnownMembers
{
    explicit KnownMembers(std::uint32_t size);

    /// @return which member lives at the address
    static Member At(const Address& address);

    /// @return member i's node, not started
    Node MakeNode(Member member, const std::shared_ptr<const Config>& config, const Rng& rng);

    Directory directory;
    std::vector<IdentityId> identities;
    std::shared_ptr<const Baseline> baseline;
};

class InstantNetwork
{
  public:
    /// Called after each input of a member, with the outbox that it left.
    using Observer = std::function<void(Member, const Node&, const Outbox&)>;

    /// Starts everybody at time zero, each in a random phase. @param loss of each datagram
    InstantNetwork(const Config& config, std::uint32_t members, std::uint64_t seed, double loss);

    void Observe(Observer observer)
    {
        m_observer = std::move(observer);
    }

    void RunUntil(Instant end);

    /// Hands a member a datagram now, which no other member sent.
    void Hand(Member to, wire::ByteView datagram);

    Instant Now() const
    {
        return m_now;
    }

    const Node& At(Member member) const
    {
        return m_nodes[member];
    }

    std::uint32_t Members() const
    {
        return static_cast<std::uint32_t>(m_nodes.size());
    }

  private:
    struct Datagram
    {
        Member from;
        Member to;
        wire::Bytes bytes;
    };

    using WakeUp = std::pair<Instant, Member>;

    void Perform(Member member);
    void DeliverAll();

    std::shared_ptr<const Config> m_config;
    KnownMembers m_known;
    Rng m_rng;
    double m_loss;
    Observer m_observer;
    std::vector<Node> m_nodes;
    std::vector<Instant> m_armed; ///< by member; an older wake-up is void
    std::priority_queue<WakeUp, std::vector<WakeUp>, std::greater<>> m_wakeUps;
    std::deque<Datagram> m_arriving;
    Outbox m_outbox;
    Instant m_now{};
};

} // namespace swim
