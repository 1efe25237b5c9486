// SPDX-License-Identifier: GPL-2.0-only
//
// See live-run.h.
#include "lab/live/live-run.h"

#include "lab/live/lag.h"
#include "lab/live/live-cluster.h"
#include "lab/live/live-records.h"

#include <algorithm>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <sys/resource.h>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto REPORT_EVERY = 200ms;
constexpr auto LISTEN_PATIENCE = 30s;
constexpr auto MEET_INTERVAL = 3s;
constexpr int MEET_ATTEMPTS = 20;
constexpr auto REST_PATIENCE = 120s;
constexpr auto END_PATIENCE = 5s;

/// Nothing new for so long is rest; members tell their traffic each second.
constexpr auto REST = 2500ms;

/// One run while it lasts.
class LiveRun
{
  public:
    LiveRun(const Plan& plan,
            std::span<const MemberKind* const> kinds,
            const NetworkMaker& makeNetwork,
            const OnProgress& onProgress);

    /// @param trace where the network puts down what it carries, if it can; null: nowhere
    void Perform(Trace* trace);

    /// After Perform.
    RunResult Finish(Recorder& recorder);

  private:
    /// Something to do at a time of the run.
    struct Step
    {
        Duration at;
        std::function<void()> perform;
    };

    void WarmUp();
    std::vector<MemberId> OrderOfStart(const Group& group) const;
    void StartConverged(MemberId member, MemberId first);
    std::vector<Step> Steps();
    void End();
    void Report();
    void WaitUntil(Clock::time_point when);
    bool WaitFor(Duration most, const std::function<bool()>& condition);

    const Plan& m_plan;
    std::span<const MemberKind* const> m_kinds;
    const OnProgress& m_onProgress;
    asio::io_context m_loop;
    asio::signal_set m_stopSignals;
    asio::steady_timer m_alarm;
    asio::steady_timer m_reportTimer;
    LagMeter m_lag;
    LiveRecords m_records;
    LiveCluster m_cluster;
    Clock::time_point m_begin = Clock::now();
    Clock::time_point m_zero;
    bool m_capturesPackets = false;
};

LiveRun::LiveRun(const Plan& plan,
                 std::span<const MemberKind* const> kinds,
                 const NetworkMaker& makeNetwork,
                 const OnProgress& onProgress)
    : m_plan(plan),
      m_kinds(kinds),
      m_onProgress(onProgress),
      m_stopSignals(m_loop, SIGINT, SIGTERM, SIGHUP),
      m_alarm(m_loop),
      m_reportTimer(m_loop),
      m_lag(m_loop),
      m_records(plan),
      m_cluster(plan, kinds, makeNetwork, m_loop, m_records)
{
    m_stopSignals.async_wait([](const asio::error_code& error, int) {
        if (!error)
        {
            throw Interrupted();
        }
    });
}

void LiveRun::WaitUntil(Clock::time_point when)
{
    bool come = false;
    m_alarm.expires_at(when);
    m_alarm.async_wait([&come](const asio::error_code&) { come = true; });
    while (!come)
    {
        m_loop.run_one();
    }
}

/// @return whether it became so in time
bool LiveRun::WaitFor(Duration most, const std::function<bool()>& condition)
{
    const auto end = Clock::now() + most;
    while (!condition())
    {
        if (Clock::now() >= end)
        {
            return false;
        }
        m_loop.run_one_until(std::min(end, Clock::now() + 100ms));
    }
    return true;
}

void LiveRun::WarmUp()
{
    std::vector<MemberId> firstOfMember(m_plan.members);
    for (const Group& group : m_plan.groups)
    {
        const std::vector<MemberId> order = OrderOfStart(group);
        for (const MemberId member : order)
        {
            firstOfMember[member] = order.front();
            StartConverged(member, order.front());
        }
    }
    const auto know = [this] { return m_cluster.Views().IsComplete(); };
    for (int i = 0; i < MEET_ATTEMPTS && !WaitFor(MEET_INTERVAL, know); ++i)
    {
        // Gossip reaches nearly all; who missed something asks for the whole table.
        for (const MemberId member : m_cluster.Views().Ignorant())
        {
            m_cluster.JoinAgain(member, firstOfMember[member]);
        }
    }
    if (!know())
    {
        throw RunFailure("the members have not met within 60 s: " + m_cluster.Views().Missing());
    }
    const auto rests = [this] {
        return Clock::now().time_since_epoch() >=
               std::chrono::nanoseconds(m_cluster.LastStirNs()) + REST;
    };
    if (!WaitFor(REST_PATIENCE, rests) || !know())
    {
        throw RunFailure("the members have met, but are not at rest after 120 s; is the machine "
                         "too slow for so many? " +
                         m_cluster.Views().Missing());
    }
}

/// Of those that start converged; seeds first, so that others can join through them.
std::vector<MemberId> LiveRun::OrderOfStart(const Group& group) const
{
    std::vector<MemberId> order;
    std::ranges::copy_if(group.members, std::back_inserter(order), [this](MemberId member) {
        return m_plan.starts[member] && m_plan.starts[member]->converged;
    });
    if (!order.empty())
    {
        const std::vector<MemberId>& seeds = m_plan.starts[order.front()]->seeds;
        std::stable_partition(order.begin(), order.end(), [&](MemberId member) {
            return std::ranges::find(seeds, member) != seeds.end();
        });
    }
    return order;
}

