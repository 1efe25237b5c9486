// SPDX-License-Identifier: GPL-2.0-only
//
// See user-messages.h.
#include "user-messages.h"

namespace ns3
{

namespace
{

void Put(swim::wire::Bytes& bytes, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
    {
        bytes.push_back(static_cast<uint8_t>(number >> shift));
    }
}

uint32_t Get(swim::wire::ByteView bytes)
{
    return static_cast<uint32_t>(bytes[0]) << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

} // namespace

UserMessages::UserMessages(uint32_t member, OnMessage onMessage)
    : m_member(member),
      m_onMessage(std::move(onMessage))
{
}

swim::wire::Bytes UserMessages::Wrap(swim::wire::ByteView payload)
{
    m_known.emplace(m_member, m_sent);
    swim::wire::Bytes message;
    Put(message, m_member);
    Put(message, m_sent++);
    message.insert(message.end(), payload.begin(), payload.end());
    return message;
}

bool UserMessages::OnUserMessage(swim::wire::ByteView message)
{
    if (message.size() < HEADER_BYTES)
    {
        return false;
    }
    const uint32_t origin = Get(message);
    const bool isNew = m_known.emplace(origin, Get(message.subspan(4))).second;
    if (isNew)
    {
        m_onMessage(origin, message.subspan(HEADER_BYTES));
    }
    return isNew;
}

} // namespace ns3
