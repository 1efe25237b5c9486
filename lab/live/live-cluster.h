// SPDX-License-Identifier: GPL-2.0-only
//
// The members of a live run and what they tell, and how they are started.
#pragma once

#include "lab/live/acquaintance.h"
#include "lab/live/live-member.h"
#include "lab/live/live-network.h"
#include "lab/live/live-records.h"
#include "lab/live/live-run.h"
#include "lab/live/live-trace.h"
#include "swim/rng.h"

#include <asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace swimlab
{

/// A folder of our own for files of members, gone with us.
class ScratchFolder
{
  public:
    ScratchFolder();
    ~ScratchFolder();

    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    const std::filesystem::path& Path() const
    {
        return m_path;
    }

  private:
    std::filesystem::path m_path;
};

/// All members of a run as processes, and the network between them.
class LiveCluster : private MemberListener
{
  public:
    LiveCluster(const Plan& plan,
                std::span<const MemberKind* const> kinds,
                const NetworkMaker& makeNetwork,
                asio::io_context& loop,
                LiveRecords& records);
    ~LiveCluster() override;

    /// @return null where the run writes no trace
    LiveTrace* Traces()
    {
        return m_trace ? &*m_trace : nullptr;
    }

    LiveNetwork& Network()
    {
        return *m_network;
    }

    const MemberKind& KindOf(MemberId member) const
    {
        return m_members[member]->Kind();
    }

    bool IsListening(MemberId member) const
    {
        return m_states[member].listening;
    }

    const Acquaintance& Views() const
    {
        return m_views;
    }

    /// Who does not know whom, and what members have to complain of.
    std::string WhyNotMet() const;

    /// When a member last concluded or gossiped something.
    std::int64_t LastStirNs() const
    {
        return m_lastStirNs;
    }

    /// The run begins: whoever starts from now on joins a cluster that is there.
    void Begin()
    {
        m_begun = true;
    }

    /// Has a member make a cluster of these; see LiveMember::Form.
    void Form(MemberId member,
              const std::vector<MemberId>& members,
              std::function<void()> onFormed);

    /// Names that nobody has told are strangers'. After Finish.
    void NameStrangers()
    {
        m_identities.Finish();
    }

    /// Starts a process of the member once those seeds listen that run.
    void Start(MemberId member, std::vector<MemberId> seeds, std::uint32_t incarnation);

    /// Has a running member contact another one again.
    void JoinAgain(MemberId member, MemberId seed);

    /// Performs an action of the plan now.
    void Perform(const Action& action);

    /// What the action starts the member with.
    std::uint32_t StartingIncarnation(const Action& action, MemberId member) const;

    /// Asks all to tell what they did and to end.
    void Finish();

    void Kill();

    bool AnyRuns() const;

    /// Of processes that have ended and of those that run, in seconds: ours, the members'.
    static std::pair<double, double> ProcessorTime();

  private:
    struct State
    {
        swim::Rng seeds; ///< of its processes
        std::uint32_t incarnation = 1;
        std::uint64_t starts = 0;
        bool listening = false;
        bool mayEnd = true;
        TrafficSums gossip{};
    };

    void OnStarted(MemberId member) override;
    void OnConclusion(const Conclusion& conclusion) override;
    void OnTraffic(MemberId member, std::int64_t atNs, const TrafficTable& sums) override;
    void OnCounts(MemberId member, std::int64_t atNs, const Counts& counts) override;
    void OnIncarnation(MemberId member, std::uint32_t incarnation) override;
    void OnEnded(MemberId member, const std::string& how) override;
    void OnTrouble(MemberId member, const std::string& what) override;

    void MakeMembers(std::span<const MemberKind* const> kinds);
    void StartOnce(MemberId member,
                   const std::vector<MemberId>& seeds,
                   std::uint32_t incarnation,
                   std::uint64_t number);
    void Launch(MemberId member, const std::vector<MemberId>& seeds, std::uint32_t incarnation);
    void PerformOnMember(const Action& action, MemberId member);

    /// From now on the process may end; one that was still to start does not.
    void AllowEnd(MemberId member);

    const Plan& m_plan;
    asio::io_context& m_loop;
    LiveRecords& m_records;
    ScratchFolder m_scratch;
    std::optional<LiveTrace> m_trace;
    Acquaintance m_views;
    Identities m_identities;
    bool m_begun = false;
    std::int64_t m_lastStirNs = 0;
    std::vector<State> m_states;
    std::vector<std::unique_ptr<LiveMember>> m_members;
    std::unique_ptr<LiveNetwork> m_network;
};

} // namespace swimlab
