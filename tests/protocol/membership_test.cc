// SPDX-License-Identifier: MIT
//
// Which news wins: memberlist's rules as tables of what is known, what is heard and what follows.
#include "node-fixture.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// The kinds of news; DEAD is another's word, LEAVE the member's own.
enum class Heard
{
    ALIVE,
    SUSPECT,
    DEAD,
    LEAVE,
};

struct Rule
{
    Heard heard;
    std::uint32_t incarnation;
    std::string_view state; ///< of b afterwards
    std::string_view event;
    std::string_view queued; ///< what a passes on because of it
};

class MembershipTest : public NodeTest
{
  protected:
    wire::Bytes News(Heard heard, std::uint32_t incarnation)
    {
        switch (heard)
        {
        case Heard::ALIVE:
            return Alive('b', incarnation);
        case Heard::SUSPECT:
            return Suspect('b', incarnation, 'd');
        case Heard::DEAD:
            return Dead('b', incarnation, 'd');
        case Heard::LEAVE:
            return Dead('b', incarnation, 'b');
        }
        return {};
    }

    /// Forgets what waits to be passed on: rides it out on acks.
    void DrainQueue()
    {
        while (node->QueuedUpdates() > 0)
        {
            Queued();
        }
    }

    /// For each rule: b comes to be known by `known`, a hears the news, and the rule holds.
    void Check(const std::vector<wire::Bytes>& known, std::span<const Rule> rules)
    {
        for (const Rule& rule : rules)
        {
            SCOPED_TRACE(Describe(News(rule.heard, rule.incarnation)));
            Start("abcde");
            for (const wire::Bytes& news : known)
            {
                Hear(news);
            }
            DrainQueue();
            Hear(News(rule.heard, rule.incarnation));
            EXPECT_EQ(StateOf('b'), rule.state);
            EXPECT_EQ(Events(), rule.event);
            EXPECT_EQ(Queued(), rule.queued);
        }
    }
};

TEST_F(MembershipTest, AliveGivesWayToAccusationsOfItsIncarnationOrHigher)
{
    constexpr Rule RULES[] = {
        {Heard::ALIVE, 4, "alive@5", "", ""},
        {Heard::ALIVE, 5, "alive@5", "", ""},
        {Heard::ALIVE, 6, "alive@6", "", "alive b@6"},
        {Heard::SUSPECT, 4, "alive@5", "", ""},
        {Heard::SUSPECT, 5, "suspect@5", "suspect b@5 by d", "suspect b@5 by d"},
        {Heard::SUSPECT, 6, "suspect@6", "suspect b@6 by d", "suspect b@6 by d"},
        {Heard::DEAD, 4, "alive@5", "", ""},
        {Heard::DEAD, 5, "dead@5", "dead b@5 by d", "dead b@5 by d"},
        {Heard::DEAD, 6, "dead@6", "dead b@6 by d", "dead b@6 by d"},
        {Heard::LEAVE, 4, "alive@5", "", ""},
        {Heard::LEAVE, 5, "left@5", "left b@5", "dead b@5 by b"},
        {Heard::LEAVE, 6, "left@6", "left b@6", "dead b@6 by b"},
    };
    Check({Alive('b', 5)}, RULES);
}

TEST_F(MembershipTest, OnlyAHigherIncarnationClearsASuspicion)
{
    // suspect@6 confirms suspect@5 and leaves the stored incarnation, as in memberlist.
    constexpr Rule RULES[] = {
        {Heard::ALIVE, 4, "suspect@5", "", ""},
        {Heard::ALIVE, 5, "suspect@5", "", ""},
        {Heard::ALIVE, 6, "alive@6", "refuted b@6", "alive b@6"},
        {Heard::SUSPECT, 4, "suspect@5", "", ""},
        {Heard::SUSPECT, 5, "suspect@5", "", "suspect b@5 by d"},
        {Heard::SUSPECT, 6, "suspect@5", "", "suspect b@6 by d"},
        {Heard::DEAD, 4, "suspect@5", "", ""},
        {Heard::DEAD, 5, "dead@5", "dead b@5 by d", "dead b@5 by d"},
        {Heard::DEAD, 6, "dead@6", "dead b@6 by d", "dead b@6 by d"},
        {Heard::LEAVE, 4, "suspect@5", "", ""},
        {Heard::LEAVE, 5, "left@5", "left b@5", "dead b@5 by b"},
        {Heard::LEAVE, 6, "left@6", "left b@6", "dead b@6 by b"},
    };
    Check({Suspect('b', 5, 'c')}, RULES);
}

