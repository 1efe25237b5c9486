// SPDX-License-Identifier: MIT
//
// Lines from a descriptor, as they come.
#pragma once

#include <asio/posix/stream_descriptor.hpp>
#include <asio/read_until.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace swim::program
{

/// A longer line ends the input.
inline constexpr std::size_t LONGEST_LINE = 1024 * 1024;

/// Reads lines from any stream of Asio until it ends, breaks or has a line that is too long.
template <typename Stream>
class LineInput
{
  public:
    /// @param stream outlives this @param onLine gets each line, without its end
    LineInput(Stream& stream,
              std::function<void(const std::string&)> onLine,
              std::function<void()> onEnd)
        : m_stream(stream),
          m_onLine(std::move(onLine)),
          m_onEnd(std::move(onEnd))
    {
    }

    /// Reads the next line, and then the one after it. @param owner is kept alive meanwhile
    void Start(std::shared_ptr<void> owner)
    {
        asio::async_read_until(m_stream,
                               asio::dynamic_buffer(m_text, LONGEST_LINE),
                               '\n',
                               [this, owner](const asio::error_code& error, std::size_t size) {
                                   if (error)
                                   {
                                       m_onEnd();
                                       return;
                                   }
                                   const std::string line = m_text.substr(0, size - 1);
                                   m_text.erase(0, size);
                                   m_onLine(line);
                                   Start(owner);
                               });
    }

  private:
    Stream& m_stream;
    std::function<void(const std::string&)> m_onLine;
    std::function<void()> m_onEnd;
    std::string m_text;
};

} // namespace swim::program
