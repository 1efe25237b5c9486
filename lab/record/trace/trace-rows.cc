// SPDX-License-Identifier: GPL-2.0-only
//
// See trace-rows.h.
#include "lab/record/trace/trace-rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace swimlab
{

namespace
{

/// Version of trace.json.
constexpr int FORMAT = 1;

void Increase(std::map<std::string, std::uint64_t, std::less<>>& counts,
              std::string_view key,
              std::uint64_t by)
{
    const auto found = counts.find(key);
    if (found != counts.end())
    {
        found->second += by;
        return;
    }
    counts.emplace(key, by);
}

} // namespace

TraceRows::TraceRows(const std::filesystem::path& folder, const Plan& plan)
    : m_plan(plan),
      m_folder(folder),
      m_rows(folder / TRACE_FILE, swim::TRACE_COLUMNS),
      m_kinds(plan.trace.kinds.begin(), plan.trace.kinds.end())
{
    for (const MemberId member : plan.trace.members)
    {
        m_members.insert(plan.names[member]);
    }
}

bool TraceRows::IsKind(std::string_view kind) const
{
    return m_kinds.empty() || m_kinds.contains(kind);
}

bool TraceRows::IsMember(std::string_view name) const
{
    return m_members.empty() || m_members.contains(name);
}

bool TraceRows::Concerns(const swim::TraceRow& row) const
{
    return IsMember(row.member) || IsMember(row.peer) || IsMember(row.about) ||
           IsMember(row.accuser);
}

void TraceRows::CountMessage(std::string_view kind)
{
    // What is of no kind that is known is malformed, which is the last.
    const auto known = std::span(trace::MESSAGE_KINDS).first(m_messages.size() - 1);
    const auto found = std::ranges::find(known, kind);
    ++m_messages[static_cast<std::size_t>(found - known.begin())];
}

bool TraceRows::AddPacket(std::span<const swim::TraceRow> messages, std::uint64_t packetBytes)
{
    if (!m_members.empty() &&
        std::ranges::none_of(messages, [this](const auto& row) { return Concerns(row); }))
    {
        return false;
    }
    bool any = false;
    for (const swim::TraceRow& message : messages)
    {
        if (!IsKind(message.kind))
        {
            continue;
        }
        CountMessage(message.kind);
        if (std::exchange(any, true))
        {
            Format(message, message.detail);
            continue;
        }
        m_origin.clear();
        swim::AppendOrigin(message, m_origin);
        m_fate.clear();
        swim::AppendFate(message, m_fate);
        m_detail.assign("packet_bytes=");
        Append(m_detail, packetBytes);
        if (!message.detail.empty())
        {
            m_detail += ';';
            m_detail += message.detail;
        }
        Format(message, m_detail);
        Increase(m_packets, message.channel, 1);
        Increase(m_bytes, message.channel, packetBytes);
        if (!message.lostBy.empty())
        {
            Increase(m_lost, message.lostBy, 1);
        }
    }
    return any;
}

void TraceRows::Format(const swim::TraceRow& message, std::string_view detail)
{
    std::string& text = m_rows.Row();
    text += m_origin;
    swim::AppendContent(message, text);
    text += m_fate;
    swim::AppendRest(message.bytes, detail, text);
    m_rows.EndRow();
}

bool TraceRows::FormatOther(const swim::TraceRow& row, std::string& line)
{
    if (!Concerns(row) || !IsKind(row.event))
    {
        return false;
    }
    Increase(m_byEvent, row.event, 1);
    swim::AppendCsv(row, line);
    return true;
}

void TraceRows::AddLine(std::string_view line)
{
    m_rows.Row() += line;
    m_rows.EndRow();
}

void TraceRows::Finish()
{
    m_sha256 = m_rows.Finish();
    std::map<std::string, std::uint64_t> messages;
    std::uint64_t rows = 0;
    for (std::size_t kind = 0; kind < m_messages.size(); ++kind)
    {
        if (m_messages[kind] > 0)
        {
            messages.emplace(trace::MESSAGE_KINDS[kind], m_messages[kind]);
            Increase(m_byEvent, trace::MESSAGE, m_messages[kind]);
        }
    }
    for (const auto& [event, count] : m_byEvent)
    {
        rows += count;
    }
    using Json = nlohmann::ordered_json;
    const double endS = std::chrono::duration<double>(m_plan.duration).count();
    const double toS = std::chrono::duration<double>(m_plan.trace.to).count();
    Json members = nullptr;
    for (const MemberId member : m_plan.trace.members)
    {
        members.push_back(m_plan.names[member]);
    }
    const bool narrowed = m_plan.trace.from.count() > 0 || toS < endS ||
                          !m_plan.trace.members.empty() || !m_plan.trace.kinds.empty();
    const Json summary = {
        {"format", FORMAT},
        {"sha256", m_sha256},
        {"narrowed", narrowed},
        {"from_s", std::chrono::duration<double>(m_plan.trace.from).count()},
        {"to_s", std::min(toS, endS)},
        {"members", members},
        {"kinds", m_plan.trace.kinds.empty() ? Json(nullptr) : Json(m_plan.trace.kinds)},
        {"rows", rows},
        {"events", m_byEvent},
        {"messages", messages},
        {"packets", m_packets},
        {"packet_bytes", m_bytes},
        {"packets_lost", m_lost},
        {"members_left_out", m_leftOut}};
    RowFile(m_folder / TRACE_SUMMARY_FILE,
            summary.dump(1, ' ', false, Json::error_handler_t::replace))
        .Finish();
}

} // namespace swimlab
