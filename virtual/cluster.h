// SPDX-License-Identifier: MIT
//
// A cluster on a virtual network to which things are done while somebody watches: what the playground
// runs in a browser, and what the laboratory's backend `virtual` runs natively. Same setup, same faults
// at the same times, same bytes.
//
// It adds to the network what drivers of real members do: a process that starts again remembers its
// incarnation, and one that no seed answered asks again.
#pragma once

#include "virtual/fault.h"
#include "virtual/virtual-network.h"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace swim
{

/// Who is told what happens in a cluster, when it happens.
class ClusterListener
{
  public:
    virtual ~ClusterListener() = default;

    /// A conclusion, JOINED to REJECTED.
    virtual void OnConclusion(Member observer, const Event& event) = 0;

    virtual void OnSent(const Passage& passage) = 0;

    virtual void OnReceived(Member member, TrafficKind kind, std::size_t bytes) = 0;
};

class Cluster
{
  public:
    /// How often, and after how long each time, a process that no seed answered asks again.
    struct JoinRetry
    {
        std::uint32_t times = UINT32_MAX; ///< UINT32_MAX: for ever
        Duration interval = std::chrono::seconds(1);
    };

    /// What it starts with.
    struct Setup
    {
        Config protocol; ///< valid, see Validate
        std::uint32_t members = 0;
        std::uint64_t seed = 0;
        Age age = Age::SETTLED;
        Duration path{};  ///< what a message takes at least, whatever DELAY says
        Duration delay{}; ///< on top, until DELAY changes it
        Duration jitter{};
        double datagramLoss = 0;
        double duplication = 0;
        JoinRetry joinRetry{};
    };

    /// @param listener outlives this
    Cluster(const Setup& setup, ClusterListener& listener);

    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    /// All members start at once and know each other. To be called once, first.
    void Start();

    /// Does it now. All of its members can be hit.
    void Do(const Fault& fault);

    /// @param time not before now
    void RunTo(Instant time);

    Fault::Condition ConditionOf(Member member) const
    {
        return m_members[member].condition;
    }

    bool CanHit(Fault::Kind kind, Member member) const
    {
        return swim::CanHit(kind, ConditionOf(member));
    }

    /// What a process of the member would start with.
    std::uint32_t StartingIncarnation(Member member, bool keepsIncarnation) const
    {
        return keepsIncarnation ? m_members[member].incarnation + 1 : 1;
    }

    const VirtualNetwork& Network() const
    {
        return m_network;
    }

    Instant Now() const
    {
        return m_network.Now();
    }

  private:
    struct Contact
    {
        Fault::Condition condition = Fault::Condition::RUNNING;
        std::uint32_t incarnation = 1; ///< of its last process, the highest
        bool joining = false;          ///< no seed has answered yet
        std::size_t pending = 0;       ///< seeds that have not said anything yet
        std::uint32_t retries = 0;     ///< left
        std::vector<Member> seeds{};
    };

    void DoTo(Member member, const Fault& fault);
    void Boot(Member member, const Fault& fault);
    void OnStep(Member member, const Node& node, const Outbox& out);
    void OnJoinResult(Member member, bool joined);
    void StopJoining(Member member);
    void AskAgain();
    void ApplyConditions();

    Setup m_setup; ///< of the network as it is now
    ClusterListener& m_listener;
    VirtualNetwork m_network;
    std::vector<Contact> m_members;
    std::size_t m_joining = 0;              ///< how many members are
    std::multimap<Instant, Member> m_again; ///< when who asks his seeds again
};

} // namespace swim
