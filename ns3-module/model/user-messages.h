// SPDX-License-Identifier: GPL-2.0-only
//
// The broadcasts of those who use a cluster: each is passed on by gossip and told once.
//
// The protocol carries payloads and cannot tell whether it has carried one before; who uses it must
// know by something in the payload. Here that is the member who sent it and a number. Private to
// this module, as it is C++20.
#pragma once

#include "swim/application.h"

#include <cstdint>
#include <functional>
#include <set>
#include <utility>

namespace ns3
{

/// Of one member, over all of its lives.
class UserMessages : public swim::Application
{
  public:
    /// How much longer a payload is on its way.
    static constexpr std::size_t HEADER_BYTES = 8;

    /// @param origin the member who sent it @param payload as it was given to Wrap
    using OnMessage = std::function<void(uint32_t origin, swim::wire::ByteView payload)>;

    /// @param onMessage runs in the midst of what the member does
    UserMessages(uint32_t member, OnMessage onMessage);

    /// @return what to broadcast
    swim::wire::Bytes Wrap(swim::wire::ByteView payload);

    bool OnUserMessage(swim::wire::ByteView message) override;

  private:
    uint32_t m_member;
    OnMessage m_onMessage;
    uint32_t m_sent = 0;
    std::set<std::pair<uint32_t, uint32_t>> m_known; //!< by member and number
};

} // namespace ns3
