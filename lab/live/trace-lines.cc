// SPDX-License-Identifier: GPL-2.0-only
//
// See trace-lines.h. A process that was killed may have written half of its last line, which counts
// as not written.
#include "lab/live/trace-lines.h"

#include "lab/backend/backend.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

namespace swimlab
{

namespace
{

constexpr std::size_t COLUMNS = 15;
constexpr std::string_view PACKET_BYTES = "packet_bytes=";
constexpr std::string_view IS_ANSWER = ";way=answer";
constexpr std::string_view IS_REQUEST = ";way=request";
constexpr std::int64_t SECOND_IN_NS = 1'000'000'000;

template <typename Number>
std::optional<Number> NumberIn(std::string_view text)
{
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && !text.empty() ? std::optional(number) : std::nullopt;
}

/// "12.345678901", exactly.
std::int64_t NsIn(std::string_view seconds)
{
    const std::size_t point = seconds.find('.');
    const auto whole = NumberIn<std::int64_t>(seconds.substr(0, point)).value_or(0);
    const auto rest = point == std::string_view::npos
                          ? 0
                          : NumberIn<std::int64_t>(seconds.substr(point + 1)).value_or(0);
    return whole * SECOND_IN_NS + rest;
}

} // namespace

TraceLines::TraceLines(const std::filesystem::path& file, MemberId member)
    : m_file(file),
      m_member(member)
{
    std::ifstream in(file, std::ios::binary);
    m_text.assign(std::istreambuf_iterator<char>(in), {});
    while (NextLine())
    {
        AddLine();
    }
}

/// @return whether another whole line was there; its fields are then read
bool TraceLines::NextLine()
{
    m_fields.clear();
    std::string_view field;
    while (m_place < m_text.size())
    {
        const bool more = NextField(field);
        if (m_place > m_text.size())
        {
            return false; // the text ended within the line
        }
        m_fields.push_back(field);
        if (!more)
        {
            return true;
        }
    }
    return false;
}

/// @return whether another field follows in the line
bool TraceLines::NextField(std::string_view& field)
{
    const std::string_view text = m_text;
    if (text[m_place] != '"')
    {
        const std::size_t end = text.find_first_of(",\n", m_place);
        field = text.substr(m_place, end - m_place);
        m_place = end == std::string_view::npos ? text.size() + 1 : end + 1;
        return end != std::string_view::npos && text[end] == ',';
    }
    std::string& unquoted = m_unquoted.emplace_back();
    for (++m_place; m_place < text.size(); ++m_place)
    {
        if (text[m_place] == '"' && (m_place + 1 == text.size() || text[++m_place] != '"'))
        {
            break;
        }
        unquoted += text[m_place];
    }
    field = unquoted;
    const bool whole = m_place < text.size() && text[m_place] != '"';
    const bool more = whole && text[m_place] == ',';
    m_place = whole ? m_place + 1 : text.size() + 1;
    return more;
}

void TraceLines::AddLine()
{
    if (m_fields.front() == "time_s")
    {
        return; // of each process
    }
    if (m_fields.size() < COLUMNS)
    {
        throw RunFailure(m_file.string() + ": a line has " + std::to_string(m_fields.size()) +
                         " columns where a trace has " + std::to_string(COLUMNS));
    }
    const swim::TraceRow row{.timeNs = NsIn(m_fields[0]),
                             .event = m_fields[1],
                             .member = m_fields[2],
                             .peer = m_fields[3],
                             .channel = m_fields[5],
                             .kind = m_fields[6],
                             .sequence = NumberIn<std::uint32_t>(m_fields[7]),
                             .about = m_fields[8],
                             .incarnation = NumberIn<std::uint32_t>(m_fields[9]),
                             .accuser = m_fields[10],
                             .bytes = NumberIn<std::uint64_t>(m_fields[13]),
                             .detail = m_fields[14]};
    if (row.event == "lost")
    {
        throw RunFailure(std::string(row.member) + " lost rows of its trace (" +
                         std::string(row.detail) + "); narrow [trace], or take fewer members");
    }
    if (row.event == "sent" || row.event == "received")
    {
        AddMessage(row);
        return;
    }
    m_decisions.push_back(row);
}

void TraceLines::AddMessage(swim::TraceRow row)
{
    if (row.detail.starts_with(PACKET_BYTES))
    {
        // What the rest of the trace says of a packet as a whole is said again when it is written.
        const std::size_t end = row.detail.find(';');
        Packet& packet = m_packets.emplace_back();
        packet.timeNs = row.timeNs;
        packet.member = m_member;
        packet.sent = row.event == "sent";
        packet.peer = row.peer;
        packet.hash = m_fields[4];
        packet.bytes =
            NumberIn<std::uint64_t>(row.detail.substr(PACKET_BYTES.size(), end)).value_or(0);
        packet.wire = m_fields.size() > COLUMNS ? m_fields[COLUMNS] : "";
        row.detail = end == std::string_view::npos ? "" : row.detail.substr(end);
        for (const std::string_view way : {IS_REQUEST, IS_ANSWER})
        {
            if (row.detail.starts_with(way))
            {
                packet.way = way == IS_ANSWER ? Way::ANSWER : Way::REQUEST;
                row.detail = row.detail.substr(way.size());
            }
        }
        row.detail = row.detail.starts_with(';') ? row.detail.substr(1) : row.detail;
    }
    if (!m_packets.empty())
    {
        m_packets.back().messages.push_back(row);
    }
}

} // namespace swimlab
