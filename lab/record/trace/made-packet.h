// SPDX-License-Identifier: GPL-2.0-only
//
// Headers of IP, UDP and TCP around a message that travelled without any, for a capture.
#pragma once

#include "lab/record/trace/capture.h"

#include <string>

namespace swimlab
{

/// The most bytes of a stream's message in one packet.
inline constexpr std::size_t MADE_SEGMENT_BYTES = 32768;

/// The most bytes of a datagram: what UDP's length can say.
inline constexpr std::size_t MADE_DATAGRAM_BYTES = 65507;

/// Appends a whole packet from its IP header on, with right checksums.
/// @param payload at most MADE_DATAGRAM_BYTES @param stream of TCP; else of UDP
void MakePacket(const MadeAddresses& addresses,
                bool stream,
                swim::wire::ByteView payload,
                std::string& packet);

} // namespace swimlab
