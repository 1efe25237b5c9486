// SPDX-License-Identifier: MIT
//
// How long a suspect has, against published values: memberlist's own tests, the tables of its three
// presets to the millisecond, and the SWIM paper's three times ceil(ln(N + 1)) periods.
#include "swim/rng.h"
#include "swim/suspicion.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

std::int64_t Milliseconds(Duration duration)
{
    return duration / 1ms;
}

/// @return the time-out in milliseconds with 0, 1, … confirmations, as many as count
std::vector<std::int64_t> TimeoutsMs(const Config& config, std::uint32_t n)
{
    const SuspicionBounds bounds = BoundSuspicion(config, n);
    std::vector<std::int64_t> timeouts;
    for (std::uint32_t c = 0; c <= bounds.confirmations; ++c)
    {
        timeouts.push_back(Milliseconds(SuspicionTimeout(bounds, c)));
    }
    return timeouts;
}

struct TimeoutRow
{
    std::string_view preset;
    std::uint32_t n;
    std::vector<std::int64_t> timeoutsMs; ///< by number of confirmations
};

TEST(SuspicionTimeout, FollowsMemberlistsTablesToTheMillisecond)
{
    const TimeoutRow table[] = {
        {"memberlist-lan", 2, {4000}},
        {"memberlist-lan", 3, {4000}},
        {"memberlist-lan", 4, {24000, 11381, 4000}},
        {"memberlist-lan", 10, {24000, 11381, 4000}},
        {"memberlist-lan", 32, {36120, 17129, 6020}},
        {"memberlist-lan", 100, {48000, 22762, 8000}},
        {"memberlist-lan", 10000, {96000, 45525, 16000}},
        {"memberlist-local", 2, {3000}},
        {"memberlist-local", 3, {18000, 3000}},
        {"memberlist-local", 10, {18000, 3000}},
        {"memberlist-local", 32, {27090, 4515}},
        {"memberlist-local", 100, {36000, 6000}},
        {"memberlist-local", 10000, {72000, 12000}},
        {"memberlist-wan", 5, {30000}},
        {"memberlist-wan", 6, {180000, 115398, 77609, 50797, 30000}},
        {"memberlist-wan", 32, {270900, 173674, 116801, 76449, 45150}},
        {"memberlist-wan", 100, {360000, 230797, 155218, 101594, 60000}},
        {"memberlist-wan", 10000, {720000, 461594, 310436, 203188, 120000}},
    };
    for (const TimeoutRow& row : table)
    {
        EXPECT_EQ(TimeoutsMs(Preset(row.preset).value(), row.n), row.timeoutsMs)
            << row.preset << ", " << row.n << " members";
    }
}

TEST(SuspicionTimeout, RoundsTheLogarithmDownToThousandths)
{
    const Config lan = Preset("memberlist-lan").value();
    EXPECT_EQ(BoundSuspicion(lan, 999).min, 11996ms);
    EXPECT_EQ(BoundSuspicion(lan, 1000).min, 12s);
}

TEST(SuspicionTimeout, GrowsWithTheLogarithmOfTheMembers)
{
    Config config = Preset("memberlist-lan").value();
    config.suspicionMult = 3;
    const std::pair<std::uint32_t, Duration> table[] =
        {{0, 1s}, {1, 1s}, {5, 1s}, {10, 1s}, {50, 1698ms}, {100, 2s}, {500, 2698ms}, {1000, 3s}};
    for (const auto& [n, third] : table)
    {
        EXPECT_EQ(BoundSuspicion(config, n).min, 3 * third) << n << " members";
    }
}

TEST(SuspicionTimeout, ShrinksAsMemberlistsTestsSay)
{
    const SuspicionBounds wide{3, 2s, 30s};
    EXPECT_EQ(SuspicionTimeout(wide, 0), 30s);
    EXPECT_EQ(SuspicionTimeout(wide, 1), 16s);
    EXPECT_EQ(SuspicionTimeout(wide, 2), 7810ms);
    EXPECT_EQ(SuspicionTimeout(wide, 3), 2s);
    const SuspicionBounds narrow{3, 500ms, 2s};
    EXPECT_EQ(SuspicionTimeout(narrow, 0), 2s);
    EXPECT_EQ(SuspicionTimeout(narrow, 1), 1250ms);
    EXPECT_EQ(SuspicionTimeout(narrow, 2), 811ms);
    EXPECT_EQ(SuspicionTimeout(narrow, 3), 500ms);
}

