// SPDX-License-Identifier: GPL-2.0-only
//
// See live-cluster.h.
#include "lab/live/live-cluster.h"

#include "lab/plan/truth.h"

#include <algorithm>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <sys/resource.h>

namespace swimlab
{

namespace
{

constexpr std::uint64_t PROCESS_STREAM = 0x70726f6365737300; // "process", and a number

constexpr auto SEED_PATIENCE = std::chrono::milliseconds(2);

std::int64_t NowNs()
{
    return std::chrono::steady_clock::now().time_since_epoch().count(); // CLOCK_MONOTONIC
}

} // namespace

ScratchFolder::ScratchFolder()
{
    std::string path = (std::filesystem::temp_directory_path() / "swimlab-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr)
    {
        throw UserError(path + ": cannot be created: " + std::strerror(errno));
    }
    m_path = path;
}

ScratchFolder::~ScratchFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

LiveCluster::LiveCluster(const Plan& plan,
                         std::span<const MemberKind* const> kinds,
                         const NetworkMaker& makeNetwork,
                         asio::io_context& loop,
                         LiveRecords& records)
    : m_plan(plan),
      m_loop(loop),
      m_records(records),
      m_views(plan),
      m_identities(plan)
{
    if (plan.trace.on)
    {
        m_trace.emplace(plan, m_scratch.Path());
    }
    MakeMembers(kinds);
    m_network = makeNetwork(plan, [this](MemberId member, const swim::Impairment& impairment) {
        LiveMember& process = *m_members[member];
        if (process.IsRunning())
        {
            process.Impair(impairment);
        }
    });
}

LiveCluster::~LiveCluster() = default;

void LiveCluster::MakeMembers(std::span<const MemberKind* const> kinds)
{
    std::vector<const swim::Config*> configs(m_plan.members);
    for (const Group& group : m_plan.groups)
    {
        for (const MemberId member : group.members)
        {
            configs[member] = &group.protocol;
        }
    }
    const bool amongSerf =
        std::ranges::any_of(kinds, [](const MemberKind* kind) { return kind->Name() == "serf"; });
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        m_states.push_back({swim::Rng(m_plan.seed, PROCESS_STREAM + member)});
        m_members.push_back(kinds[member]->Make(
            {.loop = m_loop,
             .listener = *this,
             .plan = m_plan,
             .member = member,
             .name = m_plan.names[member],
             .protocol = *configs[member],
             .scratch = m_scratch.Path(),
             .trace = m_trace ? m_trace->FileOf(member) : std::filesystem::path{},
             .amongSerf = amongSerf,
             .identities = m_identities,
             .addressOf = [this](MemberId of) { return m_network->AddressOf(of); }}));
    }
}

void LiveCluster::Start(MemberId member, std::vector<MemberId> seeds, std::uint32_t incarnation)
{
    std::erase(seeds, member);
    m_states[member].mayEnd = true;
    m_states[member].listening = false;
    StartOnce(member, seeds, incarnation, ++m_states[member].starts);
}

/// @param number of this start; a later one, or an end, makes it void
void LiveCluster::StartOnce(MemberId member,
                            const std::vector<MemberId>& seeds,
                            std::uint32_t incarnation,
                            std::uint64_t number)
{
    const bool allListen = std::ranges::all_of(seeds, [this](MemberId seed) {
        const LiveMember& process = *m_members[seed];
        return !process.IsRunning() || process.IsPaused() || m_states[seed].listening;
    });
    if (allListen)
    {
        Launch(member, seeds, incarnation);
        return;
    }
    auto timer = std::make_shared<asio::steady_timer>(m_loop, SEED_PATIENCE);
    timer->async_wait([=, this](const asio::error_code&) {
        static_cast<void>(timer); // lives until now
        if (m_states[member].starts == number)
        {
            StartOnce(member, seeds, incarnation, number);
        }
    });
}

void LiveCluster::Launch(MemberId member,
                         const std::vector<MemberId>& seeds,
                         std::uint32_t incarnation)
{
    State& state = m_states[member];
    state.incarnation = incarnation;
    state.mayEnd = false;
    state.gossip = {};
    m_views.Forget(member);
    m_records.ProcessStarted(NowNs(), member);
    swimlab::Launch launch{.address = m_network->AddressOf(member),
                           .seeds = {},
                           .seedMembers = seeds,
                           .isBeforeRun = !m_begun,
                           .incarnation = incarnation,
                           .seed = state.seeds.Below(MAX_SEED),
                           .impairment = m_network->ImpairmentOf(member),
                           .enter = m_network->EntranceOf(member)};
    for (const MemberId seed : seeds)
    {
        launch.seeds.push_back(m_network->AddressOf(seed));
    }
    if (m_trace)
    {
        m_trace->Starts(NowNs(), member, launch.address);
    }
    try
    {
        m_members[member]->Start(launch);
    }
    catch (const ProcessError& error)
    {
        throw UserError(error.what());
    }
}

void LiveCluster::Form(MemberId member,
                       const std::vector<MemberId>& members,
                       std::function<void()> onFormed)
{
    m_members[member]->Form(members, std::move(onFormed));
}

std::string LiveCluster::WhyNotMet() const
{
    std::string text = m_views.Missing();
    for (const auto& member : m_members)
    {
        if (const std::string complaint = member->Complaint(); !complaint.empty())
        {
            return text + "\n" + complaint; // the others will have the same
        }
    }
    return text;
}

void LiveCluster::JoinAgain(MemberId member, MemberId seed)
{
    m_members[member]->Join({m_network->AddressOf(seed)});
}

void LiveCluster::Perform(const Action& action)
{
    const std::int64_t nowNs = NowNs();
    const auto incarnationOf = [&](MemberId member) { return StartingIncarnation(action, member); };
    for (const TruthRow& row : TruthOf(m_plan, action, incarnationOf))
    {
        m_records.Truth(nowNs, row);
    }
    if (!HitsMembers(action.verb) || IsSuffered(action.verb) || action.verb == Verb::DISCONNECT ||
        action.verb == Verb::RECONNECT)
    {
        m_network->Perform(action);
        return;
    }
    for (const MemberId member : action.members)
    {
        PerformOnMember(action, member);
    }
}

void LiveCluster::PerformOnMember(const Action& action, MemberId member)
{
    LiveMember& process = *m_members[member];
    switch (action.verb)
    {
    case Verb::CRASH:
        AllowEnd(member);
        m_network->SetUp(member, false); // first: Linux says goodbye for a process that it ends
        process.Kill();
        return;
    case Verb::RESTART:
    case Verb::JOIN:
        if (!action.addresses.empty())
        {
            const auto place = std::ranges::lower_bound(action.members, member);
            m_network->SetAddress(member, action.addresses[place - action.members.begin()]);
        }
        m_network->SetUp(member, true);
        Start(member, action.seeds, StartingIncarnation(action, member));
        return;
    case Verb::PAUSE:
        process.Pause();
        return;
    case Verb::RESUME:
        process.Resume();
        return;
    case Verb::LEAVE:
        AllowEnd(member);
        process.Leave();
        return;
    case Verb::INJECT:
        m_network->Inject(member,
                          action.injection.from,
                          EncodeInjection(m_plan,
                                          action.injection,
                                          m_network->AddressOf(action.injection.about)));
        return;
    case Verb::UPDATE:
        process.UpdateMeta(action.valueText);
        return;
    default:
        return;
    }
}

void LiveCluster::AllowEnd(MemberId member)
{
    ++m_states[member].starts;
    m_states[member].mayEnd = true;
}

std::uint32_t LiveCluster::StartingIncarnation(const Action& action, MemberId member) const
{
    return action.keepsIncarnation && action.verb == Verb::RESTART
               ? m_states[member].incarnation + 1
               : 1;
}

void LiveCluster::Finish()
{
    for (MemberId member = 0; member < m_plan.members; ++member)
    {
        AllowEnd(member);
        m_members[member]->Finish();
    }
}

void LiveCluster::Kill()
{
    for (const auto& member : m_members)
    {
        member->Kill();
    }
}

bool LiveCluster::AnyRuns() const
{
    return std::ranges::any_of(m_members, [](const auto& member) { return member->IsRunning(); });
}

std::pair<double, double> LiveCluster::ProcessorTime()
{
    const auto seconds = [](int who) {
        rusage usage{};
        getrusage(who, &usage);
        const auto sum = [](const timeval& time) {
            return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
        };
        return sum(usage.ru_utime) + sum(usage.ru_stime);
    };
    return {seconds(RUSAGE_SELF), seconds(RUSAGE_CHILDREN)};
}

void LiveCluster::OnStarted(MemberId member)
{
    m_states[member].listening = true;
}

void LiveCluster::OnConclusion(const Conclusion& conclusion)
{
    m_lastStirNs = NowNs();
    m_views.Conclude(conclusion);
    m_records.Conclude(conclusion);
}

void LiveCluster::OnTraffic(MemberId member, std::int64_t atNs, const TrafficTable& sums)
{
    const TrafficSums& gossip = sums[static_cast<std::size_t>(swim::TrafficKind::GOSSIP)];
    if (gossip != m_states[member].gossip)
    {
        m_states[member].gossip = gossip;
        m_lastStirNs = NowNs();
    }
    m_records.Traffic(atNs, member, sums);
}

void LiveCluster::OnCounts(MemberId member, std::int64_t atNs, const Counts& counts)
{
    m_records.Count(atNs, member, counts);
}

void LiveCluster::OnIncarnation(MemberId member, std::uint32_t incarnation)
{
    m_states[member].incarnation = std::max(m_states[member].incarnation, incarnation);
}

void LiveCluster::OnEnded(MemberId member, const std::string& how)
{
    m_states[member].listening = false;
    if (m_trace)
    {
        m_trace->Ends(NowNs(), member);
    }
    if (!m_states[member].mayEnd)
    {
        throw RunFailure(m_plan.names[member] + " (" + std::string(KindOf(member).Name()) +
                         ") ended by itself: " + how);
    }
}

void LiveCluster::OnTrouble(MemberId member, const std::string& what)
{
    throw RunFailure(m_plan.names[member] + " (" + std::string(KindOf(member).Name()) + ") " +
                     what);
}

} // namespace swimlab
