// SPDX-License-Identifier: GPL-2.0-only
//
// See file-lines.h.
#include "lab/live/file-lines.h"

#include <fstream>
#include <system_error>
#include <utility>

namespace swimlab
{

FileLines::FileLines(asio::io_context& loop, std::filesystem::path file, OnLine onLine)
    : m_file(std::move(file)),
      m_onLine(std::move(onLine)),
      m_timer(loop)
{
    std::error_code missing;
    const auto size = std::filesystem::file_size(m_file, missing);
    m_at = missing ? 0 : size;
    Wait();
}

void FileLines::Wait()
{
    m_timer.expires_after(EVERY);
    m_timer.async_wait([this](const asio::error_code& error) {
        if (!error)
        {
            Wait(); // first: who reads may destroy us
            Read();
        }
    });
}

void FileLines::Read()
{
    std::error_code missing;
    const auto size = std::filesystem::file_size(m_file, missing);
    if (missing || size == m_at)
    {
        return;
    }
    if (size < m_at)
    {
        m_at = 0;
        m_rest.clear();
    }
    std::ifstream in(m_file, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(m_at));
    std::string text(size - m_at, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    m_at += text.size();
    text.insert(0, std::exchange(m_rest, {}));
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    {
        m_onLine(std::string_view(text).substr(begin, end - begin));
    }
    m_rest = text.substr(begin);
}

} // namespace swimlab