TEST_F(MembershipTest, OnlyAHigherIncarnationRevivesTheDead)
{
    // dead@6 does not raise a stored dead@5: memberlist's hole, by which alive@6 still revives.
    constexpr Rule RULES[] = {
        {Heard::ALIVE, 4, "dead@5", "", ""},
        {Heard::ALIVE, 5, "dead@5", "", ""},
        {Heard::ALIVE, 6, "alive@6", "joined b@6", "alive b@6"},
        {Heard::SUSPECT, 4, "dead@5", "", ""},
        {Heard::SUSPECT, 5, "dead@5", "", ""},
        {Heard::SUSPECT, 6, "dead@5", "", ""},
        {Heard::DEAD, 4, "dead@5", "", ""},
        {Heard::DEAD, 5, "dead@5", "", ""},
        {Heard::DEAD, 6, "dead@5", "", ""},
        {Heard::LEAVE, 5, "dead@5", "", ""},
        {Heard::LEAVE, 6, "dead@5", "", ""},
    };
    Check({Dead('b', 5, 'c')}, RULES);
}

TEST_F(MembershipTest, OnlyAHigherIncarnationBringsBackWhoLeft)
{
    constexpr Rule RULES[] = {
        {Heard::ALIVE, 5, "left@5", "", ""},
        {Heard::ALIVE, 6, "alive@6", "joined b@6", "alive b@6"},
        {Heard::SUSPECT, 6, "left@5", "", ""},
        {Heard::DEAD, 6, "left@5", "", ""},
        {Heard::LEAVE, 6, "left@5", "", ""},
    };
    Check({Dead('b', 5, 'b')}, RULES);
}

TEST_F(MembershipTest, StrangersJoinByAliveAlone)
{
    Start("ac");
    for (const auto& news : {Suspect('b', 5, 'c'), Dead('b', 5, 'c'), Dead('b', 5, 'b')})
    {
        Hear(news);
        EXPECT_EQ(StateOf('b'), "unknown");
        EXPECT_EQ(node->QueuedUpdates(), 0u);
    }
    Hear(Alive('b', 0));
    EXPECT_EQ(StateOf('b'), "unknown") << "a stranger starts at incarnation 0, which 0 cannot beat";
    Hear(Alive('b', 1));
    EXPECT_EQ(StateOf('b'), "alive@1");
    EXPECT_EQ(Events(), "joined b@1");
    EXPECT_EQ(Queued(), "alive b@1");
}

TEST_F(MembershipTest, DeadIsFinalKeepsTheDeadDead)
{
    config.deadIsFinal = true;
    Start("abc");
    Hear(Dead('b', 1, 'c'));
    Hear(Alive('b', 100));
    EXPECT_EQ(StateOf('b'), "dead@1");
    Hear(Dead('c', 1, 'c'));
    Hear(Alive('c', 2));
    EXPECT_EQ(StateOf('c'), "alive@2") << "who left of its own will may come back";
}

TEST_F(MembershipTest, DeadIsFinalIsForgottenWithTheDead)
{
    config.deadIsFinal = true;
    Start("abc");
    Hear(Dead('b', 1, 'c'));
    while (StateOf('b') != "unknown" && now < Instant(2min))
    {
        Hear(Alive('c', static_cast<std::uint32_t>(now.time_since_epoch() / 1s) + 2), 'c');
        AdvanceBy(1s);
    }
    EXPECT_GT(now, Instant(config.reapTime));
    Hear(Alive('b', 2));
    EXPECT_EQ(StateOf('b'), "alive@2");
}

