// SPDX-License-Identifier: MIT
//
// News about the node itself: it refutes what is said of it, and says itself that it leaves.
#include "node-fixture.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

using AboutMeTest = NodeTest;

TEST_F(AboutMeTest, RefutesAccusationsAgainstItself)
{
    for (const auto& accusation : {Suspect('a', 1, 'b'), Dead('a', 1, 'b'), Dead('a', 1, 'a')})
    {
        SCOPED_TRACE(Describe(accusation));
        Start("abc");
        Hear(accusation);
        EXPECT_EQ(StateOf('a'), "alive@2");
        EXPECT_EQ(node->Incarnation(), 2u);
        EXPECT_TRUE(Events().starts_with("refuted a@2")) << Events();
        EXPECT_EQ(node->HealthScore(), 1u);
        EXPECT_EQ(node->Count().refutations, 1u);
        EXPECT_EQ(Queued(), "alive a@2");
    }
}

TEST_F(AboutMeTest, RefutesAboveAnAccusationFromTheFuture)
{
    Start("abc");
    Hear(Suspect('a', 41, 'b'));
    EXPECT_EQ(StateOf('a'), "alive@42");
}

TEST_F(AboutMeTest, IgnoresAccusationsThatItHasAnswered)
{
    Start("abc");
    Hear(Suspect('a', 1, 'b'));
    Hear(Suspect('a', 1, 'c'));
    Hear(Dead('a', 1, 'c'));
    EXPECT_EQ(StateOf('a'), "alive@2");
    EXPECT_EQ(node->Count().refutations, 1u);
}

TEST_F(AboutMeTest, RefutesNewsOfAnEarlierLifeOfItsOwn)
{
    Start("abc");
    Hear(Alive('a', 1));
    EXPECT_EQ(node->Count().refutations, 0u) << "its own words come back to it all the time";
    Hear(Alive('a', 7));
    EXPECT_EQ(StateOf('a'), "alive@8");
    Hear(Alive("a", 8, AddressOf('a'), "other metadata"));
    EXPECT_EQ(StateOf('a'), "alive@9");
}

TEST_F(AboutMeTest, TellsTheIncarnationThatItRemembersOverTheCommonOne)
{
    incarnation = 5;
    Start("abc");
    EXPECT_EQ(StateOf('a'), "alive@5");
    EXPECT_EQ(Queued(), "alive a@5");
}

TEST_F(AboutMeTest, LeavingItSaysSoItself)
{
    Start("abc");
    outbox.Clear();
    node->Leave(now, outbox);
    EXPECT_EQ(StateOf('a'), "left@1");
    EXPECT_EQ(Events(), "left a@1");
    EXPECT_EQ(Queued(), "dead a@1 by a");
}

TEST_F(AboutMeTest, HavingLeftItRefutesNothing)
{
    Start("abc");
    node->Leave(now, outbox);
    for (const auto& news : {Suspect('a', 5, 'b'), Dead('a', 5, 'b'), Alive('a', 5)})
    {
        Hear(news);
        EXPECT_EQ(StateOf('a'), "left@1") << Describe(news);
    }
    EXPECT_EQ(node->Count().refutations, 0u);
}

TEST_F(AboutMeTest, LeavingIsDoneOnceTheNewsHasBeenPassedOn)
{
    Start("abc");
    EXPECT_FALSE(node->LeaveDone());
    node->Leave(now, outbox);
    int sent = 0;
    while (!node->LeaveDone())
    {
        ASSERT_EQ(Queued(), "dead a@1 by a");
        ++sent;
    }
    EXPECT_EQ(sent, 4) << "retransmit_mult 4 times ceil(log10(3 + 1))";
}

TEST_F(AboutMeTest, HavingLeftItDoesNotForgetItself)
{
    Start("abc");
    node->Leave(now, outbox);
    while (now < Instant(2 * config.reapTime))
    {
        AdvanceBy(1s);
    }
    EXPECT_EQ(StateOf('a'), "left@1");
}

TEST_F(AboutMeTest, LeavingTellsTheSuspectedToo)
{
    Start("abc");
    Hear(Dead('c', 1, 'b'));
    Hear(Suspect('b', 1, 'c'));
    node->Leave(now, outbox);
    EXPECT_FALSE(node->LeaveDone());
    Hear(Dead('b', 1, 'c'));
    EXPECT_TRUE(node->LeaveDone());
}

TEST_F(AboutMeTest, LeavingAloneIsDoneAtOnce)
{
    Start("a");
    node->Leave(now, outbox);
    EXPECT_TRUE(node->LeaveDone());
}

} // namespace

} // namespace swim
