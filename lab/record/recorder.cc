// SPDX-License-Identifier: GPL-2.0-only
//
// See recorder.h.
#include "lab/record/recorder.h"

#include <cerrno>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <openssl/evp.h>
#include <type_traits>

namespace swimlab
{

namespace
{

constexpr std::size_t BUFFER_SIZE = 1 << 20;
constexpr std::string_view EVENT_COLUMNS = "time_ns,observer,event,subject,incarnation,source";

void Append(std::string& row, std::integral auto number)
{
    std::array<char, 24> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    row.append(text.data(), end);
}

void AppendFields(std::string& row, const auto&... fields)
{
    const auto append = [&row](const auto& field) {
        row += ',';
        if constexpr (std::is_integral_v<std::decay_t<decltype(field)>>)
        {
            Append(row, field);
        }
        else
        {
            row += field;
        }
    };
    (append(fields), ...);
}

} // namespace

void RowFile::CloseFile::operator()(std::FILE* file) const
{
    std::fclose(file);
}

void RowFile::FreeDigest::operator()(EVP_MD_CTX* digest) const
{
    EVP_MD_CTX_free(digest);
}

RowFile::RowFile(const std::filesystem::path& path, std::string_view header)
    : m_path(path),
      m_file(path.empty() ? nullptr : std::fopen(path.c_str(), "wb")),
      m_digest(EVP_MD_CTX_new())
{
    if (!m_file && !path.empty())
    {
        throw RecordError(path.string() + ": cannot be created: " + std::strerror(errno));
    }
    EVP_DigestInit_ex(m_digest.get(), EVP_sha256(), nullptr);
    m_buffer.reserve(BUFFER_SIZE + 4096);
    m_buffer += header;
    EndRow();
}

RowFile::~RowFile() = default;

void RowFile::EndRow()
{
    m_buffer += '\n';
    if (m_buffer.size() >= BUFFER_SIZE)
    {
        Flush();
    }
}

void RowFile::Flush()
{
    EVP_DigestUpdate(m_digest.get(), m_buffer.data(), m_buffer.size());
    if (m_file &&
        (std::fwrite(m_buffer.data(), 1, m_buffer.size(), m_file.get()) != m_buffer.size() ||
         std::fflush(m_file.get()) != 0))
    {
        throw RecordError(m_path.string() + ": cannot be written: " + std::strerror(errno));
    }
    m_buffer.clear();
}

std::string RowFile::Finish()
{
    Flush();
    if (m_file && std::fclose(m_file.release()) != 0)
    {
        throw RecordError(m_path.string() + ": cannot be written: " + std::strerror(errno));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum;
    unsigned int size = 0;
    EVP_DigestFinal_ex(m_digest.get(), sum.data(), &size);
    std::string text;
    for (unsigned int i = 0; i < size; ++i)
    {
        constexpr std::string_view DIGITS = "0123456789abcdef";
        text += DIGITS[sum[i] >> 4];
        text += DIGITS[sum[i] & 0xf];
    }
    return text;
}

Recorder::Recorder(const std::filesystem::path& folder, const Plan& plan)
    : m_names(plan.names),
      m_folder(folder),
      m_eventRows(plan.record == Record::EVENTS ? folder / "events.csv" : "", EVENT_COLUMNS),
      m_trafficRows(folder / "traffic.csv", "second,kind,sent,sent_bytes,received,received_bytes")
{
    if (plan.record == Record::SUMMARY)
    {
        m_truthRows.emplace(folder / "truth.csv", EVENT_COLUMNS);
        m_summary.emplace(plan);
    }
}

std::string_view Recorder::NameOf(const Party& party) const
{
    return party.member ? m_names[*party.member] : party.stranger;
}

void Recorder::Conclude(const Conclusion& conclusion)
{
    std::string& row = m_eventRows.Row();
    Append(row, conclusion.timeNs);
    AppendFields(row,
                 m_names[conclusion.observer],
                 swim::EventKindName(conclusion.kind),
                 NameOf(conclusion.subject));
    if (conclusion.subject.IsNobody())
    {
        row += ',';
    }
    else
    {
        AppendFields(row, conclusion.incarnation.value_or(0));
    }
    AppendFields(row,
                 conclusion.rejection ? swim::RejectionName(*conclusion.rejection)
                                      : NameOf(conclusion.source));
    m_eventRows.EndRow();
    ++m_events;
    if (m_summary)
    {
        m_summary->Conclude(conclusion);
    }
}

void Recorder::Truth(std::int64_t timeNs, std::string_view event, std::string_view value)
{
    TruthRow(timeNs, event, "", "", value);
}

void Recorder::Truth(std::int64_t timeNs,
                     std::string_view event,
                     std::uint32_t subject,
                     std::string_view value,
                     std::uint32_t incarnation)
{
    const std::string text = incarnation == 0 ? "" : std::to_string(incarnation);
    TruthRow(timeNs, event, m_names[subject], text, value);
    if (m_summary)
    {
        m_summary->Truth(timeNs, event, subject, incarnation);
    }
}

void Recorder::TruthRow(std::int64_t timeNs,
                        std::string_view event,
                        std::string_view subject,
                        std::string_view incarnation,
                        std::string_view value)
{
    for (RowFile* rows : {&m_eventRows, m_truthRows ? &*m_truthRows : nullptr})
    {
        if (rows != nullptr)
        {
            Append(rows->Row(), timeNs);
            AppendFields(rows->Row(), std::string_view{}, event, subject, incarnation, value);
            rows->EndRow();
        }
    }
    ++m_events;
}

void Recorder::SetSecond(std::int64_t second)
{
    if (second != m_second)
    {
        WriteTraffic();
        m_second = second;
    }
}

TrafficSums& Recorder::At(std::int64_t timeNs, swim::TrafficKind kind)
{
    SetSecond(timeNs / SECOND_NS);
    return m_sums[static_cast<std::size_t>(kind)];
}

void Recorder::Sent(std::int64_t timeNs, swim::TrafficKind kind, std::uint32_t bytes)
{
    TrafficSums& sums = At(timeNs, kind);
    ++sums.sent;
    sums.sentBytes += bytes;
}

void Recorder::Received(std::int64_t timeNs, swim::TrafficKind kind, std::uint32_t bytes)
{
    TrafficSums& sums = At(timeNs, kind);
    ++sums.received;
    sums.receivedBytes += bytes;
}

void Recorder::Moved(std::int64_t second, const TrafficTable& sums)
{
    SetSecond(second);
    for (std::size_t i = 0; i < sums.size(); ++i)
    {
        m_sums[i].sent += sums[i].sent;
        m_sums[i].sentBytes += sums[i].sentBytes;
        m_sums[i].received += sums[i].received;
        m_sums[i].receivedBytes += sums[i].receivedBytes;
    }
}

void Recorder::WriteTraffic()
{
    for (std::size_t i = 0; i < m_sums.size(); ++i)
    {
        const TrafficSums& sums = m_sums[i];
        if (sums.sent + sums.received > 0)
        {
            std::string& row = m_trafficRows.Row();
            Append(row, m_second);
            AppendFields(row,
                         swim::TrafficKindName(static_cast<swim::TrafficKind>(i)),
                         sums.sent,
                         sums.sentBytes,
                         sums.received,
                         sums.receivedBytes);
            m_trafficRows.EndRow();
        }
    }
    m_sums = {};
}

void Recorder::Finish()
{
    WriteTraffic();
    m_trafficRows.Finish();
    m_eventsSha256 = m_eventRows.Finish();
    if (m_summary)
    {
        m_truthRows->Finish();
        m_conclusionsSha256 = RowFile(m_folder / "conclusions.json", m_summary->Finish()).Finish();
    }
}

std::uint64_t EstimateRecorderBytes(const Plan& plan)
{
    const std::uint64_t files = plan.record == Record::SUMMARY ? 3 : 2;
    return files * BUFFER_SIZE + (plan.record == Record::SUMMARY ? summary::EstimateSummaryBytes(plan) : 0);
}

} // namespace swimlab
