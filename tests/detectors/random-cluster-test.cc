// SPDX-License-Identifier: MIT
//
// Random clusters of every kind, those of plug-ins too, against what all detectors owe and what each
// promises. `detector-check` runs more of them.
#include "random/run.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace swim::detectors
{

extern const Kind LEASE_KIND; // plugins/examples/lease/lease.cc

namespace
{

constexpr std::uint64_t SEEDS = 30;

class RandomCluster : public testing::TestWithParam<const Kind*>
{
};

TEST_P(RandomCluster, KeepsWhatItsKindPromises)
{
    for (std::uint64_t seed = 1; seed <= SEEDS; ++seed)
    {
        const Draw draw(*GetParam(), seed);
        try
        {
            CheckRandomCluster(draw);
        }
        catch (const Violation& violation)
        {
            FAIL() << violation.what() << '\n' << draw.Describe();
        }
    }
}

/// All there are, and the example, plugged in or not.
std::vector<const Kind*> AllKinds()
{
    std::vector<const Kind*> all(Kinds().begin(), Kinds().end());
    if (FindKind(LEASE_KIND.name) == nullptr)
    {
        all.push_back(&LEASE_KIND);
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(All,
                         RandomCluster,
                         testing::ValuesIn(AllKinds()),
                         [](const auto& instance) {
                             std::string name(instance.param->name);
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

TEST(Kinds, HaveTablesWithNothingWrong)
{
    EXPECT_EQ(ProblemsOfKinds(), std::vector<std::string>());
    EXPECT_EQ(ProblemsOf(LEASE_KIND), std::vector<std::string>());
}

TEST(Kinds, OfOthersComeAfterOurs)
{
    ASSERT_EQ(Kinds().size(), ShippedKinds().size() + Plugins().size());
    EXPECT_TRUE(std::ranges::equal(Kinds().first(ShippedKinds().size()), ShippedKinds()));
    for (const Plugin& plugin : Plugins())
    {
        EXPECT_EQ(FindKind(plugin.folder), plugin.kind);
    }
}

constexpr Parameter WRONG_ROWS[] = {
    TimeParameter("Interval", "1s", "Time.", ""),
    TimeParameter("pause", "1 parsec", "A pause.", ""),
    CountParameter("count", "5", 1, 4, "How many.", ""),
    CountParameter("few", "5", 9, 1, "How few.", ""),
    WordParameter("word", "a", "a|b", "no sentence", ""),
    WordParameter("word", "a", "a|b", "A sentence.", ""),
};

TEST(Kinds, TellWhatIsWrongWithATable)
{
    Kind kind = *FindKind("heartbeat");
    EXPECT_EQ(ProblemsOf(kind), std::vector<std::string>());
    kind.name = "Heart-";
    kind.meaning = "";
    kind.source = "";
    kind.parameters = WRONG_ROWS;
    const std::vector<std::string> problems = ProblemsOf(kind);
    constexpr std::string_view EXPECTED[] = {
        "\"Heart-\": must be called by small letters",
        "\"Heart-\": needs a meaning",
        "\"Heart-\": needs a source",
        "parameter \"Interval\" must be called by",
        "parameter \"pause\" has the default \"1 parsec\", which must be a duration",
        "parameter \"count\" has the default \"5\", which must be a whole number from 1 to 4",
        "parameter \"few\" has a least value above the most",
        "parameter \"word\" needs a meaning",
        "there are two parameters \"word\"",
    };
    ASSERT_EQ(problems.size(), std::size(EXPECTED)) << testing::PrintToString(problems);
    for (std::size_t i = 0; i < problems.size(); ++i)
    {
        EXPECT_NE(problems[i].find(EXPECTED[i]), std::string::npos) << problems[i];
    }
}

} // namespace
} // namespace swim::detectors
