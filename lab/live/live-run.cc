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
constexpr auto MEET_INTERVAL = 3s;
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
    void Form();
    void FormGroup(const std::vector<MemberId>& order);
    void Meet(const std::vector<MemberId>& firstOfMember);
    Duration MeetPatience() const;
    std::optional<TrafficSums> Carried();
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
    std::optional<TrafficSums> m_carriedBefore; ///< the run
    std::optional<TrafficSums> m_carried;       ///< until its end
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
    Form();
    Meet(firstOfMember);
    const auto know = [this] { return m_cluster.Views().IsComplete(); };
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

/// Of all members: who is slowest decides.
Duration LiveRun::MeetPatience() const
{
    Duration longest = Duration::zero();
    for (const MemberKind* const kind : m_kinds)
    {
        longest = std::max(longest, kind->MeetPatience());
    }
    return longest;
}

void LiveRun::Meet(const std::vector<MemberId>& firstOfMember)
{
    const auto know = [this] { return m_cluster.Views().IsComplete(); };
    const Duration patience = MeetPatience();
    const auto end = Clock::now() + patience;
    while (!WaitFor(std::min<Duration>(MEET_INTERVAL, end - Clock::now()), know))
    {
        if (Clock::now() >= end)
        {
            throw RunFailure("the members have not met within " + swim::FormatDuration(patience) +
                             ": " + m_cluster.WhyNotMet());
        }
        // Gossip reaches nearly all; who missed something asks for the whole table.
        for (const MemberId member : m_cluster.Views().Ignorant())
        {
            m_cluster.JoinAgain(member, firstOfMember[member]);
        }
    }
}

/// Makes clusters of those that cannot make one by themselves.
void LiveRun::Form()
{
    for (const Group& group : m_plan.groups)
    {
        std::vector<MemberId> order = OrderOfStart(group);
        while (!order.empty())
        {
            // Systems do not mix, so each has a cluster of its own to make.
            const MemberKind* const kind = m_kinds[order.front()];
            std::vector<MemberId> alike;
            std::ranges::copy_if(order, std::back_inserter(alike), [&](MemberId member) {
                return m_kinds[member] == kind;
            });
            std::erase_if(order, [&](MemberId member) { return m_kinds[member] == kind; });
            if (kind->HowFormed() != MemberKind::Forming::NONE)
            {
                FormGroup(alike);
            }
        }
    }
}

void LiveRun::FormGroup(const std::vector<MemberId>& order)
{
    const MemberKind& kind = *m_kinds[order.front()];
    const auto listen = [&] {
        return std::ranges::all_of(order, [this](MemberId member) {
            return m_cluster.IsListening(member);
        });
    };
    if (!WaitFor(kind.ListenPatience(), listen))
    {
        throw RunFailure("members of kind " + std::string(kind.Name()) + " do not listen after " +
                         swim::FormatDuration(kind.ListenPatience()));
    }
    const bool isOnce = kind.HowFormed() == MemberKind::Forming::ONCE;
    const std::size_t steps = isOnce ? 1 : order.size();
    for (std::size_t step = 0; step < steps; ++step)
    {
        bool formed = false;
        m_cluster.Form(order[step], order, [&formed] { formed = true; });
        while (!formed) // the member has the time limit
        {
            m_loop.run_one();
        }
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
    const Duration patience = m_kinds[member]->ListenPatience();
    if (isSeed && !WaitFor(patience, [&] { return m_cluster.IsListening(member); }))
    {
        throw RunFailure(m_plan.names[member] + " does not listen after " +
                         swim::FormatDuration(patience));
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
    m_cluster.Begin();
    m_cluster.Network().Begin();
    m_carriedBefore = Carried();
    m_lag.Begin();
    Report();
    for (const Step& step : Steps())
    {
        WaitUntil(m_zero + step.at);
        step.perform();
    }
    WaitUntil(m_zero + m_plan.duration);
    m_lag.End();
    m_carried = Carried();
    m_cluster.Network().EndCapture();
    m_reportTimer.cancel();
    End();
    const double seconds = std::chrono::duration<double>(m_plan.duration).count();
    m_onProgress({seconds, seconds, std::nullopt});
}

/// By all members together, if the network counts it.
std::optional<TrafficSums> LiveRun::Carried()
{
    TrafficSums all;
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        const auto own = m_cluster.Network().CarriedBy(member);
        if (!own)
        {
            return {};
        }
        all.sent += own->sent;
        all.sentBytes += own->sentBytes;
        all.received += own->received;
        all.receivedBytes += own->receivedBytes;
    }
    return all;
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
    m_cluster.NameStrangers();
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
    result.facts.update(KindsJson(m_kinds));
    result.facts["traffic_members"] = std::ranges::count_if(m_kinds, &MemberKind::TellsTraffic);
    if (m_carried && m_carriedBefore)
    {
        result.facts["interface_traffic"] = {
            {"packets_sent", m_carried->sent - m_carriedBefore->sent},
            {"bytes_sent", m_carried->sentBytes - m_carriedBefore->sentBytes},
            {"packets_received", m_carried->received - m_carriedBefore->received},
            {"bytes_received", m_carried->receivedBytes - m_carriedBefore->receivedBytes}};
    }
    result.facts.update(m_cluster.Network().Facts());
    return result;
}

/// Each member takes four descriptors, and one that is asked questions more.
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
