// SPDX-License-Identifier: GPL-2.0-only
//
// The cluster sizes that processes report, as experiments on real ones log them.
//
// Rapid (Suresh et al., USENIX ATC 2018, section 7) has each process log the size of its view every
// second, and judges by those lines: a dot each in its figures, the time until all are right, how many
// different sizes were ever reported. An outside look at all views of one instant (ViewSizes) sees
// less: processes that start one after the other log one after the other, and a size that stands for
// 10 ms is in somebody's log. So each process reports at whole seconds after its own start here too.
#pragma once

#include "lab/record/metrics/metric.h"

#include <array>
#include <vector>

namespace swimlab
{

class ClusterSizes : public Metric
{
  public:
    explicit ClusterSizes(const RunState& run);

    Scope ScopeOf() const override
    {
        return Scope::RUN;
    }

    void After(const Deed& deed) override;

    TimeNs NextLook() const override
    {
        return m_tickNs;
    }

    void Look(TimeNs timeNs) override;
    void Finish(Json& metrics) override;

  private:
    /// Starts within a millisecond report together, in the order of the starts.
    static constexpr std::size_t TICKS = 1000;
    static constexpr TimeNs TICK_NS = SECOND_NS / TICKS;

    /// One of the processes that a member has had: the first is 1.
    struct Process
    {
        MemberId member;
        std::uint32_t start;
    };

    struct Member
    {
        std::uint32_t start = 0;    ///< of its present process
        std::uint32_t reported = 0; ///< by that process, last; 0: nothing yet
        bool exists = false;        ///< the process does, whatever it suffers
    };

    /// What some processes of a cluster reported in a second.
    struct Reports
    {
        std::vector<std::uint32_t> sizes;
        std::vector<bool> seen; ///< by size: whether one of them ever reported it
        std::uint32_t distinct = 0;

        void Add(std::uint32_t size);
    };

    /// The same in numbers, of which a row is made.
    struct Numbers
    {
        std::uint32_t reports = 0;
        std::uint32_t least = 0;
        double median = 0; ///< of an even number the mean of the middle two
        std::uint32_t greatest = 0;
        std::uint32_t distinct = 0;

        bool operator==(const Numbers&) const = default;
    };

    struct Row
    {
        std::uint32_t second = 0; ///< the reports are of the second that ends then
        std::uint32_t members = 0;
        Numbers all;
        Numbers healthy;

        /// The same but for the time.
        bool Repeats(const Row& other) const
        {
            return members == other.members && all == other.all && healthy == other.healthy;
        }
    };

    struct Cluster
    {
        std::uint32_t members = 0; ///< whose processes exist: what is right
        Reports all;
        Reports healthy;
        std::vector<std::uint32_t> reporting; ///< by size: whose last report it is
        std::vector<Row> rows;           ///< the first, and each that differs from the one before
        std::optional<TimeNs> changedNs; ///< when a process came or went last
        std::optional<TimeNs> agreedNs;  ///< the first moment after it at which all were right

        Cluster(std::size_t sizes);
    };

    void Enter(MemberId member, TimeNs timeNs);
    void Exit(MemberId member);
    void Report(const Process& process);
    void CloseSecond();
    static Numbers Sum(Reports& reports);
    static Json SeenJson(const std::vector<bool>& seen);
    static Json NumbersJson(const std::vector<Row>& rows, Numbers Row::*part);

    Cluster& ClusterOf(MemberId member)
    {
        return m_clusters[m_run.views.Groups()[member]];
    }

    RunState m_run;
    std::vector<Member> m_members;
    std::vector<Cluster> m_clusters;
    std::array<std::vector<Process>, TICKS> m_reporters; ///< by the millisecond of their start
    TimeNs m_tickNs = TICK_NS;                           ///< whose reports are next
};

} // namespace swimlab
