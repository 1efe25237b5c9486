// SPDX-License-Identifier: GPL-2.0-only
//
// The lines that a program appends to a file, as they come.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace swimlab
{

/// Follows a file, which may not be there yet, or be replaced by a shorter one.
class FileLines
{
  public:
    /// How late a line may be heard.
    static constexpr std::chrono::milliseconds EVERY{10};

    using OnLine = std::function<void(std::string_view)>;

    /// What the file holds already is not told. @param onLine called from the loop
    FileLines(asio::io_context& loop, std::filesystem::path file, OnLine onLine);

    FileLines(const FileLines&) = delete;
    FileLines& operator=(const FileLines&) = delete;

    /// Tells what has come since.
    void Read();

  private:
    void Wait();

    std::filesystem::path m_file;
    OnLine m_onLine;
    asio::steady_timer m_timer;
    std::uint64_t m_at = 0;
    std::string m_rest; ///< the begin of a line
};

} // namespace swimlab
