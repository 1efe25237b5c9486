// SPDX-License-Identifier: GPL-2.0-only
//
// Splitting of a toy whose chance is known: a walk that must get from 0 to the top before it is back
// at 0. What copies count is what walks without copies would, and nothing is left of what was started.
#include "lab/ns3/split-tree.h"
#include "swim/rng.h"

#include <cerrno>
#include <cmath>
#include <csignal>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace swimlab
{

namespace
{

constexpr int TOP = 6;
constexpr double UP = 0.3;

/// That a walk which has left 0 reaches the top first: the gambler's ruin.
double ChanceToTop()
{
    const double ratio = (1 - UP) / UP;
    return (ratio - 1) / (std::pow(ratio, TOP) - 1);
}

/// Walks that leave 0, one after the other. A walk at `place` is over the levels below it.
void Walk(SplitTree& tree, std::uint64_t seed, int walks)
{
    swim::Rng rng(seed, 0);
    for (int walk = 0; walk < walks; ++walk)
    {
        int place = 1;
        while (place > 0 && place < TOP)
        {
            place += rng.Unit() < UP ? 1 : -1;
            tree.FallTo(std::min<std::size_t>(tree.Level(), place > 0 ? place - 1 : 0));
            if (place > 0 && static_cast<std::size_t>(place - 1) > tree.Level() &&
                tree.Level() < tree.Levels())
            {
                if (const auto key = tree.Rise())
                {
                    rng = swim::Rng(*key, 1);
                }
            }
        }
        if (place == TOP)
        {
            tree.Hit();
        }
        tree.FallTo(0); // the walk is over; a copy of it ends
    }
    tree.EndIfCopy();
}

struct Found
{
    double mean;
    double error; ///< of the mean
};

Found Estimate(const std::vector<std::uint32_t>& copies, int runs, int walks)
{
    double sum = 0;
    double squares = 0;
    for (int run = 0; run < runs; ++run)
    {
        SplitTree tree(copies, 1000 + run, {});
        Walk(tree, run, walks);
        const double share = tree.WeightedHits() / walks;
        sum += share;
        squares += share * share;
    }
    const double mean = sum / runs;
    return {mean, std::sqrt((squares / runs - mean * mean) / (runs - 1))};
}

bool HasChildren()
{
    return waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD;
}

TEST(SplitTree, CountsWhatWalksWithoutCopiesWould)
{
    const Found found = Estimate({2, 3, 2, 2}, 200, 20);
    EXPECT_NEAR(found.mean, ChanceToTop(), 4 * found.error);
    EXPECT_LT(found.error, 0.2 * ChanceToTop()); // or the line above would say nothing
    EXPECT_FALSE(HasChildren());
}

TEST(SplitTree, VariesLessThanAsManyWalksWithoutCopies)
{
    const double chance = ChanceToTop();
    const double plain = std::sqrt(chance * (1 - chance) / (200 * 20));
    EXPECT_LT(Estimate({2, 3, 2, 2}, 200, 20).error, 0.7 * plain);
}

TEST(SplitTree, WithoutCopiesCountsWhatTheRunItselfDoes)
{
    SplitTree tree({1, 1, 1, 1}, 1, {});
    Walk(tree, 5, 3000);
    EXPECT_GT(tree.PlainHits(), 0);
    EXPECT_DOUBLE_EQ(tree.WeightedHits(), static_cast<double>(tree.PlainHits()));
    EXPECT_EQ(tree.Copies(), 0);
}

TEST(SplitTree, DoesNotChangeTheRunItself)
{
    SplitTree without({1, 1, 1, 1}, 1, {});
    SplitTree with({2, 2, 2, 2}, 1, {});
    Walk(without, 5, 300);
    Walk(with, 5, 300);
    EXPECT_EQ(without.PlainHits(), with.PlainHits());
    EXPECT_GT(with.Copies(), 0);
}

TEST(SplitTree, IsTheSameForTheSameKeyAndAnotherForAnother)
{
    const auto hits = [](std::uint64_t key) {
        SplitTree tree({3, 3, 3, 3}, key, {});
        Walk(tree, 7, 200);
        return tree.Tally().hits;
    };
    EXPECT_EQ(hits(1), hits(1));
    EXPECT_NE(hits(1), hits(2));
}

TEST(SplitTree, FailsRatherThanMakeTooManyCopies)
{
    SplitTree tree({4, 4, 4, 4}, 1, {.copies = 10});
    try
    {
        Walk(tree, 5, 1000);
        ADD_FAILURE() << "no bound was hit";
    }
    catch (const SplitError& error)
    {
        tree.FailIfCopy(error.what());
        EXPECT_NE(std::string(error.what()).find("more than 10 copies"), std::string::npos);
    }
    EXPECT_FALSE(HasChildren());
}

TEST(SplitTree, SaysWhenACopyIsKilled)
{
    SplitTree tree({2}, 1, {});
    try
    {
        if (tree.Rise())
        {
            static_cast<void>(raise(SIGKILL));
        }
        ADD_FAILURE() << "the copy's end was not seen";
    }
    catch (const SplitError& error)
    {
        EXPECT_STREQ(error.what(), "a copy was ended by signal 9");
    }
    EXPECT_FALSE(HasChildren());
}

TEST(SplitTree, PassesOnWhatWentWrongInACopyOfACopy)
{
    SplitTree tree({2, 2}, 1, {});
    try
    {
        if (tree.Rise() && tree.Rise())
        {
            tree.FailIfCopy("the disk is full");
        }
        ADD_FAILURE() << "nothing was passed on";
    }
    catch (const SplitError& error)
    {
        tree.FailIfCopy(error.what());
        EXPECT_STREQ(error.what(), "the disk is full");
    }
}

TEST(SplitTree, CopiesDieWithTheRun)
{
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t run = fork();
    if (run == 0)
    {
        SplitTree tree({2}, 1, {});
        static_cast<void>(tree.Rise());
        const pid_t own = getpid();
        static_cast<void>(write(ends[1], &own, sizeof(own)));
        pause();
        _exit(0);
    }
    pid_t copy = 0;
    ASSERT_EQ(read(ends[0], &copy, sizeof(copy)), ssize_t{sizeof(copy)});
    ASSERT_NE(copy, run);
    kill(run, SIGKILL);
    ASSERT_EQ(waitpid(run, nullptr, 0), run);
    close(ends[1]);
    char nothing = 0;
    EXPECT_EQ(read(ends[0], &nothing, 1), 0); // its end of the pipe is closed: it is gone
    close(ends[0]);
}

TEST(SplitTree, RefusesNoCopiesAndTooManyLevels)
{
    EXPECT_THROW(SplitTree({2, 0}, 1, {}), SplitError);
    EXPECT_THROW(SplitTree(std::vector<std::uint32_t>(65, 2), 1, {}), SplitError);
}

} // namespace

} // namespace swimlab
