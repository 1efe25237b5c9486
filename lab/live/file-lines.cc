// SPDX-License-Identifier: GPL-2.0-only
//
// See file-lines.h.
#include "lab/live/file-lines.h"

#include <asio/steady_timer.hpp>
#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace swimlab
{

/// What is known of the file. A timer that has expired cannot be cancelled, so it asks for this first.
class FileLines::State : public std::enable_shared_from_this<FileLines::State>
{
  public:
    State(asio::io_context& loop, std::filesystem::path file, OnLine onLine)
        : m_file(std::move(file)),
          m_onLine(std::move(onLine)),
          m_timer(loop)
    {
        std::error_code missing;
        const auto size = std::filesystem::file_size(m_file, missing);
        m_at = missing ? 0 : size;
    }

    void Wait();
    void Read();

    void Stop()
    {
        m_stopped = true;
        m_timer.cancel();
    }

  private:
    std::filesystem::path m_file;
    OnLine m_onLine;
    asio::steady_timer m_timer;
    std::uint64_t m_at = 0;
    std::string m_rest; ///< the begin of a line
    bool m_stopped = false;
};

void FileLines::State::Wait()
{
    m_timer.expires_after(EVERY);
    m_timer.async_wait([weak = weak_from_this()](const asio::error_code& error) {
        const auto self = weak.lock();
        if (!error && self && !self->m_stopped)
        {
            self->Wait();
            self->Read();
        }
    });
}

void FileLines::State::Read()
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
    for (std::size_t end; !m_stopped && (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1)
    {
        m_onLine(std::string_view(text).substr(begin, end - begin));
    }
    m_rest = text.substr(begin);
}

FileLines::FileLines(asio::io_context& loop, std::filesystem::path file, OnLine onLine)
    : m_state(std::make_shared<State>(loop, std::move(file), std::move(onLine)))
{
    m_state->Wait();
}

FileLines::~FileLines()
{
    m_state->Stop();
}

void FileLines::Read()
{
    const auto state = m_state; // a line may be the end of us
    state->Read();
}

} // namespace swimlab
