// SPDX-License-Identifier: MIT
//
// What a driver does for Serf's agents around its node, and for the application's user messages.
//
// Whether there are any is learned by what only they send: the state that goes with each of their
// push/pulls, or their messages by gossip from members whose versions say that they may be Serf's.
// Our own advertise versions that Serf accepts, so versions alone do not tell.
#include "agent/driver.h"

#include <string_view>

namespace swim
{

namespace
{

/// The oldest version of its own protocol that Serf still speaks; memberlist without Serf tells 0.
constexpr std::uint8_t SERF_DELEGATE_MIN = 2;

} // namespace

Failure Driver::SendSerfEvent(std::string_view name, ByteView payload)
{
    return m_amongSerf ? Broadcast(m_serf->MakeEvent(name, payload))
                       : Failure("only a member among Serf's agents sends events of theirs");
}

/// Called by the node, under the lock.
void Driver::HearSerfState(ByteView state)
{
    if (!m_serf || (!m_amongSerf && !serf::DecodeState(state, {})))
    {
        return;
    }
    m_serf->HearState(state);
    if (!m_amongSerf.exchange(true))
    {
        m_serf->Join();
    }
}

Bytes Driver::SerfState() const
{
    return m_amongSerf ? m_serf->State() : Bytes();
}

bool Driver::KnowsSpeakersOfSerf() const
{
    const std::lock_guard lock(m_mutex);
    const MemberTable& table = m_node->Members();
    for (const Slot slot : FirstIds<Slot>(table.Slots()))
    {
        const PeerRecord record = table.At(slot);
        if (!record.Present())
        {
            continue;
        }
        const Identity& identity = m_directory.Get(record.identity);
        if (identity.name != m_node->Name() && identity.versions.delegate >= SERF_DELEGATE_MIN)
        {
            return true;
        }
    }
    return false;
}

void Driver::HearUserMessage(ByteView message)
{
    const bool serfs = m_serf && serf::Decode(message) && (m_amongSerf || KnowsSpeakersOfSerf());
    if (serfs)
    {
        const bool unheard = m_serf->Hear(message);
        if (!m_amongSerf.exchange(true))
        {
            m_serf->Join();
        }
        if (unheard && m_listener != nullptr)
        {
            m_listener->OnUserMessage(message); // the companion has passed it on
        }
        return;
    }
    if (m_listener != nullptr && m_listener->OnUserMessage(message))
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
