// SPDX-License-Identifier: GPL-2.0-only
//
// A file of a record: rows of text with commas.
#pragma once

#include "lab/record/record-error.h"
#include "lab/scenario/sha256.h"

#include <array>
#include <charconv>
#include <concepts>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace swimlab
{

/// A file of rows, buffered, with the SHA-256 of what went in.
class RowFile
{
  public:
    static constexpr std::size_t BUFFER_SIZE = 1 << 20;

    /// @param path empty: there is no file, only the sum of what it would hold
    /// @throws RecordError if it cannot be created
    RowFile(const std::filesystem::path& path, std::string_view header);
    ~RowFile();

    RowFile(const RowFile&) = delete;
    RowFile& operator=(const RowFile&) = delete;

    /// Where to append the next row's text; call EndRow after.
    std::string& Row()
    {
        return m_buffer;
    }

    /// @throws RecordError if the buffer could not be written
    void EndRow();

    /// Writes what is left and closes. @throws RecordError @return the SHA-256 in hexadecimal
    std::string Finish();

  private:
    void Flush();

    struct CloseFile
    {
        void operator()(std::FILE* file) const;
    };

    std::filesystem::path m_path;
    std::unique_ptr<std::FILE, CloseFile> m_file;
    Sha256 m_digest;
    std::string m_buffer;
};

/// Appends a number to a row.
void Append(std::string& row, std::integral auto number)
{
    std::array<char, 24> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    row.append(text.data(), end);
}

/// Appends fields to a row that has one at least.
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

} // namespace swimlab
