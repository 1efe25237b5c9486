// SPDX-License-Identifier: GPL-2.0-only
//
// See replay.h.
#include "tests/lab/record/metrics/replay.h"

#include "swim/rng.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>
#include <utility>

namespace swimlab
{

namespace
{

constexpr MemberId MEMBERS = 5;
constexpr int LENGTH_S = 60;

using Pair = std::pair<std::string, std::string>; ///< observer, subject
using Cells = std::vector<std::string>;

template <typename T>
const T& Choose(swim::Rng& rng, const std::vector<T>& from)
{
    return from[rng.Below(from.size())];
}

/// State of the world, advanced one row at a time.
struct World
{
    explicit World(const RunTable& table)
        : names(table.names)
    {
        for (const std::string& text : table.rows)
        {
            std::istringstream in(text + ",");
            Cells& row = rows.emplace_back();
            for (std::string cell; std::getline(in, cell, ',');)
            {
                row.push_back(cell);
            }
        }
        std::map<std::string, std::string> first;
        for (const Cells& row : rows)
        {
            if (row[1].empty() && row[2] != "partition" && row[2] != "heal")
            {
                first.emplace(row[3], row[2]);
            }
        }
        for (const std::string& name : names)
        {
            health[name] = first[name] == "join" ? "absent" : "live";
        }
        for (const std::string& observer : names)
        {
            for (const std::string& subject : names)
            {
                const bool known = table.start == "converged" && health[observer] == "live" &&
                                   health[subject] == "live";
                if (observer != subject)
                {
                    view[{observer, subject}] = known ? "alive" : "unknown";
                }
            }
        }
    }

    bool Held(const Pair& pair) const
    {
        const std::string& state = view.at(pair);
        return state == "alive" || state == "suspect";
    }

    /// Whose suspicion or death of whom a cut network is behind; everybody tells his own.
    void RememberCut(const Cells& row)
    {
        const Pair pair{row[1], row[3]};
        const auto apart = [&pair](const std::map<std::string, std::string>& sides) {
            return !sides.empty() && sides.at(pair.first) != sides.at(pair.second);
        };
        const bool goesOn = row[2] == "dead" && cut.contains(pair) && health[row[3]] != "live";
        const bool isCut = apart(side) || (healedAt == row[0] && apart(healedSide)) || goesOn;
        if ((row[2] == "suspect" || row[2] == "dead") && isCut)
        {
            cut.insert(pair);
        }
        else
        {
            cut.erase(pair);
        }
    }

    /// Applies a row. @return the ground truth event that took effect, if any
    std::string Advance(const Cells& row)
    {
        const std::string& event = row[2];
        const std::string& subject = row[3];
        if (!row[1].empty())
        {
            RememberCut(row);
            view[{row[1], subject}] = event == "joined" || event == "refuted" ? "alive"
                                      : event == "suspect"                    ? "suspect"
                                                                              : "gone";
            return "";
        }
        if (event == "partition")
        {
            side[subject] = row[5];
            return event;
        }
        if (event == "heal")
        {
            healedAt = row[0];
            healedSide = std::exchange(side, {});
            return event;
        }
        std::string& state = health[subject];
        const bool possible = event == "restart" || (event == "join" && state != "live") ||
                              (event == "resume" && state == "paused") ||
                              (event == "crash" && (state == "live" || state == "paused")) ||
                              ((event == "pause" || event == "leave") && state == "live");
        if (!possible)
        {
            return "";
        }
        state = event == "crash"   ? "crashed"
                : event == "pause" ? "paused"
                : event == "leave" ? "left"
                                   : "live";
        ++process[subject]; // any change makes it another one to whoever waits for it
        for (const std::string& other : names)
        {
            if (other != subject && (event == "restart" || event == "join"))
            {
                view[{subject, other}] = "unknown";
                cut.erase({subject, other});
            }
        }
        return event;
    }

