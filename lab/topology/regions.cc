// SPDX-License-Identifier: GPL-2.0-only
//
// Networks as people have them: regions, and what was measured between any two.
//
// Every two routers have a link of their own, and packets take it even where a detour would be
// quicker: what was measured is the way that packets take. A router is a region, or a zone of it.
#include "lab/topology/generators.h"
#include "lab/topology/region-matrix.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numbers>
#include <sstream>

namespace swimlab
{

namespace
{

std::string TextOf(const MatrixFile& file, const char* field)
{
    if (file.text)
    {
        return *file.text;
    }
    std::ifstream in(file.path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in)
    {
        throw TopologyError(field,
                            std::string(field) + " = " + file.path.string() + ": cannot be read");
    }
    return text.str();
}

/// What there is between regions, row by row of those who send.
class RegionTable
{
  public:
    explicit RegionTable(const RegionMatrix& delays)
        : m_regions(delays.regions)
    {
        for (const double delayNs : delays.cells)
        {
            m_paths.push_back({.delay = std::chrono::nanoseconds(std::llround(delayNs))});
        }
    }

    PairPath& At(std::size_t from, std::size_t to)
    {
        return m_paths[from * m_regions.size() + to];
    }

    std::size_t Size() const
    {
        return m_regions.size();
    }

    /// @throws TopologyError of the field if there is no such region
    std::size_t Find(const std::string& region, const std::string& field) const
    {
        const auto place = std::ranges::find(m_regions, region);
        if (place == m_regions.end())
        {
            std::string names;
            for (const std::string& name : m_regions)
            {
                names += (names.empty() ? "\"" : ", \"") + name + "\"";
            }
            throw TopologyError(field,
                                "there is no region \"" + region + "\"; the matrix has " + names);
        }
        return static_cast<std::size_t>(place - m_regions.begin());
    }

    void AddLoss(const RegionMatrix& losses, const std::string& where)
    {
        if (losses.regions.size() != m_regions.size())
        {
            throw TopologyError("loss_matrix",
                                where + ": has " + std::to_string(losses.regions.size()) +
                                    " regions, and the delays are of " +
                                    std::to_string(m_regions.size()));
        }
        for (std::size_t from = 0; from < losses.regions.size(); ++from)
        {
            for (std::size_t to = 0; to < losses.regions.size(); ++to)
            {
                At(Find(losses.regions[from], "loss_matrix"),
                   Find(losses.regions[to], "loss_matrix"))
                    .loss = losses.At(from, to);
            }
        }
    }

    /// Pairs for which a way over a third region is quicker.
    std::size_t CountDetours()
    {
        std::size_t count = 0;
        for (std::size_t from = 0; from < Size(); ++from)
        {
            for (std::size_t to = 0; to < Size(); ++to)
            {
                bool isQuicker = false;
                for (std::size_t over = 0; over < Size() && from != to; ++over)
                {
                    isQuicker = isQuicker ||
                                (over != from && over != to &&
                                 At(from, over).delay + At(over, to).delay < At(from, to).delay);
                }
                count += isQuicker ? 1 : 0;
            }
        }
        return count;
    }

