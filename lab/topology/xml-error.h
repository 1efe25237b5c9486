// SPDX-License-Identifier: GPL-2.0-only
//
// What is wrong with an XML document, and in which line.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace swimlab
{

class XmlError : public std::runtime_error
{
  public:
    /// @param line from 1; 0: the document as a whole
    XmlError(std::size_t line, const std::string& message)
        : std::runtime_error((line == 0 ? "" : "line " + std::to_string(line) + ": ") + message)
    {
    }
};

} // namespace swimlab
