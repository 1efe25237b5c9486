// SPDX-License-Identifier: MIT
//
// Whom a node picks: the probe order, which owes every member its turn (SWIM section 4.3), and the
// random peers of gossip and ping-req, which owe every member the same chance.
//
// The chi-square tests run at a fixed seed and bound the statistic by its 0.9999 quantile: they say
// that no member is plainly favoured, and cannot fail by chance on another day.
#include "swim/order.h"
#include "swim/random-peers.h"

#include <gtest/gtest.h>
#include <numeric>
#include <set>

namespace swim
{

namespace
{

std::vector<Slot> Traversal(RoundOrder& order, std::uint32_t slots, Rng& rng)
{
    order.Restart(slots, rng);
    std::vector<Slot> traversal;
    for (Slot slot = order.Next(); slot != NONE && traversal.size() <= slots; slot = order.Next())
    {
        traversal.push_back(slot);
    }
    return traversal;
}

/// Pearson's statistic of counts that should all be alike.
double ChiSquare(const std::vector<int>& counts)
{
    const double expected =
        std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
    double sum = 0;
    for (const int count : counts)
    {
        sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
}

TEST(RoundOrder, VisitsEverySlotOnce)
{
    Rng rng(1, 1);
    RoundOrder order;
    std::vector<std::uint32_t> sizes(300);
    std::iota(sizes.begin(), sizes.end(), 0);
    sizes.insert(sizes.end(), {1000, 1023, 1024, 1025, 4096, 4097, 65536, 65537});
    for (const std::uint32_t slots : sizes)
    {
        std::vector<Slot> traversal = Traversal(order, slots, rng);
        std::ranges::sort(traversal);
        std::vector<Slot> all;
        for (const Slot slot : FirstIds<Slot>(slots))
        {
            all.push_back(slot);
        }
        ASSERT_EQ(traversal, all) << slots << " slots";
    }
}

TEST(RoundOrder, StaysAtItsEnd)
{
    Rng rng(1, 1);
    RoundOrder order;
    EXPECT_EQ(order.Next(), NONE);
    Traversal(order, 3, rng);
    EXPECT_EQ(order.Next(), NONE);
}

TEST(RoundOrder, LetsNoMemberWaitLongerThanTwoTraversals)
{
    Rng rng(1, 2);
    RoundOrder order;
    for (const std::uint32_t slots : {1u, 2u, 3u, 10u, 33u, 100u})
    {
        std::vector<std::uint32_t> last(slots, 0);
        std::uint32_t longest = 0;
        std::uint32_t period = 0;
        for (int round = 0; round < 200; ++round)
        {
            for (const Slot slot : Traversal(order, slots, rng))
            {
                longest = round == 0 ? longest : std::max(longest, period - last[slot.Value()]);
                last[slot.Value()] = period++;
            }
        }
        EXPECT_LE(longest, 2 * slots - 1) << slots << " slots";
    }
}

TEST(RoundOrder, IsAnotherEachTraversal)
{
    Rng rng(1, 3);
    RoundOrder order;
    std::set<std::vector<Slot>> orders;
    for (int round = 0; round < 200; ++round)
    {
        orders.insert(Traversal(order, 50, rng));
    }
    EXPECT_EQ(orders.size(), 200u);
}

/// How often a slot stood at a place and how often it followed another, over many traversals.
struct OrderCounts
{
    std::vector<int> places;  ///< slots x places
    std::vector<int> follows; ///< pairs of different slots
};

OrderCounts CountOrders(std::uint32_t slots, int traversals)
{
    Rng rng(1, slots);
    RoundOrder order;
    OrderCounts counts{std::vector<int>(slots * slots), std::vector<int>(slots * slots)};
    for (int round = 0; round < traversals; ++round)
    {
        const std::vector<Slot> traversal = Traversal(order, slots, rng);
        for (std::uint32_t place = 0; place < slots; ++place)
        {
            ++counts.places[traversal[place].Value() * slots + place];
            if (place > 0)
            {
                ++counts.follows[traversal[place - 1].Value() * slots + traversal[place].Value()];
            }
        }
    }
    std::erase(counts.follows, 0); // nobody follows himself
    return counts;
}

TEST(RoundOrder, FavoursNoPlaceAndNoSuccessor)
{
    struct Row
    {
        std::uint32_t slots;
        double places;  ///< 0.9999 quantile with (slots - 1)^2 degrees of freedom
        double follows; ///< and with slots * (slots - 1) - 1
    };

    for (const Row& row : {Row{4, 33.7, 37.4},
                           Row{5, 45.9, 50.8},
                           Row{7, 76.4, 83.5},
                           Row{10, 137.1, 147.4},
                           Row{16, 312.6, 329.0},
                           Row{33, 1200.9, 1234.5}})
    {
        const OrderCounts counts = CountOrders(row.slots, 20'000);
        EXPECT_LT(ChiSquare(counts.places), row.places) << row.slots << " slots";
        ASSERT_EQ(counts.follows.size(), row.slots * (row.slots - 1));
        EXPECT_LT(ChiSquare(counts.follows), row.follows) << row.slots << " slots";
    }
}

/// Where a joiner stands among what is left of a traversal; `left` if it is not among it.
std::size_t PlaceOfJoiner(std::uint32_t slots, std::uint32_t gone, std::size_t& left, Rng& rng)
{
    RoundOrder order;
    order.Restart(slots, rng);
    for (std::uint32_t place = 0; place < gone; ++place)
    {
        order.Next();
    }
    order.Insert(Slot(slots), rng);
    std::vector<Slot> rest;
    for (Slot slot = order.Next(); slot != NONE; slot = order.Next())
    {
        rest.push_back(slot);
    }
    left = rest.size();
    return std::ranges::find(rest, Slot(slots)) - rest.begin();
}

TEST(RoundOrder, GivesAJoinerAnyPlaceOfTheTraversalWithTheSameChance)
{
    constexpr std::uint32_t SLOTS = 10;
    constexpr int ROUNDS = 20'000;
    for (const std::uint32_t gone : {0u, 4u})
    {
        Rng rng(1, 10 + gone);
        std::vector<int> counts(SLOTS - gone);
        int late = 0;
        for (int round = 0; round < ROUNDS; ++round)
        {
            std::size_t left = 0;
            const std::size_t place = PlaceOfJoiner(SLOTS, gone, left, rng);
            // Who stood there goes to the end, whether its turn has been or not.
            ASSERT_EQ(left, SLOTS - gone + 1);
            if (place == left)
            {
                ++late; // memberlist: a place that is past
                continue;
            }
            ASSERT_LT(place, counts.size()) << "the end is for who stood there";
            ++counts[place];
        }
        EXPECT_NEAR(late, ROUNDS * gone / SLOTS, 300);
        EXPECT_LT(ChiSquare(counts), 33.7) << gone << " gone"; // 0.9999, 9 degrees of freedom
    }
}

TEST(RoundOrder, ProbesEverybodyOfATraversalThatGrowsFromItsStart)
{
    Rng rng(1, 12);
    for (const std::uint32_t joiners : {1u, 5u, 100u, 256u, 257u, 1000u, 5000u})
    {
        RoundOrder order;
        order.Restart(1, rng);
        for (std::uint32_t slot = 1; slot <= joiners; ++slot)
        {
            order.Insert(Slot(slot), rng);
        }
        std::set<Slot> seen;
        std::size_t count = 0;
        for (Slot slot = order.Next(); slot != NONE; slot = order.Next())
        {
            seen.insert(slot);
            ++count;
        }
        EXPECT_EQ(count, joiners + 1) << joiners << " joiners";
        EXPECT_EQ(seen.size(), count);
    }
}

TEST(RoundOrder, KeepsAPlaceForWhoTakesTheSlotOfAForgottenMember)
{
    Rng rng(1, 13);
    RoundOrder order;
    order.Restart(5, rng);
    order.Insert(Slot(2), rng);
    std::vector<Slot> traversal;
    for (Slot slot = order.Next(); slot != NONE; slot = order.Next())
    {
        traversal.push_back(slot);
    }
    EXPECT_EQ(traversal.size(), 5u);
    EXPECT_EQ(std::ranges::count(traversal, Slot(2)), 1);
}

/// A table of members that all live, at slots 0, 1, 2, …
class PickRandomTest : public testing::Test
{
  protected:
    MemberTable Table(std::uint32_t members)
    {
        std::vector<IdentityId> identities;
        for (std::uint32_t member = 0; member < members; ++member)
        {
            const NameId name = m_directory.InternName(std::to_string(member));
            identities.push_back(m_directory.Intern(name, {}, {}, OUR_VERSIONS));
        }
        return {m_directory, std::make_shared<const Baseline>(identities, m_directory)};
    }

    Directory m_directory;
    Rng m_rng{1, 6};
};

constexpr auto ANYBODY = [](Slot, const PeerRecord&) { return true; };

TEST_F(PickRandomTest, PicksDifferentMembersThatAreWanted)
{
    for (const std::uint32_t size : {1u, 3u, 8u, 9u, 10u, 30u, 200u})
    {
        const MemberTable table = Table(size);
        for (int round = 0; round < 200; ++round)
        {
            const PickedSlots picked = PickRandom(table, m_rng, 3, [](Slot slot, const auto&) {
                return slot.Value() % 3 != 1;
            });
            const std::set<Slot> different(picked.begin(), picked.end());
            ASSERT_EQ(different.size(), picked.Size());
            ASSERT_TRUE(std::ranges::none_of(different, [&](Slot slot) {
                return slot.Value() % 3 == 1 || slot.Value() >= size;
            }));
        }
    }
}

TEST_F(PickRandomTest, MissesNobodyInASmallTable)
{
    const MemberTable table = Table(9);
    for (int round = 0; round < 200; ++round)
    {
        const auto last = [](Slot slot, const PeerRecord&) { return slot == Slot(8); };
        ASSERT_EQ(PickRandom(table, m_rng, 3, last).Size(), 1u);
        ASSERT_EQ(PickRandom(table, m_rng, 3, ANYBODY).Size(), 3u);
    }
}

TEST_F(PickRandomTest, TriesThreeTimesTheSizeOfALargeTable)
{
    // One wanted among 100 is missed by 300 draws with probability 0.99^300 = 0.049; 10,000 trials
    // stay within 4.5 standard deviations.
    const MemberTable table = Table(100);
    int found = 0;
    for (int trial = 0; trial < 10'000; ++trial)
    {
        const auto one = [](Slot slot, const PeerRecord&) { return slot == Slot(42); };
        found += static_cast<int>(PickRandom(table, m_rng, 1, one).Size());
    }
    EXPECT_NEAR(found, 9510, 97);
}

TEST_F(PickRandomTest, GivesEachMemberTheSameChance)
{
    for (const std::uint32_t size : {9u, 40u}) // both ways of picking
    {
        const MemberTable table = Table(size);
        std::vector<int> counts(size);
        for (int round = 0; round < 20'000; ++round)
        {
            for (const Slot slot : PickRandom(table, m_rng, 3, ANYBODY))
            {
                ++counts[slot.Value()];
            }
        }
        const double quantile = size == 9 ? 31.8 : 80.7; // of 8 and 39 degrees of freedom
        EXPECT_LT(ChiSquare(counts), quantile) << size << " members";
    }
}

TEST_F(PickRandomTest, PassesOverEmptySlots)
{
    MemberTable table = Table(40);
    for (std::uint32_t slot = 0; slot < 40; slot += 2)
    {
        table.Remove(Slot(slot));
    }
    for (int round = 0; round < 500; ++round)
    {
        for (const Slot slot : PickRandom(table, m_rng, 5, ANYBODY))
        {
            ASSERT_EQ(slot.Value() % 2, 1u);
        }
    }
}

} // namespace

} // namespace swim
