// SPDX-License-Identifier: GPL-2.0-only
//
// See row-file.h.
#include "lab/record/row-file.h"

#include <cerrno>
#include <cstring>

namespace swimlab
{

void RowFile::CloseFile::operator()(std::FILE* file) const
{
    std::fclose(file);
}

RowFile::RowFile(const std::filesystem::path& path, std::string_view header)
    : m_path(path),
      m_file(path.empty() ? nullptr : std::fopen(path.c_str(), "wb"))
{
    if (!m_file && !path.empty())
    {
        throw RecordError(path.string() + ": cannot be created: " + std::strerror(errno));
    }
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
    m_digest.Add(m_buffer);
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
    return m_digest.Finish();
}

} // namespace swimlab
