// SPDX-License-Identifier: MIT
//
// What a driver does for Serf's agents around its node, and for the application's user messages.
#include "agent/driver.h"

#include <string_view>

namespace swim
{

Failure Driver::SendSerfEvent(std::string_view name, ByteView payload)
{
    return m_serf ? Broadcast(m_serf->MakeEvent(name, payload))
                  : Failure("only a member with the option serf sends events of Serf's");
}

void Driver::HearUserMessage(ByteView message)
{
    const bool unheard = m_serf && m_serf->Hear(message);
    if (m_listener == nullptr || (m_serf && !unheard))
    {
        return;
    }
    if (m_listener->OnUserMessage(message) && !m_serf)
    {
        Broadcast(message);
    }
}

/// Sends what the neighbours of Serf's kind are owed.
void Driver::RunErrands()
{
    if (!m_serf)
    {
        return;
    }
    for (const serf::Companion::Errand& errand : m_serf->Take())
    {
        if (errand.to)
        {
            Send(*errand.to, errand.message, Delivery::DATAGRAM, [](const Failure&) {});
        }
        else
        {
            Broadcast(errand.message);
        }
    }
}

} // namespace swim