/// Joins through those seeds that listen already, or through the first of its group.
void LiveRun::StartConverged(MemberId member, MemberId first)
{
    std::vector<MemberId> contacts;
    if (member != first)
    {
        std::ranges::copy_if(m_plan.starts[member]->seeds,
                             std::back_inserter(contacts),
                             [this](MemberId seed) { return m_cluster.IsListening(seed); });
        contacts = contacts.empty() ? std::vector{first} : contacts;
    }
    m_cluster.Start(member, contacts, 1);
    const bool isSeed = member == first || std::ranges::find(m_plan.starts[first]->seeds, member) !=
                                               m_plan.starts[first]->seeds.end();
    if (isSeed && !WaitFor(LISTEN_PATIENCE, [&] { return m_cluster.IsListening(member); }))
    {
        throw RunFailure(m_plan.names[member] + " does not listen after 30 s");
    }
    WaitUntil(Clock::now() + m_kinds[member]->LaunchSpacing());
}

std::vector<LiveRun::Step> LiveRun::Steps()
{
    std::vector<Step> steps;
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        if (const auto& start = m_plan.starts[member]; start && !start->converged)
        {
            steps.push_back({start->at, [this, member, &start] {
                                 m_records.Truth(Clock::now().time_since_epoch().count(),
                                                 {ToString(Verb::JOIN), member, "", 1});
                                 m_cluster.Start(member, start->seeds, 1);
                             }});
        }
    }
    for (const Action& action : m_plan.timeline)
    {
        steps.push_back({action.at, [this, &action] { m_cluster.Perform(action); }});
    }
    std::ranges::stable_sort(steps, {}, &Step::at);
    return steps;
}

void LiveRun::Perform(Trace* trace)
{
    WarmUp();
    if (trace != nullptr && trace->Packets() != nullptr)
    {
        m_capturesPackets = m_cluster.Network().BeginCapture(*trace->Packets());
    }
    m_zero = Clock::now();
    m_records.Begin(m_zero.time_since_epoch().count());
    m_cluster.Network().Begin();
    m_lag.Begin();
    Report();
    for (const Step& step : Steps())
    {
        WaitUntil(m_zero + step.at);
        step.perform();
    }
    WaitUntil(m_zero + m_plan.duration);
    m_lag.End();
    m_cluster.Network().EndCapture();
    m_reportTimer.cancel();
    End();
    const double seconds = std::chrono::duration<double>(m_plan.duration).count();
    m_onProgress({seconds, seconds, std::nullopt});
}

void LiveRun::End()
{
    m_cluster.Finish();
    const auto noneRuns = [this] { return !m_cluster.AnyRuns(); };
    if (!WaitFor(END_PATIENCE, noneRuns))
    {
        m_cluster.Kill();
        WaitFor(END_PATIENCE, noneRuns);
    }
}

void LiveRun::Report()
{
    m_onProgress({std::chrono::duration<double>(Clock::now() - m_zero).count(),
                  std::chrono::duration<double>(m_plan.duration).count(),
                  std::nullopt});
    m_reportTimer.expires_after(REPORT_EVERY);
    m_reportTimer.async_wait([this](const asio::error_code& error) {
        if (!error)
        {
            Report();
        }
    });
}

RunResult LiveRun::Finish(Recorder& recorder)
{
    m_records.Write(recorder);
    if (Trace* trace = recorder.Traces())
    {
        std::vector<std::string> leftOut;
        for (MemberId member = 0; member < m_plan.members; ++member)
        {
            if (!m_kinds[member]->Traces())
            {
                leftOut.push_back(m_plan.names[member]);
            }
        }
        trace->Rows().LeaveOut(std::move(leftOut));
        m_cluster.Traces()->Write(*trace, m_zero.time_since_epoch().count(), !m_capturesPackets);
    }
    const LagSummary ours = Summarise(m_lag.Lags());
    const LagSummary network = m_cluster.Network().Lag();
    const Duration p99 = std::max(ours.p99, network.p99);
    const auto [runner, members] = LiveCluster::ProcessorTime();
    RunResult result{m_records.Total(),
                     {{"lag_p99_ns", p99.count()},
                      {"lag_max_ns", std::max(ours.max, network.max).count()},
                      {"valid", p99 <= MOST_LAG},
                      {"warm_up_s", std::chrono::duration<double>(m_zero - m_begin).count()},
                      {"cpu_s", {{"runner", runner}, {"members", members}}}}};
    for (const MemberKind* const kind : m_kinds)
    {
        result.facts["member_kinds"].push_back(kind->Name());
        result.facts["time_resolution_ns"][std::string(kind->Name())] =
            kind->TimeResolution().count();
    }
    result.facts["traffic_members"] = std::ranges::count_if(m_kinds, &MemberKind::TellsTraffic);
    result.facts.update(m_cluster.Network().Facts());
    return result;
}

/// Each member takes four descriptors.
void AllowManyDescriptors()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

RunResult RunLive(const Plan& plan,
                  std::span<const MemberKind* const> kinds,
                  const NetworkMaker& makeNetwork,
                  Recorder& recorder,
                  const OnProgress& onProgress)
{
    AllowManyDescriptors();
    std::signal(SIGPIPE, SIG_IGN); // of a member that is gone
    LiveRun run(plan, kinds, makeNetwork, onProgress);
    run.Perform(recorder.Traces());
    return run.Finish(recorder);
}

} // namespace swimlab