TEST_F(MembershipTest, WithoutSuspicionAnAccusedMemberIsDeadAtOnce)
{
    config.suspicion = false;
    Start("abc");
    Hear(Suspect('b', 1, 'c'));
    EXPECT_EQ(StateOf('b'), "dead@1");
    EXPECT_EQ(Events(), "dead b@1 by c");
    EXPECT_EQ(Queued(), "dead b@1 by c");
}

TEST_F(MembershipTest, RefutesAccusationsAgainstItself)
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

TEST_F(MembershipTest, RefutesAboveAnAccusationFromTheFuture)
{
    Start("abc");
    Hear(Suspect('a', 41, 'b'));
    EXPECT_EQ(StateOf('a'), "alive@42");
}

TEST_F(MembershipTest, IgnoresAccusationsThatItHasAnswered)
{
    Start("abc");
    Hear(Suspect('a', 1, 'b'));
    Hear(Suspect('a', 1, 'c'));
    Hear(Dead('a', 1, 'c'));
    EXPECT_EQ(StateOf('a'), "alive@2");
    EXPECT_EQ(node->Count().refutations, 1u);
}

TEST_F(MembershipTest, RefutesNewsOfAnEarlierLifeOfItsOwn)
{
    Start("abc");
    Hear(Alive('a', 1));
    EXPECT_EQ(node->Count().refutations, 0u) << "its own words come back to it all the time";
    Hear(Alive('a', 7));
    EXPECT_EQ(StateOf('a'), "alive@8");
    Hear(Alive("a", 8, AddressOf('a'), "other metadata"));
    EXPECT_EQ(StateOf('a'), "alive@9");
}

TEST_F(MembershipTest, AnotherAddressForOneNameIsAConflict)
{
    Start("abc");
    Hear(Alive("b", 9, AddressOf('c')));
    EXPECT_EQ(StateOf('b'), "alive@1");
    EXPECT_EQ(Events(), "conflict b@9");
    EXPECT_EQ(node->QueuedUpdates(), 0u);
    Hear(Alive("a", 9, AddressOf('c')));
    EXPECT_EQ(StateOf('a'), "alive@1");
    EXPECT_EQ(Events(), "conflict a@9");
}

TEST_F(MembershipTest, TwoFormsOfOneAddressAreAConflict)
{
    Start("ab");
    const std::uint8_t mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 2};
    Hear(Alive("b", 2, Address(mapped, 7946)));
    EXPECT_EQ(Events(), "conflict b@2");
}

TEST_F(MembershipTest, WhoLeftMayComeBackFromAnotherAddress)
{
    Start("abc");
    Hear(Dead('b', 3, 'b'));
    Hear(Alive("b", 1, AddressOf('f')));
    EXPECT_EQ(StateOf('b'), "alive@1") << "a new process starts counting anew";
    EXPECT_EQ(Events(), "joined b@1");
}

TEST_F(MembershipTest, TheNameOfTheDeadIsFreeOnlyAfterTheReclaimTime)
{
    config.deadNodeReclaimTime = 10s;
    Start("abc");
    Hear(Dead('b', 1, 'c'));
    now += 10s;
    Hear(Alive("b", 2, AddressOf('f')));
    EXPECT_EQ(StateOf('b'), "dead@1");
    now += 1ns;
    Hear(Alive("b", 2, AddressOf('f')));
    EXPECT_EQ(StateOf('b'), "alive@2");
}

TEST_F(MembershipTest, WithoutReclaimTimeTheDeadKeepTheirAddress)
{
    config.reapTime = 24h;
    Start("abc");
    Hear(Dead('b', 1, 'c'));
    now += 1h;
    Hear(Alive("b", 2, AddressOf('f')));
    EXPECT_EQ(StateOf('b'), "dead@1");
    EXPECT_EQ(Events().find("joined"), std::string::npos);
}

