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
    if (!m_amongSerf)
    {
        return "only a member among Serf's agents sends events of theirs";
    }
    const Failure refusal = RefusalOnceLeft();
    return refusal ? refusal : PassOn(m_serf->MakeEvent(name, payload));
}

/// Called by the node, under the lock. @return whether it is Serf's, and not the application's
bool Driver::HearSerfState(ByteView state)
{
    if (!m_serf || (!m_amongSerf && !serf::DecodeState(state, {})))
    {
        return false;
    }
    m_serf->HearState(state);
    MeetSerf();
    return true;
}

/// Says how we stand, the first time that we learn of somebody who minds.
void Driver::MeetSerf()
{
    if (!m_amongSerf.exchange(true))
    {
        m_serf->Announce();
    }
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

void Driver::HearUserMessage(const Bytes& message)
{
    const bool serfs = m_serf && serf::Decode(message) && (m_amongSerf || KnowsSpeakersOfSerf());
    if (serfs)
    {
        const bool unheard = m_serf->Hear(message);
        MeetSerf();
        if (unheard)
        {
            // The companion has passed it on.
            m_audience.TellUserMessage(std::make_shared<const Bytes>(message), [] {});
        }
        return;
    }
    const auto shared = std::make_shared<const Bytes>(message);
    m_audience.TellUserMessage(shared, [this, shared] {
        m_transport.Post([this, shared] {
            if (const Failure failure = PassOn(*shared))
            {
                m_audience.Log(LogLevel::WARNING, "a message was not passed on: " + *failure);
            }
        });
    });
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
            PassOn(errand.message);
        }
    }
}

} // namespace swim
