// SPDX-License-Identifier: MIT
//
// A datagram taken apart without the node's help, for invariants to judge and for people to read.
#pragma once

#include "violation.h"

#include <string>
#include <variant>
#include <vector>

namespace swim
{

struct Suspicion
{
    wire::Accusation accusation;
};

struct Death
{
    wire::Accusation accusation;
};

/// What an application broadcasts.
struct UserMessage
{
    std::size_t size = 0;
};

using Message = std::variant<wire::Ping,
                             wire::PingReq,
                             wire::Ack,
                             wire::Nack,
                             wire::Alive,
                             Suspicion,
                             Death,
                             UserMessage>;

/// @return the datagram's messages, pointing into its bytes
/// @throw Violation if any byte of it is not what our own members may send
std::vector<Message> Dissect(wire::ByteView datagram);

/// "ping 7 to m3, suspect m5@2 by m1"
std::string DescribeDatagram(wire::ByteView datagram);

/// The same for what a stream carries, push/pulls with every state.
std::string DescribeStream(wire::ByteView message);

std::string_view StateName(MemberState state);

} // namespace swim
