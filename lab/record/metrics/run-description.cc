// SPDX-License-Identifier: GPL-2.0-only
//
// See run-description.h.
#include "lab/record/metrics/run-description.h"

#include "lab/record/metrics/mapped-file.h"
#include "lab/record/metrics/name-table.h"
#include "lab/record/record-error.h"

#include <cmath>
#include <set>

namespace swimlab
{

namespace
{

/// The `format` of run.json that is understood.
constexpr int RUN_FORMAT = 1;

class RunJsonReader
{
  public:
    explicit RunJsonReader(const std::filesystem::path& file)
        : m_file(file.string())
    {
    }

    RunDescription Read(std::string_view text)
    {
        const Json run = Json::parse(text, nullptr, false);
        if (!run.is_object())
        {
            Refuse(run.is_discarded() ? "not JSON" : "must hold one object");
        }
        if (run.value("format", Json(nullptr)) != RUN_FORMAT)
        {
            Refuse("format is " + run.value("format", Json(nullptr)).dump() +
                   ", this reader knows " + std::to_string(RUN_FORMAT));
        }
        ReadNames(run);
        m_found.facts.endNs =
            std::llround(Number(run, "simulated_s") * static_cast<double>(SECOND_NS));
        m_found.eventsSha256 = Field(run, "events_sha256", &Json::is_string).get<std::string>();
        ReadScenario(run);
        const NameTable names(m_found.facts.names);
        ReadGroups(run, names);
        ReadMoves(run, names);
        ReadMajority(run);
        m_found.facts.trafficMembers = run.value("traffic_members", m_found.facts.Members());
        return std::move(m_found);
    }

  private:
    [[noreturn]] void Refuse(const std::string& complaint) const
    {
        throw RecordError(m_file + ": " + complaint);
    }

    const Json& Field(const Json& json, const char* key, bool (Json::*is)() const noexcept) const
    {
        const auto found = json.find(key);
        if (found == json.end() || !((*found).*is)())
        {
            Refuse(std::string(key) + " is " + (found == json.end() ? "null" : found->dump()) +
                   ", which is missing or of the wrong type");
        }
        return *found;
    }

    double Number(const Json& run, const char* key) const
    {
        const double value = Field(run, key, &Json::is_number).get<double>();
        if (!(value >= 0 && value < 9e9))
        {
            Refuse(std::string(key) + " is " + Json(value).dump() + ", must be a time in seconds");
        }
        return value;
    }

    void ReadNames(const Json& run)
    {
        for (const Json& name : Field(run, "member_names", &Json::is_array))
        {
            m_found.facts.names.push_back(name.is_string() ? name.get<std::string>() : "");
        }
        const auto& names = m_found.facts.names;
        const std::set<std::string_view> distinct(names.begin(), names.end());
        if (names.empty() || distinct.size() != names.size() || distinct.contains(""))
        {
            Refuse("member_names must hold at least one name, each once");
        }
        const Json& members = Field(run, "members", &Json::is_number);
        if (members != names.size())
        {
            Refuse("members is " + members.dump() + ", member_names has " +
                   std::to_string(names.size()));
        }
    }

    void ReadScenario(const Json& run)
    {
        const Json& scenario = Field(run, "scenario", &Json::is_object);
        for (const auto& [key, value] : Field(scenario, "resolved", &Json::is_object).items())
        {
            m_found.facts.settings[key] =
                value.is_string() ? value.get<std::string>() : value.dump();
        }
        auto& settings = m_found.facts.settings;
        m_found.isSummary = settings.contains("record") && settings.at("record") == "summary";
        const auto start = settings.find("cluster.start");
        const std::string text = start == settings.end() ? "converged" : start->second;
        if (text != "converged" && text != "join")
        {
            Refuse("cluster.start is \"" + text + "\", must be \"converged\" or \"join\"");
        }
        m_found.facts.converged = text == "converged";
    }

    MemberId MemberOf(const NameTable& names, const Json& name, const char* key) const
    {
        const auto member = name.is_string() ? names.Find(name.get<std::string>()) : std::nullopt;
        if (!member)
        {
            Refuse(std::string(key) + " names " + name.dump() + ", who is not in member_names");
        }
        return *member;
    }

    void ReadGroups(const Json& run, const NameTable& names)
    {
        m_found.facts.groupOf.resize(m_found.facts.Members());
        std::uint32_t number = 0;
        for (const Json& group : run.value("groups", Json::array()))
        {
            for (const Json& name : group)
            {
                m_found.facts.groupOf[MemberOf(names, name, "groups")] = number;
            }
            ++number;
        }
    }

    /// Of members of others' making.
    void ReadMajority(const Json& run)
    {
        std::set<std::string> needing;
        for (const Json& kind : run.value("majority_kinds", Json::array()))
        {
            needing.insert(kind.get<std::string>());
        }
        if (needing.empty())
        {
            return;
        }
        for (const Json& kind : Field(run, "member_kinds", &Json::is_array))
        {
            m_found.facts.needsMajority.push_back(needing.contains(kind.get<std::string>()));
        }
        if (m_found.facts.needsMajority.size() != m_found.facts.Members())
        {
            Refuse("member_kinds must hold one for each member");
        }
    }

    void ReadMoves(const Json& run, const NameTable& names)
    {
        std::map<MemberId, std::uint64_t> address;
        for (const Json& action : run.value("timeline", Json::array()))
        {
            if (action.value("verb", "") != "restart")
            {
                continue;
            }
            const Json addresses = action.value("addresses", Json::array());
            std::size_t place = 0;
            for (const Json& name : action.value("members", Json::array()))
            {
                const MemberId member = MemberOf(names, name, "timeline");
                std::uint64_t& now = address.try_emplace(member, member).first->second;
                const std::uint64_t then =
                    place < addresses.size() ? addresses[place].get<std::uint64_t>() : now;
                m_found.moves[member].push_back(then != now);
                now = then;
                ++place;
            }
        }
    }

    std::string m_file;
    RunDescription m_found;
};

} // namespace

RunDescription ReadRunJson(const std::filesystem::path& file)
{
    const MappedFile text(file);
    try
    {
        return RunJsonReader(file).Read(text.Text());
    }
    catch (const Json::exception& error)
    {
        throw RecordError(file.string() + ": " + error.what());
    }
}

} // namespace swimlab
