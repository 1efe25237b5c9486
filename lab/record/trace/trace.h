// SPDX-License-Identifier: GPL-2.0-only
//
// The trace of a run: its rows, and its capture where the scenario asks for one.
#pragma once

#include "lab/record/trace/capture.h"
#include "lab/record/trace/trace-rows.h"

#include <filesystem>
#include <optional>

namespace swimlab
{

class Trace
{
  public:
    /// @param plan asks for a trace, and outlives it
    Trace(const std::filesystem::path& folder, const Plan& plan)
        : m_folder(folder),
          m_rows(folder, plan)
    {
        if (plan.trace.pcap)
        {
            m_capture.emplace(folder, plan);
        }
    }

    /// Where its files are.
    const std::filesystem::path& Folder() const
    {
        return m_folder;
    }

    const TraceRows& Rows() const
    {
        return m_rows;
    }

    TraceRows& Rows()
    {
        return m_rows;
    }

    /// @return null where none is asked for
    Capture* Packets()
    {
        return m_capture ? &*m_capture : nullptr;
    }

    /// @throws RecordError
    void Finish()
    {
        m_rows.Finish();
        if (m_capture)
        {
            m_capture->Finish();
        }
    }

  private:
    std::filesystem::path m_folder;
    TraceRows m_rows;
    std::optional<Capture> m_capture;
};

} // namespace swimlab
