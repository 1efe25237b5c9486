// SPDX-License-Identifier: GPL-2.0-only
//
// Who is shown the messages of one process themselves, with whom they went to or came from.
//
// Counting them (SwimObserver) needs neither, and the laboratory does no more: a process without a
// tap spends one comparison a message. Private to this module, as it is C++20.
#pragma once

#include "swim/types.h"
#include "swim/wire.h"

#include <cstdint>

namespace ns3
{

/// Its methods run in the midst of what the process does and must not act on members.
class MessageTap
{
  public:
    virtual void OnSent(const swim::Address& to, swim::wire::ByteView message) = 0;
    virtual void OnReceived(const swim::Address& from, swim::wire::ByteView message) = 0;

    /// A stream was opened, and its request sent. @param exchange names it until it ends
    virtual void OnStreamOpened(uint32_t exchange,
                                const swim::Address& to,
                                swim::wire::ByteView request) = 0;
    virtual void OnStreamAnswered(uint32_t exchange, swim::wire::ByteView answer) = 0;
    virtual void OnStreamGone(uint32_t exchange) = 0;

  protected:
    ~MessageTap() = default;
};

} // namespace ns3
