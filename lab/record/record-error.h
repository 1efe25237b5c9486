// SPDX-License-Identifier: GPL-2.0-only
//
// What is wrong with a record.
#pragma once

#include <stdexcept>

namespace swimlab
{

/// A record cannot be written (disk full, folder gone), or does not fit docs/records.md. The message
/// names the file, where it can the line, and what would be right.
class RecordError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

} // namespace swimlab
