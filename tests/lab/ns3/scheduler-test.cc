// SPDX-License-Identifier: GPL-2.0-only
//
// The scheduler that looks ahead, against ns-3's own: the same order, whatever is inserted, taken
// and removed; and what it tells events changes nothing but that they were told.
#include "swim/rng.h"

#include "ns3/map-scheduler.h"
#include "ns3/ptr.h"
#include "ns3/swim-scheduler.h"

#include <gtest/gtest.h>
#include <vector>

namespace ns3
{

namespace
{

class Quiet : public EventImpl
{
  private:
    void Notify() override
    {
    }
};

class Told : public SwimForeseenEvent
{
  public:
    void Approach() const override
    {
        ++approached;
    }

    void Foresee() const override
    {
        ++foreseen;
    }

    mutable int approached = 0;
    mutable int foreseen = 0;

  private:
    void Notify() override
    {
    }
};

Scheduler::Event At(uint64_t time, uint32_t uid, EventImpl* event)
{
    return {event, {time, uid, 0}};
}

TEST(SwimScheduler, KeepsTheOrderOfMapScheduler)
{
    swim::Rng rng(1, 1);
    const auto ours = CreateObject<SwimScheduler>();
    const auto theirs = CreateObject<MapScheduler>();
    Quiet event;
    std::vector<Scheduler::Event> inserted;
    uint64_t now = 0;
    for (uint32_t uid = 0; uid < 20'000; ++uid)
    {
        // Few different times, so that many events are at the same one.
        inserted.push_back(At(now + rng.Below(50), uid, &event));
        ours->Insert(inserted.back());
        theirs->Insert(inserted.back());
        if (rng.Below(50) == 0)
        {
            const auto chosen = inserted.back();
            ours->Remove(chosen);
            theirs->Remove(chosen);
        }
        for (uint64_t take = rng.Below(3); take > 0 && !theirs->IsEmpty(); --take)
        {
            ASSERT_EQ(ours->PeekNext().key.m_uid, theirs->PeekNext().key.m_uid);
            const Scheduler::Event next = ours->RemoveNext();
            ASSERT_EQ(next.key.m_uid, theirs->RemoveNext().key.m_uid);
            now = next.key.m_ts;
        }
        ASSERT_EQ(ours->IsEmpty(), theirs->IsEmpty());
    }
}

TEST(SwimScheduler, TellsEventsOfRegisteredClassesBeforeTheirTime)
{
    SwimForeseenEvent::Register(typeid(Told));
    const auto scheduler = CreateObject<SwimScheduler>();
    Quiet quiet;
    Told second;
    Told third;
    scheduler->Insert(At(1, 1, &quiet));
    scheduler->Insert(At(2, 2, &second));
    scheduler->Insert(At(3, 3, &third));
    scheduler->RemoveNext();
    EXPECT_EQ(second.foreseen, 1);
    EXPECT_EQ(third.foreseen, 0);
    EXPECT_EQ(third.approached, 1);
    scheduler->RemoveNext();
    EXPECT_EQ(third.foreseen, 1);
    EXPECT_EQ(second.foreseen, 1) << "what was taken is not told again";
}

} // namespace

} // namespace ns3
