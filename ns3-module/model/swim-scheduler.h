// SPDX-License-Identifier: GPL-2.0-only
//
// A scheduler of ns-3 that looks ahead.
//
// With many members each event is about another one, whose memory is in no cache: in a cluster of
// 10,000 the processor waits for memory half of its time. A scheduler knows who comes next. So this
// one tells events before their time, who then ask for the memory that they will need.
#ifndef SWIM_SCHEDULER_H
#define SWIM_SCHEDULER_H

#include "ns3/event-impl.h"
#include "ns3/scheduler.h"

#include <array>
#include <cstddef>
#include <typeinfo>
#include <vector>

namespace ns3
{

/**
 * @ingroup swim
 * An event that can be told that its time is near.
 *
 * It changes nothing that anybody can see: being told is a hint, and may never come or come often.
 */
class SwimForeseenEvent : public EventImpl
{
  public:
    /// One of the next few: ask for the memory that tells what Foresee asks for.
    virtual void Approach() const = 0;

    /// The next one, as it seems.
    virtual void Foresee() const = 0;

    /// To be called once for each class derived from this one, before there are events of it.
    static void Register(const std::type_info& type);

    /// The event as one of these; null where its class is not registered.
    static const SwimForeseenEvent* From(const EventImpl* event)
    {
        // By the address of the type's description, which is far quicker than dynamic_cast.
        const std::type_info* const type = &typeid(*event);
        return type == s_types[0] || type == s_types[1]
                   ? static_cast<const SwimForeseenEvent*>(event)
                   : nullptr;
    }

  private:
    static std::array<const std::type_info*, 2> s_types;
};

/// Asks for memory, each of its cache lines at once.
inline void SwimPrefetch(const void* memory, std::size_t bytes)
{
    constexpr std::size_t CACHE_LINE = 64;
    for (std::size_t at = 0; at < bytes; at += CACHE_LINE)
    {
        __builtin_prefetch(static_cast<const char*>(memory) + at);
    }
}

/**
 * @ingroup swim
 * A heap, as ns3::PriorityQueueScheduler, and in the same order.
 */
class SwimScheduler : public Scheduler
{
  public:
    static TypeId GetTypeId();

    void Insert(const Event& event) override;
    bool IsEmpty() const override;
    Event PeekNext() const override;
    Event RemoveNext() override;
    void Remove(const Event& event) override;

  private:
    std::vector<Event> m_heap; //!< the earliest in front
};

} // namespace ns3

#endif // SWIM_SCHEDULER_H