  private:
    const std::vector<std::string>& m_regions;
    std::vector<PairPath> m_paths;
};

/// Changes both directions of a pair.
void Override(const RegionPair& pair, std::size_t index, RegionTable& table, Topology& topology)
{
    const std::string field = "pair." + std::to_string(index) + ".between";
    const std::size_t a = table.Find(pair.between[0], field);
    const std::size_t b = table.Find(pair.between[1], field);
    if (pair.shape)
    {
        topology.shapes.push_back(*pair.shape);
    }
    for (PairPath* path : {&table.At(a, b), &table.At(b, a)})
    {
        path->delay = pair.delay.value_or(path->delay);
        path->loss = pair.loss.value_or(path->loss);
        if (pair.shape)
        {
            path->shape = static_cast<std::uint32_t>(topology.shapes.size() - 1);
        }
    }
}

void AddRouters(Topology& topology, const RegionMatrix& matrix, std::uint32_t zones)
{
    const std::size_t count = matrix.regions.size() * zones;
    for (const std::string& region : matrix.regions)
    {
        for (std::uint32_t zone = 0; zone < zones; ++zone)
        {
            const double angle = 2 * std::numbers::pi *
                                 static_cast<double>(topology.routers.size()) /
                                 static_cast<double>(count);
            Router router;
            router.region = region;
            router.label = region;
            if (zones > 1)
            {
                router.label += std::string("-") + static_cast<char>('a' + zone);
            }
            router.x = 0.5 + std::sin(angle) / 2;
            router.y = 0.5 + std::cos(angle) / 2;
            topology.routers.push_back(std::move(router));
        }
    }
}

/// Between all routers, from what there is between their regions.
void AddPairs(Topology& topology, RegionTable& table, const TopologySpec& spec)
{
    const auto count = static_cast<RouterId>(topology.routers.size());
    for (RouterId from = 0; from < count; ++from)
    {
        for (RouterId to = 0; to < count; ++to)
        {
            topology.pairs.push_back(table.At(from / spec.zones, to / spec.zones));
            if (from == to && spec.zones > 1)
            {
                topology.pairs.back().delay = spec.zoneDelay;
            }
        }
    }
    constexpr std::chrono::nanoseconds LEAST(1);
    for (RouterId a = 0; a < count; ++a)
    {
        for (RouterId b = a + 1; b < count; ++b)
        {
            const auto both = topology.Pair(a, b).delay + topology.Pair(b, a).delay;
            topology.links.push_back({a, b, std::max(LEAST, both / 2), spec.linkRate});
        }
    }
}

void AddShares(Topology& topology,
               const RegionTable& table,
               const RegionMatrix& matrix,
               const TopologySpec& spec)
{
    for (const std::string& region : matrix.regions)
    {
        topology.shares.push_back({region, spec.members.empty() ? 1.0 : 0.0});
    }
    for (const MemberShare& given : spec.members)
    {
        topology.shares[table.Find(given.region, "members")].weight = given.weight;
    }
}

void AddNotes(Topology& topology, RegionTable& table, const RegionMatrix& matrix)
{
    if (matrix.isRoundTrip)
    {
        topology.notes.push_back("The matrix has round trips: one way is taken as half of one.");
    }
    if (matrix.averaged > 0)
    {
        topology.notes.push_back(
            std::to_string(matrix.averaged) +
            " round trips stand twice in the matrix, a little different; their "
            "mean is taken.");
    }
    if (const std::size_t detours = table.CountDetours(); detours > 0)
    {
        topology.notes.push_back("Packets take the direct way, though a detour over a third region "
                                 "would be quicker for " +
                                 std::to_string(detours) + " of " +
                                 std::to_string(table.Size() * (table.Size() - 1)) +
                                 " ordered pairs of regions.");
    }
    if (!matrix.remark.empty())
    {
        topology.notes.push_back("The matrix says of itself: " + matrix.remark);
    }
}

} // namespace

Topology MakeRegions(const TopologySpec& spec)
{
    const RegionMatrix matrix =
        ReadDelayMatrix(TextOf(spec.matrix, "matrix"), "matrix", spec.matrix.path.string());
    if (matrix.regions.size() * spec.zones > MAX_MESH_ROUTERS)
    {
        throw TopologyError("matrix",
                            spec.matrix.path.string() + ": has " +
                                std::to_string(matrix.regions.size()) + " regions; with " +
                                std::to_string(spec.zones) + " zones each there may be " +
                                std::to_string(MAX_MESH_ROUTERS) + " zones in all");
    }
    Topology topology;
    RegionTable table(matrix);
    if (!spec.lossMatrix.path.empty())
    {
        const std::string where = spec.lossMatrix.path.string();
        table.AddLoss(ReadLossMatrix(TextOf(spec.lossMatrix, "loss_matrix"), "loss_matrix", where),
                      where);
    }
    topology.shapes = {spec.delayShape};
    for (std::size_t i = 0; i < spec.pairs.size(); ++i)
    {
        Override(spec.pairs[i], i, table, topology);
    }
    AddRouters(topology, matrix, spec.zones);
    AddPairs(topology, table, spec);
    AddShares(topology, table, matrix, spec);
    AddNotes(topology, table, matrix);
    return topology;
}

} // namespace swimlab