    std::vector<std::string> names;
    std::vector<Cells> rows;
    std::map<std::string, std::string> health;
    std::map<std::string, int> process;
    std::map<Pair, std::string> view;
    std::map<std::string, std::string> side;
    std::map<std::string, std::string> healedSide;
    std::string healedAt;
    std::set<Pair> cut;
};

/// Seconds between the times of two rows, as metrics.json has them.
Json SecondsBetween(const Cells& from, const Cells& to)
{
    return static_cast<double>(std::stoll(to[0]) - std::stoll(from[0])) / 1e9;
}

/// [member, first dead, full dissemination] of the crash in a row.
Json ReplayCrash(const RunTable& table, std::size_t crash)
{
    World world(table);
    const auto& rows = world.rows;
    for (std::size_t i = 0; i <= crash; ++i)
    {
        world.Advance(rows[i]);
    }
    const std::string& member = rows[crash][3];
    std::map<std::string, int> asked;
    for (const auto& [name, health] : world.health)
    {
        if (health == "live")
        {
            asked[name] = world.process[name];
        }
    }
    Json firstDead = nullptr;
    Json full = nullptr;
    for (std::size_t i = crash + 1; i < rows.size(); ++i)
    {
        const Cells& row = rows[i];
        const std::string event = world.Advance(row);
        if ((event == "restart" || event == "join") && row[3] == member)
        {
            break;
        }
        const bool isWord = !row[1].empty() && row[2] == "dead" && row[3] == member;
        if (firstDead.is_null() && isWord && !world.cut.contains({row[1], member}))
        {
            firstDead = SecondsBetween(rows[crash], row);
        }
        std::set<std::string> views;
        for (const auto& [name, process] : asked)
        {
            if (world.process[name] == process)
            {
                views.insert(world.view[{name, member}]);
            }
        }
        views.erase("unknown");
        if (!firstDead.is_null() && full.is_null() && views == std::set<std::string>{"gone"})
        {
            full = SecondsBetween(rows[crash], row);
        }
    }
    return {member, firstDead, full};
}

/// Seconds until the sides are separated, or one again where the interval starts by a heal.
Json ReplayInterval(const RunTable& table, std::size_t start, std::size_t end)
{
    World world(table);
    World later(table);
    const auto& rows = world.rows;
    for (std::size_t i = 0; i <= start; ++i)
    {
        world.Advance(rows[i]);
    }
    for (std::size_t i = 0; i < end; ++i)
    {
        later.Advance(rows[i]);
    }
    const bool heals = rows[start][2] == "heal";
    std::set<Pair> pairs;
    std::set<Pair> waiting;
    for (const auto& [pair, state] : world.view)
    {
        const auto stays = [&](const std::string& name) {
            return world.health[name] == "live" && world.process[name] == later.process[name];
        };
        if (stays(pair.first) && stays(pair.second) &&
            (heals || world.side[pair.first] != world.side[pair.second]))
        {
            pairs.insert(pair);
            if (heals ? state != "alive" : world.Held(pair))
            {
                waiting.insert(pair);
            }
        }
    }
    if (pairs.empty() && !heals)
    {
        return nullptr;
    }
    std::size_t i = start;
    while (!waiting.empty() && ++i < end)
    {
        world.Advance(rows[i]);
        const Pair pair{rows[i][1], rows[i][3]};
        if (pairs.contains(pair) && !(heals && world.view[pair] == "suspect"))
        {
            waiting.erase(pair);
            if (heals ? world.view[pair] != "alive" : world.Held(pair))
            {
                waiting.insert(pair);
            }
        }
    }
    return waiting.empty() ? SecondsBetween(rows[start], rows[i]) : Json(nullptr);
}

} // namespace

RunTable RandomTable(std::uint64_t seed)
{
    using Words = std::vector<std::string>;
    swim::Rng rng(seed, 0);
    RunTable table(MEMBERS, LENGTH_S, Choose(rng, Words{"converged", "join"}));
    std::vector<int> times(20 + rng.Below(180));
    std::ranges::generate(times, [&rng] { return static_cast<int>(rng.Below(LENGTH_S)); });
    std::ranges::sort(times);
    bool parted = false;
    for (const int atS : times)
    {
        const std::string name = Choose(rng, table.names);
        const std::string other = Choose(rng, table.names);
        const auto lot = rng.Below(100);
        if (lot < 4)
        {
            table.Truth(atS, Choose(rng, Words{"crash", "pause", "leave"}), name);
        }
        else if (lot < 8)
        {
            table.Truth(atS, Choose(rng, Words{"restart", "resume", "join"}), name);
        }
        else if (lot < 11 && parted)
        {
            table.Truth(atS, "heal");
            parted = false;
        }
        else if (lot < 11)
        {
            parted = true;
            table.Partition(atS,
                            rng.Below(2) == 0 ? std::vector<std::string_view>{"m0", "m1 m2 m3 m4"}
                                              : std::vector<std::string_view>{"m0 m1 m3", "m2 m4"});
        }
        else if (name != other)
        {
            static const Words EVENTS =
                {"joined", "suspect", "suspect", "refuted", "dead", "dead", "left"};
            table.Says(atS, name, Choose(rng, EVENTS), other, "");
        }
    }
    return table;
}

Json ReplayCrashes(const RunTable& table)
{
    Json found = Json::array();
    World world(table);
    for (std::size_t i = 0; i < world.rows.size(); ++i)
    {
        if (world.Advance(world.rows[i]) == "crash")
        {
            found.push_back(ReplayCrash(table, i));
        }
    }
    return found;
}

Json ReplayPartitions(const RunTable& table)
{
    const std::vector<Cells> rows = World(table).rows;
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        const bool isLast = i + 1 == rows.size() || rows[i + 1][2] != "partition";
        if (rows[i][2] == "heal" || (rows[i][2] == "partition" && isLast))
        {
            starts.push_back(i);
        }
    }
    starts.push_back(rows.size());
    Json found = Json::array();
    for (std::size_t place = 0; place + 1 < starts.size(); ++place)
    {
        const Json interval = ReplayInterval(table, starts[place], starts[place + 1]);
        if (rows[starts[place]][2] == "partition")
        {
            found.push_back({interval, nullptr});
        }
        else
        {
            found.back()[1] = interval;
        }
    }
    return found;
}