TEST(SuspicionTimeout, HoldsForADogpile)
{
    Config config = Preset("memberlist-lan").value();
    config.suspicionMult = 5;
    config.suspicionMaxTimeoutMult = 2;
    config.probeInterval = 100ms;
    for (const std::uint32_t few : {1u, 2u, 3u, 4u})
    {
        EXPECT_EQ(TimeoutsMs(config, few), std::vector<std::int64_t>{500}) << few << " members";
    }
    EXPECT_EQ(TimeoutsMs(config, 5).front(), 1000);
    // memberlist's test writes 604 and allows for the scheduler; its formula floors 603.76.
    EXPECT_EQ(TimeoutsMs(config, 6), (std::vector<std::int64_t>{1000, 750, 603, 500}));
}

TEST(SuspicionTimeout, NeverGrowsWithConfirmations)
{
    for (const auto preset : PresetNames())
    {
        const Config config = Preset(preset).value();
        for (std::uint32_t n = 1; n < 2000; ++n)
        {
            const SuspicionBounds bounds = BoundSuspicion(config, n);
            for (std::uint32_t c = 0; c < 8; ++c)
            {
                const Duration timeout = SuspicionTimeout(bounds, c);
                ASSERT_GE(timeout, SuspicionTimeout(bounds, c + 1)) << preset << ' ' << n;
                ASSERT_GE(timeout, bounds.min) << preset << ' ' << n;
            }
        }
    }
}

TEST(SuspicionTimeout, IsTheWholePeriodsOfThePaper)
{
    const Config config = Preset("swim").value();
    const std::pair<std::uint32_t, int> table[] =
        {{6, 6}, {7, 9}, {18, 9}, {19, 9}, {20, 12}, {52, 12}, {53, 12}, {54, 15}, {55, 15}};
    for (const auto& [n, periods] : table)
    {
        EXPECT_EQ(TimeoutsMs(config, n),
                  std::vector<std::int64_t>{Milliseconds(periods * config.probeInterval)})
            << n << " members";
    }
}

TEST(CeilLn, IsTheSmallestPowerThatReaches)
{
    for (std::uint64_t x = 1; x < 70'000'000; x += 1 + x / 50)
    {
        const long double exact = std::ceil(std::log(static_cast<long double>(x)));
        ASSERT_EQ(CeilLn(x), static_cast<std::uint32_t>(exact)) << x;
    }
    EXPECT_EQ(CeilLn(1), 0u);
    EXPECT_EQ(CeilLn(2), 1u);
    EXPECT_EQ(CeilLn(3), 2u);
    EXPECT_EQ(CeilLn(UINT32_MAX + 1ull), 23u);
}

TEST(CeilLog10, IsTheSmallestPowerThatReaches)
{
    std::uint64_t power = 1;
    for (std::uint32_t d = 0; d < 10; ++d, power *= 10)
    {
        EXPECT_EQ(CeilLog10(power), d);
        EXPECT_EQ(CeilLog10(power + 1), d + 1);
    }
}

// The running suspicions of one node.

constexpr SuspicionBounds BOUNDS{3, 500ms, 2s};
constexpr Instant START{10s};

TEST(Suspicions, CountOnlyNewNamesAndOnlyAsManyAsWanted)
{
    Suspicions suspicions;
    suspicions.Start(Slot(4), NameId(0), START, BOUNDS);
    EXPECT_EQ(suspicions.NextDeadline(), START + 2s);
    EXPECT_FALSE(suspicions.Confirm(Slot(4), NameId(0))) << "the accuser cannot confirm himself";
    EXPECT_TRUE(suspicions.Confirm(Slot(4), NameId(1)));
    EXPECT_FALSE(suspicions.Confirm(Slot(4), NameId(1)));
    EXPECT_EQ(suspicions.NextDeadline(), START + 1250ms);
    EXPECT_TRUE(suspicions.Confirm(Slot(4), NameId(2)));
    EXPECT_EQ(suspicions.NextDeadline(), START + 811ms);
    EXPECT_TRUE(suspicions.Confirm(Slot(4), NameId(3)));
    EXPECT_EQ(suspicions.NextDeadline(), START + 500ms);
    EXPECT_FALSE(suspicions.Confirm(Slot(4), NameId(5))) << "a fourth confirmation is not news";
    EXPECT_EQ(suspicions.NextDeadline(), START + 500ms);
}