TEST_F(MembershipTest, ChangedMetadataIsAnUpdate)
{
    Start("abc");
    Hear(Alive("b", 2, AddressOf('b'), "role=web"));
    EXPECT_EQ(Events(), "updated b@2");
    Hear(Alive("b", 3, AddressOf('b'), "role=web"));
    EXPECT_EQ(Events(), "");
    Hear(Alive("b", 3, AddressOf('b'), "role=db"));
    EXPECT_EQ(Events(), "") << "metadata changes with a higher incarnation only";
}

TEST_F(MembershipTest, RefusesAliveWithoutSaneVersions)
{
    Start("ac");
    for (const Versions& versions : {Versions{0, 5, 2, 2, 5, 5},
                                     Versions{1, 0, 2, 2, 5, 5},
                                     Versions{3, 2, 2, 2, 5, 5}})
    {
        Hear(Alive("b", 1, AddressOf('b'), {}, versions));
        EXPECT_EQ(StateOf('b'), "unknown");
        EXPECT_EQ(Events(), "rejected: alive without usable name, address or versions");
    }
    Hear(Alive("", 1, AddressOf('b')));
    EXPECT_EQ(node->Count().rejected, 4u);
    Hear(Alive("b", 1, Address{}));
    EXPECT_EQ(node->Count().rejected, 5u);
}

TEST_F(MembershipTest, LeavingItSaysSoItself)
{
    Start("abc");
    outbox.Clear();
    node->Leave(now, outbox);
    EXPECT_EQ(StateOf('a'), "left@1");
    EXPECT_EQ(Events(), "left a@1");
    EXPECT_EQ(Queued(), "dead a@1 by a");
}

TEST_F(MembershipTest, HavingLeftItRefutesNothing)
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

TEST_F(MembershipTest, LeavingIsDoneOnceTheNewsHasBeenPassedOn)
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

TEST_F(MembershipTest, LeavingAloneIsDoneAtOnce)
{
    Start("a");
    node->Leave(now, outbox);
    EXPECT_TRUE(node->LeaveDone());
}

TEST_F(MembershipTest, TheSuspicionOfASilentMemberEndsInDeath)
{
    Start("abcdefghij"); // 10 members: 24 s without confirmation, 4 s with two
    Hear(Suspect('b', 1, 'c'));
    AdvanceTo(Instant(24s - 1ns));
    EXPECT_EQ(StateOf('b'), "suspect@1");
    AdvanceTo(Instant(24s));
    EXPECT_EQ(StateOf('b'), "dead@1");
}

TEST_F(MembershipTest, ConfirmationsBringTheDeathForward)
{
    Start("abcdefghij");
    Hear(Suspect('b', 1, 'c'));
    Hear(Suspect('b', 1, 'd'));
    now += 11380ms;
    Hear(Suspect('b', 1, 'c')); // the starter cannot confirm his own word
    EXPECT_EQ(StateOf('b'), "suspect@1");
    AdvanceBy(1ms);
    EXPECT_EQ(StateOf('b'), "dead@1");
}

TEST_F(MembershipTest, AConfirmationAfterTheShorterTimeKillsAtOnce)
{
    Start("abcdefghij");
    Hear(Suspect('b', 1, 'c'));
    Hear(Suspect('b', 1, 'd'));
    now += 5s;
    Hear(Suspect('b', 1, 'e'));
    EXPECT_EQ(StateOf('b'), "dead@1");
}

TEST_F(MembershipTest, ARefutedSuspicionNeverFires)
{
    config.probeInterval = 1h;
    config.probeTimeout = 30min;
    config.suspicionMult = 1;
    config.suspicionMaxTimeoutMult = 1;
    Start("abcdefghij");
    Hear(Suspect('b', 1, 'c'));
    Hear(Alive('b', 2));
    EXPECT_EQ(StateOf('b'), "alive@2");
    Hear(Suspect('b', 2, 'c'));
    now += 30min;
    Hear(Alive('b', 3));
    EXPECT_EQ(node->Count().refutations, 0u);
    AdvanceTo(Instant(1h));
    EXPECT_NE(StateOf('b').substr(0, 4), "dead");
}

} // namespace

} // namespace swim
