// SPDX-License-Identifier: MIT
//
// See trace-file.h.
#include "agent/program/trace-file.h"

#include "agent/program/event-stream.h"
#include "swim/endpoint.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <sys/stat.h>
#include <utility>

namespace swim::program
{

namespace
{

std::int64_t ToNs(Instant when)
{
    return when.time_since_epoch().count();
}

/// FNV-1a: the same number for the same bytes, on every machine.
std::uint64_t HashOf(ByteView bytes)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const std::uint8_t byte : bytes)
    {
        hash = (hash ^ byte) * 0x100000001b3;
    }
    return hash;
}

void AppendHexadecimal(ByteView bytes, std::string& text)
{
    constexpr std::string_view DIGITS = "0123456789abcdef";
    for (const std::uint8_t byte : bytes)
    {
        text += DIGITS[byte >> 4];
        text += DIGITS[byte & 15];
    }
}

std::string NoticeOf(const std::string& name, std::uint64_t lost, const std::string& reason)
{
    const std::string detail = "rows=" + std::to_string(lost) + ";reason=" + reason;
    std::string line;
    AppendCsv({.timeNs = ToNs(MonotonicNow()), .event = "lost", .member = name, .detail = detail},
              line);
    return line + "\n";
}

Envelope::Settings EnvelopeOf(const TraceFile::Options& options)
{
    return {.compression = options.config.compression,
            .label = options.config.label,
            .skipInboundLabelCheck = options.config.skipInboundLabelCheck,
            .verifyIncoming = false,
            .verifyOutgoing = false,
            .cipher = options.cipher};
}

bool IsEmpty(const std::string& path)
{
    struct stat file = {};
    return stat(path.c_str(), &file) != 0 || file.st_size == 0;
}

} // namespace

TraceFile::TraceFile(const Options& options)
    : m_packets(options.packets),
      m_name(options.name),
      m_reader(EnvelopeOf(options)),
      m_first(IsEmpty(options.path)),
      m_output(LineOutput::OpenFile(options.path),
               [name = options.name](std::uint64_t lost, const std::string& reason) {
                   return NoticeOf(name, lost, reason);
               })
{
    if (std::exchange(m_first, false))
    {
        m_output.Write(std::string(TRACE_COLUMNS) + (m_packets ? ",wire\n" : "\n"));
    }
}

void TraceFile::OnPacket(const TracedPacket& packet)
{
    m_first = true;
    m_peer = FormatAddress(packet.peer);
    std::string text;
    const auto add = [&](const MessageView& message) { AddPacketRow(packet, message, text); };
    if (packet.channel == PacketChannel::DATAGRAM)
    {
        m_reader.ReadDatagram(packet.bytes, add);
    }
    else
    {
        m_reader.ReadStream(packet.bytes,
                            packet.channel == PacketChannel::REQUEST ? Envelope::Direction::REQUEST
                                                                     : Envelope::Direction::ANSWER,
                            add);
    }
    m_output.Write(std::move(text));
}

void TraceFile::AddPacketRow(const TracedPacket& packet,
                             const MessageView& message,
                             std::string& text)
{
    const bool datagram = packet.channel == PacketChannel::DATAGRAM;
    m_detail.clear();
    if (m_first)
    {
        m_detail = "packet_bytes=" + std::to_string(packet.bytes.size());
        if (!datagram)
        {
            m_detail += packet.channel == PacketChannel::REQUEST ? ";way=request" : ";way=answer";
        }
    }
    if (!message.detail.empty())
    {
        m_detail += m_detail.empty() ? "" : ";";
        m_detail += message.detail;
    }
    AppendCsv(
        {.timeNs = ToNs(packet.when),
         .event = packet.sent ? "sent" : "received",
         .member = m_name,
         .peer = m_peer,
         .packet = HashOf(packet.bytes),
         .channel = datagram ? "datagram" : "stream",
         .kind = message.kind,
         .sequence = message.sequence,
         .about = message.about,
         .incarnation = message.incarnation,
         .accuser = message.accuser,
         .bytes = message.bytes > 0 ? std::optional<std::uint64_t>(message.bytes) : std::nullopt,
         .detail = m_detail},
        text);
    if (m_packets)
    {
        text += ',';
        if (m_first)
        {
            AppendHexadecimal(packet.bytes, text);
        }
    }
    text += '\n';
    m_first = false;
}

void TraceFile::OnDecision(const TracedDecision& decision)
{
    std::string text;
    AppendCsv({.timeNs = ToNs(decision.when),
               .event = decision.decision,
               .member = m_name,
               .sequence = decision.sequence,
               .about = decision.about,
               .incarnation = decision.incarnation,
               .accuser = decision.accuser,
               .detail = decision.detail},
              text);
    m_output.Write(text + (m_packets ? ",\n" : "\n"));
}

} // namespace swim::program
