// SPDX-License-Identifier: GPL-2.0-only
//
// See cluster-sizes.h.
#include "lab/record/metrics/cluster-sizes.h"

#include <algorithm>

namespace swimlab
{

ClusterSizes::Cluster::Cluster(std::size_t sizes)
    : reporting(sizes)
{
    all.seen.resize(sizes);
    healthy.seen.resize(sizes);
}

void ClusterSizes::Reports::Add(std::uint32_t size)
{
    sizes.push_back(size);
    distinct += seen[size] ? 0 : 1;
    seen[size] = true;
}

ClusterSizes::ClusterSizes(const RunState& run)
    : m_run(run),
      m_members(run.facts.Members()),
      m_clusters(*std::ranges::max_element(run.views.Groups()) + 1,
                 Cluster(run.facts.Members() + 1))
{
    for (MemberId member = 0; member < m_members.size(); ++member)
    {
        if (HasProcess(m_run.truth.HealthOf(member)))
        {
            Enter(member, 0);
        }
    }
    for (Cluster& cluster : m_clusters)
    {
        cluster.changedNs.reset(); // who is there from the start has not come
    }
}

void ClusterSizes::Enter(MemberId member, TimeNs timeNs)
{
    Member& entering = m_members[member];
    entering = {entering.start + 1, 0, true};
    m_reporters[static_cast<std::size_t>(timeNs / TICK_NS) % TICKS].push_back(
        {member, entering.start});
    Cluster& cluster = ClusterOf(member);
    ++cluster.members;
    cluster.changedNs = timeNs;
    cluster.agreedNs.reset();
}

void ClusterSizes::Exit(MemberId member)
{
    Member& leaving = m_members[member];
    Cluster& cluster = ClusterOf(member);
    cluster.reporting[leaving.reported] -= leaving.reported == 0 ? 0 : 1;
    leaving.reported = 0;
    leaving.exists = false;
    --cluster.members;
    cluster.agreedNs.reset();
}

void ClusterSizes::After(const Deed& deed)
{
    if (deed.change.IsNone())
    {
        return;
    }
    const MemberId member = *deed.event.subject;
    const bool exists = HasProcess(deed.change.after);
    if (m_members[member].exists && (!exists || deed.change.starts))
    {
        Exit(member);
        ClusterOf(member).changedNs = deed.event.timeNs;
    }
    if (exists && !m_members[member].exists)
    {
        Enter(member, deed.event.timeNs);
    }
}

void ClusterSizes::Look(TimeNs timeNs)
{
    for (; m_tickNs <= timeNs; m_tickNs += TICK_NS)
    {
        auto& reporters = m_reporters[static_cast<std::size_t>(m_tickNs / TICK_NS) % TICKS];
        std::erase_if(reporters, [this](const Process& process) {
            return m_members[process.member].start != process.start;
        });
        for (const Process& process : reporters)
        {
            Report(process);
        }
        if (m_tickNs % SECOND_NS == 0)
        {
            CloseSecond();
        }
    }
}

/// A stopped process logs nothing; a stalled or unplugged one does, but is not healthy.
void ClusterSizes::Report(const Process& process)
{
    Member& member = m_members[process.member];
    if (!member.exists || m_run.truth.HealthOf(process.member) == Health::PAUSED)
    {
        return;
    }
    Cluster& cluster = ClusterOf(process.member);
    const std::uint32_t size = m_run.views.SizeOf(process.member);
    cluster.all.Add(size);
    if (m_run.truth.IsHealthy(process.member))
    {
        cluster.healthy.Add(size);
    }
    cluster.reporting[member.reported] -= member.reported == 0 ? 0 : 1;
    ++cluster.reporting[size];
    member.reported = size;
    if (!cluster.agreedNs && cluster.reporting[cluster.members] == cluster.members)
    {
        cluster.agreedNs = m_tickNs;
    }
}

ClusterSizes::Numbers ClusterSizes::Sum(Reports& reports)
{
    Numbers numbers{.distinct = reports.distinct};
    auto& sizes = reports.sizes;
    if (!sizes.empty())
    {
        const auto [least, greatest] = std::ranges::minmax(sizes);
        const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
        std::nth_element(sizes.begin(), middle, sizes.end());
        double median = *middle;
        if (sizes.size() % 2 == 0)
        {
            median = (median + *std::max_element(sizes.begin(), middle)) / 2;
        }
        numbers = {static_cast<std::uint32_t>(sizes.size()),
                   least,
                   median,
                   greatest,
                   reports.distinct};
    }
    sizes.clear();
    return numbers;
}

void ClusterSizes::CloseSecond()
{
    for (Cluster& cluster : m_clusters)
    {
        const Row row{static_cast<std::uint32_t>(m_tickNs / SECOND_NS),
                      cluster.members,
                      Sum(cluster.all),
                      Sum(cluster.healthy)};
        if (cluster.rows.empty() || !row.Repeats(cluster.rows.back()))
        {
            cluster.rows.push_back(row);
        }
    }
}

Json ClusterSizes::NumbersJson(const std::vector<Row>& rows, Numbers Row::*part)
{
    Json json = {{"reports", Json::array()},
                 {"least", Json::array()},
                 {"median", Json::array()},
                 {"greatest", Json::array()},
                 {"distinct", Json::array()}};
    for (const Row& row : rows)
    {
        const Numbers& numbers = row.*part;
        const auto sized = [&](const char* name, auto value) {
            json[name].push_back(numbers.reports == 0 ? Json(nullptr) : Json(value));
        };
        json["reports"].push_back(numbers.reports);
        sized("least", numbers.least);
        sized("median", numbers.median);
        sized("greatest", numbers.greatest);
        json["distinct"].push_back(numbers.distinct);
    }
    return json;
}

/// All sizes that were ever reported, from the first to the last of each that follow each other.
Json ClusterSizes::SeenJson(const std::vector<bool>& seen)
{
    Json json = Json::array();
    for (std::size_t size = 0; size < seen.size(); ++size)
    {
        if (seen[size] && size > 0 && seen[size - 1])
        {
            json.back()[1] = size;
        }
        else if (seen[size])
        {
            json.push_back({size, size});
        }
    }
    return json;
}

void ClusterSizes::Finish(Json& metrics)
{
    Json& json = metrics["cluster_sizes"] = Json::array();
    for (const Cluster& cluster : m_clusters)
    {
        Json seconds = Json::array();
        Json members = Json::array();
        for (const Row& row : cluster.rows)
        {
            seconds.push_back(row.second);
            members.push_back(row.members);
        }
        Json all = NumbersJson(cluster.rows, &Row::all);
        Json healthy = NumbersJson(cluster.rows, &Row::healthy);
        all["sizes"] = SeenJson(cluster.all.seen);
        healthy["sizes"] = SeenJson(cluster.healthy.seen);
        json.push_back({{"second", seconds},
                        {"members", members},
                        {"all", all},
                        {"healthy", healthy},
                        {"changed_s", SecondsJson(cluster.changedNs)},
                        {"agreed_s", SecondsJson(cluster.agreedNs)}});
    }
}

} // namespace swimlab