TEST(Suspicions, WithoutConfirmationsWantedRunTheMinimum)
{
    Suspicions suspicions;
    suspicions.Start(Slot(4), NameId(0), START, {0, 500ms, 2s});
    EXPECT_EQ(suspicions.NextDeadline(), START + 500ms);
    EXPECT_FALSE(suspicions.Confirm(Slot(4), NameId(1)));
}

TEST(Suspicions, ComeToTheLowestSlotFirstAtOneInstant)
{
    Suspicions suspicions;
    for (const Slot slot : {Slot(7), Slot(2), Slot(5)})
    {
        suspicions.Start(slot, NameId(0), START, BOUNDS);
    }
    for (const Slot slot : {Slot(2), Slot(5), Slot(7)})
    {
        EXPECT_EQ(suspicions.First(), slot);
        suspicions.Cancel(slot);
    }
    EXPECT_EQ(suspicions.NextDeadline(), NEVER);
}

TEST(Suspicions, HaveNoDeadlineOnceCancelled)
{
    Suspicions suspicions;
    suspicions.Start(Slot(1), NameId(0), START, BOUNDS);
    suspicions.Start(Slot(2), NameId(0), START + 1s, BOUNDS);
    suspicions.Confirm(Slot(1), NameId(3));
    suspicions.Cancel(Slot(1));
    EXPECT_EQ(suspicions.NextDeadline(), START + 3s);
    EXPECT_EQ(suspicions.First(), Slot(2));
    suspicions.Cancel(Slot(2));
    EXPECT_EQ(suspicions.NextDeadline(), NEVER);
}

TEST(Suspicions, CanStartAgainWithFreshConfirmations)
{
    Suspicions suspicions;
    suspicions.Start(Slot(1), NameId(0), START, BOUNDS);
    suspicions.Confirm(Slot(1), NameId(3));
    suspicions.Cancel(Slot(1));
    suspicions.Start(Slot(1), NameId(0), START + 5s, BOUNDS);
    EXPECT_EQ(suspicions.NextDeadline(), START + 7s);
    EXPECT_TRUE(suspicions.Confirm(Slot(1), NameId(3)));
}

/// A suspicion without any index of deadlines.
struct PlainSuspicion
{
    Instant start;
    std::set<NameId> accusers;

    Instant Deadline() const
    {
        return start + SuspicionTimeout(BOUNDS, static_cast<std::uint32_t>(accusers.size() - 1));
    }
};

TEST(Suspicions, ComeInTheOrderOfAPlainSearch)
{
    Rng rng(1, 1);
    Suspicions suspicions;
    std::map<Slot, PlainSuspicion> plain;
    const auto earliest = [&] {
        return std::ranges::min_element(plain, {}, [](const auto& entry) {
            return entry.second.Deadline();
        });
    };
    for (int step = 0; step < 20'000; ++step)
    {
        const Slot slot(static_cast<std::uint32_t>(rng.Below(40)));
        const NameId from(static_cast<std::uint32_t>(rng.Below(8)));
        const auto known = plain.find(slot);
        if (known == plain.end())
        {
            const Instant now = START + step * 1ms;
            suspicions.Start(slot, from, now, BOUNDS);
            plain[slot] = {now, {from}};
        }
        else if (const auto choice = rng.Below(10); choice < 7)
        {
            auto& accusers = known->second.accusers;
            const bool counts = accusers.size() <= BOUNDS.confirmations;
            ASSERT_EQ(suspicions.Confirm(slot, from), counts && accusers.insert(from).second);
        }
        else if (choice == 7)
        {
            suspicions.Cancel(slot);
            plain.erase(known);
        }
        else
        {
            const auto first = earliest();
            ASSERT_EQ(suspicions.NextDeadline(), first->second.Deadline());
            ASSERT_EQ(suspicions.First(), first->first);
            suspicions.Cancel(first->first);
            plain.erase(first);
        }
    }
}

} // namespace

} // namespace swim
