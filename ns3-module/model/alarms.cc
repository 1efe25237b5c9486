// SPDX-License-Identifier: GPL-2.0-only
//
// See alarms.h.
#include "alarms.h"

#include "ns3/event-impl.h"
#include "ns3/simulator.h"

namespace ns3
{

class Alarms::Event : public EventImpl
{
  public:
    Event(Alarms& alarms, uint32_t member)
        : m_alarms(alarms),
          m_member(member)
    {
    }

  private:
    void Notify() override
    {
        m_alarms.Ring(m_member);
    }

    Alarms& m_alarms;
    uint32_t m_member;
};

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
    if (atNs != NEVER_NS)
    {
        Simulator::Schedule(NanoSeconds(atNs) - Simulator::Now(),
                            Ptr<EventImpl>(new Event(*this, member), false));
    }
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
