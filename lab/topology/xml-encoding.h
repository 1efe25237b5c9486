// SPDX-License-Identifier: GPL-2.0-only
//
// The bytes of an XML document as UTF-8, by what the document says of itself: a byte order mark, or the
// encoding in its first line, or else UTF-8 (XML 1.0, appendix F).
//
// What another encoding is, iconv knows. A document that is not what it says is refused: its labels would
// be other words, and members are aimed at by labels.
#pragma once

#include "lab/topology/xml-error.h"

#include <string>
#include <string_view>

namespace swimlab
{

/// @return UTF-8 without a byte order mark, lines ending in '\n' alone @throws XmlError
std::string DecodeXml(std::string_view bytes);

} // namespace swimlab
