// SPDX-License-Identifier: GPL-2.0-only
//
// See verdicts.h.
#include "lab/record/metrics/verdicts.h"

#include "lab/record/metrics/recorded-run.h"

#include <fstream>

namespace swimlab
{

Verdicts::Verdicts(const RunState& run, std::string& bytes)
    : m_run(run),
      m_bytes(bytes)
{
}

void Verdicts::Hear(const Heard& heard)
{
    unsigned byte = static_cast<unsigned>(heard.judgement);
    byte |= m_run.truth.MeasureOfRun().window.Contains(heard.row.timeNs) ? IN_WINDOW : 0;
    byte |= heard.before.marks.wronglySuspected ? ENDS_WRONG : 0;
    byte |= m_run.truth.IsAnomalous(heard.row.observer, heard.row.timeNs) ? BY_ANOMALOUS : 0;
    m_bytes.push_back(static_cast<char>(byte));
}

void WriteVerdictsOf(const std::filesystem::path& folder, const std::filesystem::path& file)
{
    std::string bytes;
    ReplayRun(folder, SumCheck::REFUSE_OTHERS, [&bytes](MetricsPass& pass) {
        pass.Add([&bytes](const RunState& run) { return std::make_unique<Verdicts>(run, bytes); });
    });
    std::ofstream out(file, std::ios::binary);
    out << bytes << std::flush;
    if (!out)
    {
        throw RecordError(file.string() + ": cannot be written");
    }
}

} // namespace swimlab
