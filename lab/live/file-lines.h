// SPDX-License-Identifier: GPL-2.0-only
//
// The lines that a program appends to a file, as they come.
#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
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

    /// What the file holds already is not told. @param onLine called from the loop and by Read, may
    /// destroy this
    FileLines(asio::io_context& loop, std::filesystem::path file, OnLine onLine);
    ~FileLines();

    FileLines(const FileLines&) = delete;
    FileLines& operator=(const FileLines&) = delete;

    /// Tells what has come since.
    void Read();

  private:
    class State;

    std::shared_ptr<State> m_state; ///< outlives us in a call that is under way
};

} // namespace swimlab
