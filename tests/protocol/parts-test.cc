// SPDX-License-Identifier: MIT
//
// The small parts that a node is made of: numbers of kinds, timers, and what is waited for.
#include "swim/deadline-list.h"
#include "swim/ids.h"
#include "swim/timers.h"
#include "swim/versions.h"

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <gtest/gtest.h>
#include <span>
#include <unordered_set>
#include <vector>

namespace swim
{

namespace
{

using namespace std::chrono_literals;

constexpr Instant START{100s};

// A number of one kind is none of another, and no plain number is either.
static_assert(!std::equality_comparable_with<NameId, Slot>);
static_assert(!std::convertible_to<IdentityId, NameId>);
static_assert(!std::convertible_to<std::uint32_t, Slot>);
static_assert(!std::convertible_to<Slot, std::uint32_t>);
static_assert(sizeof(Slot) == sizeof(std::uint32_t));

/// What is waited for.
struct Waited
{
    std::uint32_t id;
    Instant deadline;
};

} // namespace

TEST(Ids, NoneIsNoneOfAllThatCount)
{
    EXPECT_EQ(NameId(), NONE);
    for (const NameId name : FirstIds<NameId>(1000))
    {
        ASSERT_NE(name, NONE);
        ASSERT_LT(name, NameId());
    }
}

TEST(Ids, FirstIdsAreThoseFromZeroOn)
{
    std::vector<std::uint32_t> values;
    std::unordered_set<Slot> slots;
    for (const Slot slot : FirstIds<Slot>(3))
    {
        values.push_back(slot.Value());
        slots.insert(slot);
    }
    EXPECT_EQ(values, (std::vector<std::uint32_t>{0, 1, 2}));
    EXPECT_EQ(slots.size(), 3u);
    for (const Slot slot : FirstIds<Slot>(0))
    {
        ADD_FAILURE() << slot;
    }
}

TEST(Timers, OfEqualDeadlinesTheFirstKindComesFirst)
{
    Timers timers;
    EXPECT_EQ(timers.Earliest(), NEVER);
    timers[Timer::GOSSIP_TICK] = START;
    timers[Timer::PROBE_VERDICT] = START;
    timers[Timer::SEED_TICK] = START + 1s;
    EXPECT_EQ(timers.Earliest(), START);
    EXPECT_EQ(timers.At(START), Timer::PROBE_VERDICT);
    EXPECT_TRUE(timers.IsArmed(Timer::SEED_TICK));
    EXPECT_FALSE(timers.IsArmed(Timer::PROBE_TICK));
}

TEST(Timers, MissedRoundsCollapseIntoTheNextThatIsStillToCome)
{
    Timers timers;
    timers[Timer::PROBE_TICK] = START;
    timers.ArmNextRound(Timer::PROBE_TICK, START, 1s);
    EXPECT_EQ(timers.Earliest(), START + 1s);
    timers.ArmNextRound(Timer::PROBE_TICK, START + 3500ms, 1s);
    EXPECT_EQ(timers.Earliest(), START + 4s) << "on the grid of the deadlines";
}

TEST(DeadlineList, GivesTheEarliestAndOfEqualOnesTheOlder)
{
    DeadlineList<Waited> list;
    EXPECT_EQ(list.NextDeadline(), NEVER);
    list.Add({7, START + 2s});
    list.Add({9, START + 1s});
    list.Add({8, START + 1s});
    EXPECT_EQ(list.NextDeadline(), START + 1s);
    EXPECT_EQ(list.First().id, 9u);
    list.First().deadline = START + 3s;
    EXPECT_EQ(list.First().id, 8u) << "a deadline that is put off comes later";
}

TEST(DeadlineList, TakesEachNumberOnce)
{
    DeadlineList<Waited> list;
    list.Add({7, START});
    list.Add({8, START + 1s});
    EXPECT_FALSE(list.Take(6));
    ASSERT_TRUE(list.Take(7));
    EXPECT_FALSE(list.Take(7));
    EXPECT_EQ(list.Size(), 1u);
    EXPECT_EQ(list.NextDeadline(), START + 1s);
    ASSERT_TRUE(list.Take(8));
    EXPECT_TRUE(list.Empty());
}

TEST(VersionsTest, AreReadAndToldByteForByte)
{
    const std::uint8_t vsn[] = {1, 4, 2, 3, 6, 5};
    const Versions versions = Versions::Read(vsn, {});
    EXPECT_TRUE(std::ranges::equal(versions.Bytes(), vsn));
    EXPECT_EQ(versions.protocolMax, 4);
    EXPECT_TRUE(versions.SendsNacks());
    EXPECT_FALSE(versions.ChecksCrcs());
    const std::span<const std::uint8_t> torn = std::span(vsn).first(5);
    EXPECT_EQ(Versions::Read(torn, OUR_VERSIONS), OUR_VERSIONS) << "as if nothing was told";
}

} // namespace swim
