// SPDX-License-Identifier: GPL-2.0-only
//
// A file read through the page cache: its text, and where in it something stands.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace swimlab
{

class MappedFile
{
  public:
    /// @throws RecordError if it cannot be read
    explicit MappedFile(std::filesystem::path path);
    ~MappedFile();

    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::string_view Text() const
    {
        return m_text;
    }

    /// In hexadecimal.
    std::string Sha256() const;

    /// Refuses what stands there. @param at within Text(); its line is counted from 1
    /// @throws RecordError
    [[noreturn]] void Refuse(const char* at, const std::string& complaint) const;

  private:
    std::filesystem::path m_path;
    std::string_view m_text;
};

} // namespace swimlab
