// SPDX-License-Identifier: MIT
//
// What was heard is known again, in any order and after restarts, and takes a bounded memory
// whatever comes.
#include "swim/heard.h"
#include "swim/rng.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace swim
{

namespace
{

constexpr std::uint32_t BURST = 10'000;

/// @return 1 to BURST, shuffled
std::vector<std::uint32_t> AnyOrder(std::uint64_t seed)
{
    std::vector<std::uint32_t> numbers(BURST);
    std::iota(numbers.begin(), numbers.end(), 1u);
    Rng rng(seed, 0);
    for (std::size_t left = numbers.size(); left > 1; --left)
    {
        std::swap(numbers[left - 1], numbers[rng.Below(left)]);
    }
    return numbers;
}

/// @return how many of these were new
std::size_t AddAll(Heard& heard, const std::vector<std::uint32_t>& numbers)
{
    return static_cast<std::size_t>(std::ranges::count_if(numbers, [&](std::uint32_t number) {
        return heard.Add("a", 1, number);
    }));
}

TEST(Heard, KnowsEachOfABurstInWhateverOrderItComes)
{
    for (std::uint64_t seed = 1; seed <= 5; ++seed)
    {
        Heard heard;
        EXPECT_EQ(AddAll(heard, AnyOrder(seed)), BURST);
        EXPECT_EQ(AddAll(heard, AnyOrder(seed + 5)), 0u);
        EXPECT_EQ(heard.Ranges(), 1u) << "there is no hole";
    }
}

TEST(Heard, KnowsABurstThatComesFromItsEnd)
{
    Heard heard;
    for (std::uint32_t number = BURST; number > 0; --number)
    {
        EXPECT_TRUE(heard.Add("a", 1, number));
        EXPECT_FALSE(heard.Add("a", 1, number));
        EXPECT_EQ(heard.Ranges(), 1u);
    }
}

TEST(Heard, BeginsWithWhateverNumberComesFirst)
{
    Heard heard;
    EXPECT_TRUE(heard.Add("a", 1, 5000));
    EXPECT_TRUE(heard.Add("a", 1, 4999)) << "it is late, and not old";
    EXPECT_TRUE(heard.Add("a", 1, 1));
    EXPECT_TRUE(heard.Add("a", 1, UINT32_MAX));
    EXPECT_FALSE(heard.Add("a", 1, UINT32_MAX));
    EXPECT_TRUE(heard.Add("a", 1, UINT32_MAX - 1));
    EXPECT_FALSE(heard.Add("a", 1, 4999));
}

TEST(Heard, TellsSendersAndTheirLivesApart)
{
    Heard heard;
    EXPECT_TRUE(heard.Add("a", 1, 1));
    EXPECT_TRUE(heard.Add("b", 1, 1));
    EXPECT_TRUE(heard.Add("a", 2, 1)) << "it was started anew, and counts anew";
    EXPECT_FALSE(heard.Add("a", 1, 1)) << "its former life is remembered";
    EXPECT_EQ(heard.Senders(), 2u);
}

TEST(Heard, ASenderThatIsStartedAnewForDaysTakesNoMoreMemory)
{
    Heard heard;
    for (std::uint32_t epoch = 1; epoch <= 1000; ++epoch)
    {
        for (std::uint32_t life = epoch - std::min(epoch - 1, 3u); life <= epoch; ++life)
        {
            EXPECT_EQ(heard.Add("a", life, 1), life == epoch) << "the last four are remembered";
        }
    }
    EXPECT_EQ(heard.Ranges(), Heard::MOST_LIVES);
}

TEST(Heard, AFloodOfForgedSendersIsForgottenFromItsBeginning)
{
    constexpr std::size_t MOST = 1000;
    Heard heard(MOST);
    for (std::uint32_t sender = 0; sender < 5 * MOST; ++sender)
    {
        EXPECT_TRUE(heard.Add(std::to_string(sender), 1, 1));
        EXPECT_TRUE(heard.Add("honest", 1, sender + 1));
        EXPECT_LE(heard.Ranges(), MOST);
    }
    EXPECT_EQ(heard.Senders(), MOST);
    for (std::uint32_t number = 1; number <= 5 * MOST; ++number)
    {
        EXPECT_FALSE(heard.Add("honest", 1, number)) << "it is heard all the time";
    }
}

TEST(Heard, LongForgedNamesCostMore)
{
    constexpr std::size_t MOST = 1000;
    Heard heard(MOST);
    for (std::uint32_t sender = 0; sender < MOST; ++sender)
    {
        heard.Add(std::to_string(sender) + std::string(640, 'x'), 1, 1);
    }
    EXPECT_EQ(heard.Senders(), MOST / 11);
}

TEST(Heard, AForgedSenderWithGapsLeavesRoomToOthers)
{
    constexpr std::uint32_t MOST = 1000;
    Heard heard(MOST);
    for (std::uint32_t number = 1; number < 100; number += 2)
    {
        EXPECT_TRUE(heard.Add("honest", 1, number));
    }
    for (std::uint32_t number = 1; number < 100 * MOST; number += 2)
    {
        EXPECT_TRUE(heard.Add("forged", 1, number)) << "what is higher than all is new";
        EXPECT_FALSE(heard.Add("forged", 1, number));
        EXPECT_LE(heard.Ranges(), MOST);
    }
    EXPECT_FALSE(heard.Add("forged", 1, 2)) << "what is in a hole far back counts as heard";
    EXPECT_TRUE(heard.Add("forged", 1, 100 * MOST - 2)) << "and not what is in one of late";
    for (std::uint32_t number = 1; number < 100; ++number)
    {
        EXPECT_EQ(heard.Add("honest", 1, number), number % 2 == 0);
    }
}

RC_GTEST_PROP(HeardProperty, WithinItsLimitItIsASet, ())
{
    Heard heard;
    std::set<std::tuple<std::string, std::uint32_t, std::uint32_t>> set;
    const auto length = *rc::gen::inRange(0, 300);
    for (int i = 0; i < length; ++i)
    {
        const std::string sender(1, *rc::gen::inRange('a', 'd'));
        const auto epoch = *rc::gen::inRange(1u, 3u);
        const auto number = *rc::gen::oneOf(rc::gen::inRange(1u, 40u),
                                            rc::gen::inRange(UINT32_MAX - 10, UINT32_MAX),
                                            rc::gen::just(UINT32_MAX));
        RC_ASSERT(heard.Add(sender, epoch, number) == set.emplace(sender, epoch, number).second);
    }
}

RC_GTEST_PROP(HeardProperty, BeyondItsLimitItForgetsNoneOfASenderThatItKnows, ())
{
    constexpr std::size_t MOST = 20;
    Heard heard(MOST);
    std::set<std::uint32_t> set;
    const auto length = *rc::gen::inRange(0, 300);
    for (int i = 0; i < length; ++i)
    {
        const auto number = *rc::gen::inRange(1u, 200u);
        const bool isNew = set.insert(number).second;
        RC_ASSERT(isNew || !heard.Add("a", 1, number));
        heard.Add("a", 1, number);
        heard.Add(std::string(1, *rc::gen::inRange('b', 'e')), 1, *rc::gen::inRange(1u, 200u));
        RC_ASSERT(heard.Ranges() <= MOST);
    }
}

} // namespace

} // namespace swim
