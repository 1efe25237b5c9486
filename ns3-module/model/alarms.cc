// SPDX-License-Identifier: GPL-2.0-only
//
// See alarms.h.
#include "alarms.h"

#include "swim-scheduler.h"

#include "ns3/simulator.h"

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
    std::vector<Entry>& slot = m_wheel[SlotOf(atNs) % SLOTS];
    if (slot.empty())
    {
        const Time opens = NanoSeconds(SlotOf(atNs) << SLOT_BITS);
        Simulator::Schedule(opens - Simulator::Now(), &Alarms::Open, this, SlotOf(atNs));
    }
    slot.push_back(alarm);
}

void Alarms::MakeEvent(const Entry& alarm)
{
    Simulator::Schedule(NanoSeconds(alarm.atNs) - Simulator::Now(),
                        Ptr<EventImpl>(new Event(*this, alarm.member), false));
}

void Alarms::Open(int64_t slot)
{
    std::vector<Entry>& alarms = m_wheel[slot % SLOTS];
    for (const Entry& alarm : alarms)
    {
        if (m_atNs[alarm.member] == alarm.atNs)
        {
            MakeEvent(alarm);
        }
    }
    alarms.clear();
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
