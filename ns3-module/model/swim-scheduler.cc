// SPDX-License-Identifier: GPL-2.0-only
//
// See swim-scheduler.h.
#include "swim-scheduler.h"

#include "ns3/abort.h"

#include <algorithm>
#include <functional>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SwimScheduler);

std::array<const std::type_info*, 2> SwimForeseenEvent::s_types{};

void SwimForeseenEvent::Register(const std::type_info& type)
{
    for (const std::type_info*& known : s_types)
    {
        if (known == nullptr || known == &type)
        {
            known = &type;
            return;
        }
    }
    NS_ABORT_MSG("more kinds of foreseen events than From compares");
}

TypeId SwimScheduler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SwimScheduler")
                            .SetParent<Scheduler>()
                            .SetGroupName("Swim")
                            .AddConstructor<SwimScheduler>();
    return tid;
}

void SwimScheduler::Insert(const Event& event)
{
    m_heap.push_back(event);
    std::push_heap(m_heap.begin(), m_heap.end(), std::greater<>());
}

bool SwimScheduler::IsEmpty() const
{
    return m_heap.empty();
}

Scheduler::Event SwimScheduler::PeekNext() const
{
    return m_heap.front();
}

Scheduler::Event SwimScheduler::RemoveNext()
{
    std::pop_heap(m_heap.begin(), m_heap.end(), std::greater<>());
    const Event next = m_heap.back();
    m_heap.pop_back();

    // The second and third event are mostly among the root's children, and so on.
    constexpr std::size_t SECOND = 1;
    constexpr std::size_t FOURTH = 3;
    constexpr std::size_t END = 7;
    const std::size_t size = m_heap.size();
    for (std::size_t i = FOURTH; i < std::min(size, END); ++i)
    {
        __builtin_prefetch(m_heap[i].impl);
    }
    for (std::size_t i = SECOND; i < std::min(size, FOURTH); ++i)
    {
        if (const auto* const event = SwimForeseenEvent::From(m_heap[i].impl))
        {
            event->Approach();
        }
    }
    if (size > 0)
    {
        if (const auto* const event = SwimForeseenEvent::From(m_heap.front().impl))
        {
            event->Foresee();
        }
    }
    return next;
}

void SwimScheduler::Remove(const Event& event)
{
    const auto found = std::find(m_heap.begin(), m_heap.end(), event);
    NS_ABORT_MSG_IF(found == m_heap.end(), "an event to remove must be scheduled");
    *found = m_heap.back();
    m_heap.pop_back();
    std::make_heap(m_heap.begin(), m_heap.end(), std::greater<>());
}

} // namespace ns3
