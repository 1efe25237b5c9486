// SPDX-License-Identifier: MIT
//
// A rule of the protocol that a cluster broke, as an exception: the run is over, its seed says all.
#pragma once

#include "virtual/virtual-network.h"

#include <stdexcept>
#include <string>

namespace swim
{

class Violation : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// @param rule what must hold, as a sentence
/// @param about the member that it should hold for, or NOBODY
/// @throw Violation unless it holds
inline void Require(bool holds, const char* rule, Member about = NOBODY)
{
    if (!holds) [[unlikely]]
    {
        throw Violation(about == NOBODY ? std::string(rule)
                                        : std::string(rule) + " (m" + std::to_string(about) + ")");
    }
}

/// @param about whose name it is
inline void Require(bool holds, const char* rule, NameId about)
{
    Require(holds, rule, VirtualNetwork::MemberOf(about));
}

/// What an invariant looks at: a node that has just handled an input.
struct Step
{
    const VirtualNetwork& network;
    Member member;
    const Node& node;
    const Outbox& out;
    const Input& input;
};

} // namespace swim
