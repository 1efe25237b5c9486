// SPDX-License-Identifier: MIT
//
// Warnings that come again and again: told at once, then once a minute with their number.
#include "agent/program/repeated-warnings.h"

#include <gtest/gtest.h>

namespace swim::program
{

namespace
{

using namespace std::chrono_literals;

TEST(RepeatedWarningsTest, TheFirstIsToldAndOthersLikeItAreCounted)
{
    RepeatedWarnings warnings;
    const Instant start{1h};
    EXPECT_EQ(warnings.Tell("a", start), 0u);
    EXPECT_EQ(warnings.Tell("b", start), 0u);
    for (int i = 0; i < 7; ++i)
    {
        EXPECT_EQ(warnings.Tell("a", start + 59s), std::nullopt);
    }
    EXPECT_EQ(warnings.Tell("a", start + 60s), 7u);
    EXPECT_EQ(warnings.Tell("a", start + 61s), std::nullopt);
    EXPECT_EQ(warnings.Tell("b", start + 61s), 0u);
}

TEST(RepeatedWarningsTest, ManyDifferentOnesAtOnceShareOnePlace)
{
    RepeatedWarnings warnings;
    const Instant start{1h};
    std::size_t told = 0;
    for (std::size_t i = 0; i < 100 * RepeatedWarnings::MOST; ++i)
    {
        told += warnings.Tell(std::to_string(i), start).has_value();
    }
    EXPECT_EQ(told, RepeatedWarnings::MOST + 1);
    EXPECT_EQ(warnings.Tell("another", start + 61s), 0u); // the old ones are forgotten
}

} // namespace

} // namespace swim::program
