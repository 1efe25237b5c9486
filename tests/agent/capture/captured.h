// SPDX-License-Identifier: MIT
//
// What passed between an agent of ours and a real one: messages as they were on the wire, each as a
// line of text with what it means, so that a file of them can be read and replayed.
//
//   # for people
//   key MDEyMzQ1Njc4OWFiY2RlZg==       under which they are sealed; nothing: in plain
//   compression on                     what both sides do; off: neither
//   in datagram 0c889ea0...            in: from the real agent; datagram, request or answer
//     crc alive b@1                    what is in it, and which layers are around it
#pragma once

#include "swim/envelope.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace swim
{

enum class Shape
{
    DATAGRAM,
    REQUEST, ///< on a stream that the sender opened
    ANSWER,
};

struct Captured
{
    bool inbound = false;
    Shape shape = Shape::DATAGRAM;
    Bytes bytes;
};

/// How both sides wrap what they send.
struct Layers
{
    std::string name;
    bool compression = false;
    std::string key = {}; ///< base64; empty: no encryption
};

/// What a message turned out to be.
struct Meaning
{
    std::string words;      ///< "sealed-1 crc compound(ping 4 b by a, suspect c@1 by a)"
    std::string refusal;    ///< why it could not be read; empty: it could
    bool canonical = false; ///< our encoders, given its parts, write the very same bytes
};

/// Opens every layer, decodes every part, and puts all together again.
Meaning Read(const Captured& captured, const Layers& layers);

/// @return the words without names and numbers: "sealed crc compound(ping suspect)"
std::string KindOf(const std::string& words);

struct CaptureFile
{
    Layers layers;
    std::vector<std::pair<Captured, std::string>> messages; ///< each with its words
};

std::string ToText(const CaptureFile& file, const std::string& about);

/// @throw std::runtime_error saying what in the text is wrong
CaptureFile FromText(const std::string& text);

} // namespace swim
