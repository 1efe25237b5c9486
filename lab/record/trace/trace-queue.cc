// SPDX-License-Identifier: GPL-2.0-only
//
// See trace-queue.h.
#include "lab/record/trace/trace-queue.h"

#include "lab/scenario/trace-words.h"

#include <functional>
#include <utility>

namespace swimlab
{

namespace
{

swim::wire::ByteView BytesOf(const std::string& content)
{
    return {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()};
}

} // namespace

TraceQueue::TraceQueue(const Plan& plan, TraceRows& rows, Capture* capture)
    : m_plan(plan),
      m_rows(rows),
      m_capture(capture),
      m_groupOf(plan.members)
{
    for (const Group& group : plan.groups)
    {
        for (const MemberId member : group.members)
        {
            m_groupOf[member] = static_cast<std::uint32_t>(m_readers.size());
        }
        m_readers.push_back(std::make_unique<swim::MessageReader>(
            swim::Envelope::Settings{.compression = group.protocol.compression,
                                     .label = group.protocol.label}));
    }
}

std::string_view TraceQueue::NameOf(const Party& party) const
{
    return party.member ? std::string_view(m_plan.names[*party.member]) : party.stranger;
}

TraceQueue::Entry* TraceQueue::Find(Number number)
{
    return IsUnderWay(number) ? &m_entries[number - m_first] : nullptr;
}

TraceQueue::Number TraceQueue::Send(const Sent& sent)
{
    if (m_finished || !m_rows.IsWanted(sent.timeNs))
    {
        return 0;
    }
    Push({.timeNs = sent.timeNs,
          .packet = ++m_packets,
          .sender = sent.sender,
          .receiver = sent.receiver,
          .channel = sent.channel,
          .content = {reinterpret_cast<const char*>(sent.bytes.data()), sent.bytes.size()},
          .addresses = sent.addresses});
    return m_first + m_entries.size() - 1;
}

void TraceQueue::Push(Entry entry)
{
    m_entries.push_back(std::move(entry));
}

void TraceQueue::Double(Number number, std::uint32_t more)
{
    if (Entry* entry = Find(number); entry != nullptr && entry->copies > 0)
    {
        entry->copies += more;
    }
}

void TraceQueue::Hear(Number number, std::int64_t timeNs, MemberId receiver)
{
    Entry* entry = Find(number);
    if (m_finished || entry == nullptr || entry->copies == 0)
    {
        return;
    }
    --entry->copies;
    if (entry->arrivedNs < 0)
    {
        entry->arrivedNs = timeNs;
    }
    else
    {
        Add({.timeNs = timeNs,
             .event = trace::AGAIN,
             .member = m_plan.names[receiver],
             .peer = m_plan.names[entry->sender],
             .packet = entry->packet,
             .channel = "datagram"});
    }
    WriteSettled();
}

void TraceQueue::Lose(Number number, std::string_view why)
{
    Entry* entry = Find(number);
    if (m_finished || entry == nullptr || entry->copies == 0)
    {
        return;
    }
    --entry->copies;
    entry->lostBy = why;
    WriteSettled();
}

void TraceQueue::Add(const swim::TraceRow& row)
{
    Entry entry{.copies = 0};
    if (m_finished || !m_rows.IsWanted(row.timeNs) || !m_rows.FormatOther(row, entry.content))
    {
        return;
    }
    Push(std::move(entry));
    WriteSettled();
}

void TraceQueue::Inject(std::int64_t timeNs,
                        MemberId receiver,
                        MemberId from,
                        swim::wire::ByteView bytes)
{
    const Entry entry{.timeNs = timeNs,
                      .arrivedNs = timeNs,
                      .sender = from,
                      .receiver = receiver,
                      .content = {reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
    const std::vector<swim::TraceRow> rows = Decode(entry);
    for (swim::TraceRow row : rows)
    {
        row.event = trace::INJECTED;
        std::swap(row.member, row.peer);
        row.packet.reset();
        Add(row);
    }
}

void TraceQueue::WriteSettled()
{
    while (!m_entries.empty() && m_entries.front().copies == 0)
    {
        Write(m_entries.front());
        m_entries.pop_front();
        ++m_first;
    }
}

void TraceQueue::Write(const Entry& entry)
{
    if (entry.packet == 0)
    {
        m_rows.AddLine(entry.content);
        return;
    }
    WritePacket(entry);
}

swim::MessageReader& TraceQueue::ReaderOf(MemberId sender)
{
    return *m_readers[m_groupOf[sender]];
}

/// The words of the rows stay until the next call.
std::vector<swim::TraceRow>& TraceQueue::Decode(const Entry& entry)
{
    m_decoded.clear();
    m_words.clear();
    const char* const begin = entry.content.data();
    const auto keep = [&](std::string_view word) -> std::string_view {
        // Most words lie in the packet itself; what was compressed is overwritten by what comes next.
        const bool stays = std::less_equal<>()(begin, word.data()) &&
                           std::less<>()(word.data(), begin + entry.content.size());
        return word.empty() || stays ? word : m_words.emplace_back(word);
    };
    const swim::TraceRow common{
        .timeNs = entry.timeNs,
        .event = trace::MESSAGE,
        .member = m_plan.names[entry.sender],
        .peer = NameOf(entry.receiver),
        .packet = entry.packet,
        .channel = entry.channel == TraceChannel::DATAGRAM ? "datagram" : "stream",
        .arrivedNs = entry.arrivedNs < 0 ? std::nullopt : std::optional(entry.arrivedNs),
        .lostBy = entry.arrivedNs < 0 ? entry.lostBy : ""};
    const auto add = [&](const swim::MessageView& message) {
        swim::TraceRow& row = m_decoded.emplace_back(common);
        row.kind = message.kind;
        row.sequence = message.sequence;
        row.about = keep(message.about);
        row.incarnation = message.incarnation;
        row.accuser = keep(message.accuser);
        if (message.bytes > 0) // of a line of a table there is no telling
        {
            row.bytes = message.bytes;
        }
        row.detail = keep(message.detail);
    };
    swim::MessageReader& reader = ReaderOf(entry.sender);
    const swim::wire::ByteView bytes = BytesOf(entry.content);
    if (entry.channel == TraceChannel::DATAGRAM)
    {
        reader.ReadDatagram(bytes, add);
    }
    else
    {
        reader.ReadStream(bytes,
                          entry.channel == TraceChannel::REQUEST
                              ? swim::Envelope::Direction::REQUEST
                              : swim::Envelope::Direction::ANSWER,
                          add);
    }
    return m_decoded;
}

void TraceQueue::WritePacket(const Entry& entry)
{
    const bool wanted = m_rows.AddPacket(Decode(entry), entry.content.size());
    const bool isLost = entry.arrivedNs < 0 && entry.lostBy != trace::END;
    if (wanted && m_capture != nullptr && entry.addresses)
    {
        m_capture->AddMessage({.timeNs = entry.timeNs,
                               .interface = entry.sender,
                               .bytes = BytesOf(entry.content),
                               .stream = entry.channel != TraceChannel::DATAGRAM,
                               .addresses = *entry.addresses,
                               .lostBy = isLost ? entry.lostBy : ""});
    }
}

void TraceQueue::Finish()
{
    for (Entry& entry : m_entries)
    {
        if (entry.copies > 0 && entry.arrivedNs < 0 && entry.lostBy.empty())
        {
            entry.lostBy = trace::END;
        }
        entry.copies = 0;
    }
    WriteSettled();
    m_finished = true;
}

} // namespace swimlab