Json ReplaySizes(const RunTable& table, const Json& instants)
{
    Json found = Json::array();
    World world(table);
    std::size_t row = 0;
    for (const Json& atS : instants)
    {
        const auto atNs = std::llround(atS.get<double>() * 1e9);
        while (row < world.rows.size() &&
               (std::stoll(world.rows[row][0]) < atNs || atS == instants.back()))
        {
            world.Advance(world.rows[row++]);
        }
        std::map<std::string, int> sizes;
        for (const auto& [pair, state] : world.view)
        {
            if (world.health[pair.first] == "live")
            {
                sizes.try_emplace(pair.first, 1).first->second += world.Held(pair) ? 1 : 0;
            }
        }
        const auto [least, most] =
            std::ranges::minmax_element(sizes, {}, [](const auto& entry) { return entry.second; });
        found.push_back({sizes.size(),
                         sizes.empty() ? Json(nullptr) : Json(least->second),
                         sizes.empty() ? Json(nullptr) : Json(most->second)});
    }
    return found;
}

Json ReplayAgreement(const RunTable& table)
{
    World world(table);
    for (const Cells& row : std::vector<Cells>(world.rows))
    {
        world.Advance(row);
    }
    int live = 0;
    int missing = 0;
    int stale = 0;
    std::set<std::string> missingMembers;
    for (const auto& [pair, state] : world.view)
    {
        const std::string& subject = world.health[pair.second];
        if (world.health[pair.first] == "live")
        {
            live += subject == "live" ? 1 : 0;
            stale += (subject == "crashed" || subject == "left") && world.Held(pair) ? 1 : 0;
            if (subject == "live" && !world.Held(pair))
            {
                ++missing;
                missingMembers.insert(pair.second);
            }
        }
    }
    return {live, missing, missingMembers.size(), stale};
}

} // namespace swimlab
