// SPDX-License-Identifier: GPL-2.0-only
//
// See json-member.h.
#include "lab/live/json-member.h"

#include "agent/impairment-json.h"
#include "swim/endpoint.h"

#include <utility>

namespace swimlab
{

namespace
{

TrafficTable ReadTraffic(const nlohmann::json& kinds)
{
    TrafficTable table;
    for (std::size_t i = 0; i < table.size(); ++i)
    {
        const auto name = std::string(swim::TrafficKindName(static_cast<swim::TrafficKind>(i)));
        if (const auto found = kinds.find(name); found != kinds.end())
        {
            table[i] = {found->at(0), found->at(1), found->at(2), found->at(3)};
        }
    }
    return table;
}

Counts ReadCounts(const nlohmann::json& counters)
{
    Counts counts;
    for (const auto& [name, value] : counters.items())
    {
        counts.emplace_back(name, value.get<std::uint64_t>());
    }
    return counts;
}

} // namespace

JsonMember::JsonMember(MemberSetup setup)
    : LiveMember(std::move(setup)),
      m_joinAgain(Setup().loop)
{
}

void JsonMember::Finish()
{
    m_joinAgain.cancel();
    if (IsPaused())
    {
        Kill(); // it cannot hear us
    }
    else if (IsRunning())
    {
        Running().CloseInput();
    }
}

void JsonMember::Join(const std::vector<swim::Address>& seeds)
{
    nlohmann::ordered_json addresses;
    for (const swim::Address& seed : seeds)
    {
        addresses.push_back(swim::FormatAddress(seed));
    }
    Ask(Request::JOIN, "join", {{"addresses", addresses}});
}

void JsonMember::UpdateMeta(const std::string& meta)
{
    Ask(Request::UPDATE, "update", {{"meta", meta}});
}

void JsonMember::Impair(const swim::Impairment& impairment)
{
    Ask(Request::IMPAIR, "impair", {{"impairment", swim::ToJson(impairment)}});
}

void JsonMember::Greet(const Launch& launch)
{
    if (launch.impairment != swim::Impairment{})
    {
        Impair(launch.impairment);
    }
    m_joinAgain.cancel();
    m_seeds = launch.seeds;
    m_retriesLeft = Setup().plan.joinRetry.times;
    if (!launch.seeds.empty())
    {
        Join(launch.seeds);
    }
}

void JsonMember::Ask(Request request,
                     std::string_view command,
                     const nlohmann::ordered_json& arguments)
{
    if (!IsRunning())
    {
        return;
    }
    nlohmann::ordered_json line = {{"id", static_cast<int>(request)}, {"command", command}};
    line.update(arguments);
    Running().WriteLine(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void JsonMember::OnLine(std::string_view line)
{
    try
    {
        OnEvent(nlohmann::json::parse(line));
    }
    catch (const nlohmann::json::exception& error)
    {
        Setup().listener.OnTrouble(Setup().member,
                                   "said what is no event (" + std::string(error.what()) +
                                       "): " + std::string(line));
    }
}

void JsonMember::OnEvent(const nlohmann::json& line)
{
    MemberListener& listener = Setup().listener;
    const MemberId member = Setup().member;
    const std::string event = line.at("event");
    if (event == "answer")
    {
        OnAnswer(line);
        return;
    }
    if (event == "join") // memberlist's answers come at once, and this is what came of it
    {
        OnJoined(line.at("contacted") > 0);
        return;
    }
    if (event == "lost")
    {
        listener.OnTrouble(member, "lost " + line.at("events").dump() + " events");
        return;
    }
    const std::int64_t atNs = line.at("monotonic_ns");
    if (const auto kind = FindConclusion(event))
    {
        OnConclusion(*kind, line);
    }
    else if (event == "traffic")
    {
        listener.OnTraffic(member, atNs, ReadTraffic(line.at("kinds")));
    }
    else if (event == "counters")
    {
        listener.OnCounts(member, atNs, ReadCounts(line.at("counters")));
        listener.OnIncarnation(member, line.at("incarnation"));
    }
    else if (event == "started")
    {
        listener.OnStarted(member);
    }
}

void JsonMember::OnConclusion(swim::EventKind kind, const nlohmann::json& line)
{
    const std::string source = line.value("source", "");
    Conclusion conclusion{.timeNs = line.at("monotonic_ns"),
                          .observer = Setup().member,
                          .kind = kind,
                          .subject = {Setup().plan, line.value("subject", "")}};
    if (line.contains("incarnation"))
    {
        conclusion.incarnation = line.at("incarnation").get<std::uint32_t>();
    }
    if (kind == swim::EventKind::REJECTED)
    {
        conclusion.rejection = swim::FindRejection(source);
        if (!conclusion.rejection)
        {
            Setup().listener.OnTrouble(Setup().member,
                                       "rejected a packet for a reason that is not in the list of "
                                       "swim/rejection.h: " +
                                           source);
        }
    }
    else
    {
        conclusion.source = {Setup().plan, source};
    }
    if (kind == swim::EventKind::REFUTED && conclusion.subject == Setup().member)
    {
        Setup().listener.OnIncarnation(Setup().member, conclusion.incarnation.value_or(0));
    }
    Setup().listener.OnConclusion(conclusion);
}

/// A join may fail as it may in a simulation: nobody is there, or behind a partition.
void JsonMember::OnAnswer(const nlohmann::json& line)
{
    if (line.value("id", -1) == static_cast<int>(Request::JOIN))
    {
        if (line.contains("contacted"))
        {
            OnJoined(line.at("contacted") > 0);
        }
    }
    else if (!line.at("ok"))
    {
        Setup().listener.OnTrouble(Setup().member,
                                   "refused a command: " + line.value("error", line.dump()));
    }
}

void JsonMember::OnJoined(bool anybody)
{
    if (anybody)
    {
        m_seeds.clear();
    }
    if (m_seeds.empty() || m_retriesLeft == 0)
    {
        return;
    }
    m_retriesLeft -= m_retriesLeft < UINT32_MAX ? 1 : 0; // for ever is for ever
    m_joinAgain.expires_after(Setup().plan.joinRetry.interval);
    m_joinAgain.async_wait([this](const asio::error_code& error) {
        if (!error && IsRunning())
        {
            Join(m_seeds);
        }
    });
}

} // namespace swimlab
