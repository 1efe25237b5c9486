// SPDX-License-Identifier: GPL-2.0-only
//
// See alarms.h.
#include "alarms.h"

#include "swim-scheduler.h"

#include "ns3/simulator.h"

#include <utility>

namespace ns3
{

class Alarms::Event : public SwimForeseenEvent
{
  public:
    Event(Alarms& alarms, uint32_t member)
        : m_alarms(alarms),
          m_member(member)
    {
    }

    void Approach() const override
    {
        __builtin_prefetch(&m_alarms.m_atNs[m_member]);
        __builtin_prefetch(&m_alarms.m_sleepers[m_member]);
    }

    void Foresee() const override
    {
        SwimPrefetch(m_alarms.m_sleepers[m_member], m_alarms.m_sleeperBytes);
    }

  private:
    void Notify() override
    {
        m_alarms.Ring(m_member);
    }

    Alarms& m_alarms;
    uint32_t m_member;
};

Alarms::Alarms(std::size_t sleeperBytes)
    : m_sleeperBytes(sleeperBytes)
{
    SwimForeseenEvent::Register(typeid(Event));
}

void Alarms::Add()
{
    m_atNs.push_back(NEVER_NS);
    m_sleepers.push_back(nullptr);
}

void Alarms::Set(uint32_t member, Sleeper& sleeper, int64_t atNs)
{
    if (m_atNs[member] == atNs)
    {
        return;
    }
    m_atNs[member] = atNs;
    m_sleepers[member] = &sleeper;
    if (atNs == NEVER_NS)
    {
        return;
    }
    const Entry alarm{atNs, member};
    const int64_t slotsAhead = SlotOf(atNs) - SlotOf(Simulator::Now().GetNanoSeconds());
    if (slotsAhead == 0 || slotsAhead >= SLOTS)
    {
        MakeEvent(alarm);
        return;
    }
    Slot& slot = m_wheel[SlotOf(atNs) % SLOTS];
    if (slot.chunks.empty())
    {
        const Time opens = NanoSeconds(SlotOf(atNs) << SLOT_BITS);
        Simulator::Schedule(opens - Simulator::Now(), &Alarms::Open, this, SlotOf(atNs));
    }
    if (slot.next == slot.end)
    {
        Grow(slot);
    }
    *slot.next++ = alarm;
}

void Alarms::Grow(Slot& slot)
{
    if (m_spare.empty())
    {
        m_spare.push_back(std::make_unique_for_overwrite<Chunk>());
    }
    slot.chunks.push_back(std::move(m_spare.back()));
    m_spare.pop_back();
    slot.next = slot.chunks.back()->data();
    slot.end = slot.next + CHUNK_ENTRIES;
}

void Alarms::MakeEvent(const Entry& alarm)
{
    Simulator::Schedule(NanoSeconds(alarm.atNs) - Simulator::Now(),
                        Ptr<EventImpl>(new Event(*this, alarm.member), false));
}

void Alarms::Open(int64_t slot)
{
    Slot& alarms = m_wheel[slot % SLOTS];
    for (std::unique_ptr<Chunk>& chunk : alarms.chunks)
    {
        const bool isLast = &chunk == &alarms.chunks.back();
        const Entry* const end = isLast ? alarms.next : chunk->data() + CHUNK_ENTRIES;
        for (const Entry* alarm = chunk->data(); alarm != end; ++alarm)
        {
            if (m_atNs[alarm->member] == alarm->atNs)
            {
                MakeEvent(*alarm);
            }
        }
        m_spare.push_back(std::move(chunk));
    }
    alarms.chunks.clear();
    alarms.next = alarms.end = nullptr;
}

void Alarms::Ring(uint32_t member)
{
    if (m_atNs[member] == Simulator::Now().GetNanoSeconds())
    {
        m_atNs[member] = NEVER_NS;
        m_sleepers[member]->OnAlarm();
    }
}

} // namespace ns3
