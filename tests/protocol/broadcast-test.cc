// SPDX-License-Identifier: MIT
//
// The queue of updates: memberlist's order, its limit, and one update a member. The cases are those
// of memberlist's queue_test.go; a naive queue that sorts everything each time checks the rest.
#include "swim/broadcast.h"
#include "swim/rng.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace swim
{

namespace
{

constexpr std::size_t PLENTY = 1u << 20;
constexpr std::size_t ANY_NUMBER = 127;

/// @param subject number of a name
Update About(std::uint32_t subject, std::uint32_t incarnation = 1)
{
    return Update::Suspect(NameId(subject), incarnation, NameId(0));
}

std::vector<std::uint32_t> Subjects(const std::vector<UpdateQueue::Taken>& taken)
{
    std::vector<std::uint32_t> subjects;
    for (const auto& one : taken)
    {
        subjects.push_back(one.what.Subject().Value());
    }
    return subjects;
}

std::vector<std::uint32_t> TakeSubjects(UpdateQueue& queue,
                                        std::size_t budget,
                                        std::size_t overhead,
                                        std::uint32_t limit,
                                        std::size_t most = ANY_NUMBER)
{
    std::vector<UpdateQueue::Taken> taken;
    queue.Take(budget, overhead, most, limit, taken);
    return Subjects(taken);
}

using Names = std::vector<std::uint32_t>;

std::uint32_t LimitOf(std::string_view preset, std::uint32_t members)
{
    return RetransmitLimit(Preset(preset).value(), members);
}

TEST(RetransmitLimit, IsMemberlistsMultipleOfTheDecimalLogarithm)
{
    Config config = Preset("memberlist-lan").value();
    config.retransmitMult = 3; // memberlist's util_test.go
    EXPECT_EQ(RetransmitLimit(config, 0), 0u);
    EXPECT_EQ(RetransmitLimit(config, 1), 3u);
    EXPECT_EQ(RetransmitLimit(config, 99), 6u);
    EXPECT_EQ(RetransmitLimit(config, 100), 9u);
    EXPECT_EQ(LimitOf("memberlist-lan", 9), 4u);
    EXPECT_EQ(LimitOf("memberlist-lan", 10), 8u);
    EXPECT_EQ(LimitOf("memberlist-local", 10), 4u);
}

TEST(RetransmitLimit, IsThePapersMultipleOfTheNaturalLogarithm)
{
    EXPECT_EQ(LimitOf("swim", 18), 9u);
    EXPECT_EQ(LimitOf("swim", 20), 12u);
    EXPECT_EQ(LimitOf("swim", 52), 12u);
    EXPECT_EQ(LimitOf("swim", 54), 15u);
}

TEST(RetransmitLimit, IsMemlistsLogarithmAndOne)
{
    EXPECT_EQ(LimitOf("memlist", 1), 1u);
    EXPECT_EQ(LimitOf("memlist", 10), 2u);
    EXPECT_EQ(LimitOf("memlist", 11), 3u);
    EXPECT_EQ(LimitOf("memlist", 100), 3u);
}

TEST(Broadcast, OffersFewestTransmissionsFirst)
{
    UpdateQueue queue;
    queue.Push(About(1), 10);
    EXPECT_EQ(TakeSubjects(queue, 10, 0, 9), (Names{1}));
    queue.Push(About(2), 10);
    EXPECT_EQ(TakeSubjects(queue, 10, 0, 9), (Names{2})) << "1 has been sent once already";
    EXPECT_EQ(TakeSubjects(queue, 20, 0, 9), (Names{2, 1})) << "of equals the newer";
}

TEST(Broadcast, OffersTheLargestFirstAndThenTheNewest)
{
    UpdateQueue queue;
    queue.Push(About(1), 10);
    queue.Push(About(2), 30);
    queue.Push(About(3), 20);
    queue.Push(About(4), 20);
    EXPECT_EQ(TakeSubjects(queue, PLENTY, 0, 9), (Names{2, 4, 3, 1}));
}

TEST(Broadcast, PassesOverWhatDoesNotFit)
{
    UpdateQueue queue;
    queue.Push(About(1), 50);
    queue.Push(About(2), 40);
    queue.Push(About(3), 9);
    EXPECT_EQ(TakeSubjects(queue, 60, 0, 9), (Names{1, 3}));
    EXPECT_EQ(TakeSubjects(queue, 60, 0, 9), (Names{2, 3})) << "what was passed over comes next";
}

TEST(Broadcast, CountsTheOverheadOfEachUpdate)
{
    UpdateQueue queue;
    for (std::uint32_t name = 0; name < 4; ++name)
    {
        queue.Push(About(name), 18);
    }
    EXPECT_EQ(TakeSubjects(queue, 59, 2, 9).size(), 2u);
    EXPECT_EQ(TakeSubjects(queue, 60, 2, 9).size(), 3u);
    EXPECT_EQ(TakeSubjects(queue, 61, 2, 9).size(), 3u);
}

TEST(Broadcast, DropsAnUpdateAfterItsLimit)
{
    for (std::uint32_t limit = 1; limit <= 5; ++limit)
    {
        UpdateQueue queue;
        queue.Push(About(1), 10);
        for (std::uint32_t sent = 0; sent < limit; ++sent)
        {
            ASSERT_TRUE(queue.Contains(NameId(1)));
            EXPECT_EQ(TakeSubjects(queue, PLENTY, 0, limit), (Names{1}));
        }
        EXPECT_FALSE(queue.Contains(NameId(1)));
        EXPECT_TRUE(queue.Empty());
    }
}

TEST(Broadcast, NewsReplacesOlderNewsOfTheSameMember)
{
    UpdateQueue queue;
    queue.Push(About(1, 1), 10);
    queue.Push(About(2, 1), 10);
    TakeSubjects(queue, PLENTY, 0, 9);
    queue.Push(Update::Alive(NameId(1), 2, IdentityId(7)), 40);
    EXPECT_EQ(queue.Size(), 2u);
    std::vector<UpdateQueue::Taken> taken;
    queue.Take(40, 0, ANY_NUMBER, 9, taken);
    ASSERT_EQ(taken.size(), 1u);
    EXPECT_EQ(taken[0].what.Kind(), UpdateKind::ALIVE);
    EXPECT_EQ(taken[0].what.Incarnation(), 2u);
    EXPECT_EQ(taken[0].size, 40u);
}

TEST(Broadcast, TakesAtMostAsManyAsAsked)
{
    UpdateQueue queue;
    for (std::uint32_t name = 0; name < 10; ++name)
    {
        queue.Push(About(name), 10);
    }
    EXPECT_EQ(TakeSubjects(queue, PLENTY, 2, 9, 6), (Names{9, 8, 7, 6, 5, 4}));
    EXPECT_EQ(TakeSubjects(queue, PLENTY, 2, 9, 6), (Names{3, 2, 1, 0, 9, 8}));
    EXPECT_TRUE(TakeSubjects(queue, PLENTY, 2, 9, 0).empty());
}

TEST(Broadcast, AnEmptyQueueGivesNothing)
{
    UpdateQueue queue;
    std::vector<UpdateQueue::Taken> taken{{About(1), 10}};
    queue.Take(PLENTY, 2, ANY_NUMBER, 9, taken);
    EXPECT_TRUE(taken.empty());
}

/// The queue's contract without its merging: sort everything before each use.
class NaiveQueue
{
  public:
    void Push(const Update& update, std::size_t size)
    {
        std::erase_if(m_items,
                      [&](const Item& i) { return i.update.Subject() == update.Subject(); });
        m_items.push_back({update, size, 0, m_pushed++});
    }

    std::vector<std::uint32_t> Take(std::size_t budget,
                                    std::size_t overhead,
                                    std::uint32_t limit,
                                    std::size_t most)
    {
        std::ranges::sort(m_items, [](const Item& a, const Item& b) {
            return std::tuple(a.transmits, ~a.size, ~a.age) <
                   std::tuple(b.transmits, ~b.size, ~b.age);
        });
        std::vector<std::uint32_t> taken;
        for (Item& item : m_items)
        {
            if (taken.size() < most && item.size + overhead <= budget)
            {
                budget -= item.size + overhead;
                taken.push_back(item.update.Subject().Value());
                ++item.transmits;
            }
        }
        std::erase_if(m_items, [&](const Item& item) { return item.transmits >= limit; });
        return taken;
    }

    std::size_t Size() const
    {
        return m_items.size();
    }

    bool Contains(NameId subject) const
    {
        return std::ranges::any_of(m_items,
                                   [&](const Item& i) { return i.update.Subject() == subject; });
    }

  private:
    struct Item
    {
        Update update;
        std::size_t size;
        std::uint32_t transmits;
        std::uint64_t age;
    };

    std::vector<Item> m_items;
    std::uint64_t m_pushed = 0;
};

/// Updates of either kind that a queue stores differently.
Update AnyUpdate(std::uint32_t subject, bool common)
{
    return common ? Update::Alive(NameId(subject), 1, IdentityId(subject)) : About(subject, 3);
}

RC_GTEST_PROP(Broadcast, TakesWhatSortingEverythingWouldTake, ())
{
    UpdateQueue queue;
    NaiveQueue naive;
    const auto limit = *rc::gen::inRange<std::uint32_t>(1, 6);
    const auto steps = *rc::gen::inRange(1, 200);
    for (int step = 0; step < steps; ++step)
    {
        if (*rc::gen::inRange(0, 3) > 0)
        {
            const auto update =
                AnyUpdate(*rc::gen::inRange<std::uint32_t>(0, 40), *rc::gen::arbitrary<bool>());
            const auto size = *rc::gen::inRange<std::size_t>(20, 60);
            queue.Push(update, size);
            naive.Push(update, size);
        }
        else
        {
            const auto budget = *rc::gen::inRange<std::size_t>(0, 500);
            const auto most = *rc::gen::inRange<std::size_t>(0, 12);
            RC_ASSERT(TakeSubjects(queue, budget, 2, limit, most) ==
                      naive.Take(budget, 2, limit, most));
        }
        RC_ASSERT(queue.Size() == naive.Size());
    }
}

TEST(Broadcast, KeepsItsOrderWhenThousandsWait)
{
    Rng rng(1, 1);
    UpdateQueue queue;
    NaiveQueue naive;
    for (int step = 0; step < 4000; ++step)
    {
        // Floods of news, and long times in which the queue drains.
        const std::uint64_t pushes = step % 1000 < 300 ? rng.Below(20) : rng.Below(2);
        for (std::uint64_t i = 0; i < pushes; ++i)
        {
            const auto subject = static_cast<std::uint32_t>(rng.Below(3000));
            const Update update = AnyUpdate(subject, rng.Below(4) > 0);
            const std::size_t size = rng.Below(8) > 0 ? 60 : 40 + rng.Below(20);
            queue.Push(update, size);
            naive.Push(update, size);
        }
        const std::size_t budget = rng.Below(1400);
        ASSERT_EQ(TakeSubjects(queue, budget, 2, 4), naive.Take(budget, 2, 4, ANY_NUMBER));
        ASSERT_EQ(queue.Size(), naive.Size());
        const NameId subject(static_cast<std::uint32_t>(rng.Below(3000)));
        ASSERT_EQ(queue.Contains(subject), naive.Contains(subject));
    }
}

} // namespace

} // namespace swim
