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
    config.awarenessMaxMultiplier = 1; // no probe of a silent member takes longer than a second
    Start("abc");
    Hear(Dead('b', 1, 'c'));
    while (StateOf('b') != "unknown" && now < Instant(2min))
    {
        Hear(Alive('c', static_cast<std::uint32_t>(now.time_since_epoch() / 1s) + 2), 'c');
        AdvanceBy(1s);
    }
    EXPECT_GT(now, Instant(config.reapTime));
    EXPECT_LE(now, Instant(config.reapTime + 5s)) << "forgotten at the end of a traversal";
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
    for (const Versions& versions :
         {Versions{0, 5, 2, 2, 5, 5}, Versions{1, 0, 2, 2, 5, 5}, Versions{3, 2, 2, 2, 5, 5}})
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

TEST_F(MembershipTest, AStateKeepsItsAgeThroughNewIncarnations)
{
    const auto since = [&] { return node->Members().At(node->Members().Find(NameId(1))).Since(); };
    Start("abc");
    now += 10ms;
    Hear(Alive('b', 2));
    EXPECT_EQ(since(), Instant{});
    Hear(Suspect('b', 2, 'c'));
    EXPECT_EQ(since(), now);
}

TEST_F(MembershipTest, AliveWithoutVersionsKeepsTheKnownOnes)
{
    Start("abc");
    const Address address = AddressOf('b');
    wire::Bytes bytes;
    wire::Encode(wire::Alive{2, "b", address, {}, {}}, bytes);
    Hear(bytes);
    const PeerRecord record = node->Members().At(node->Members().Find(NameId(1)));
    EXPECT_EQ(record.incarnation, 2u);
    EXPECT_EQ(directory.Get(record.identity).versions, OUR_VERSIONS);
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

TEST_F(MembershipTest, ARefutedSuspicionDoesNotFireIntoTheNextOne)
{
    Start("abcdefghij");
    Hear(Suspect('b', 1, 'a')); // in a's own name: its probes confirm nothing
    Hear(Alive('b', 2));
    now += 10s;
    Hear(Suspect('b', 2, 'a'));
    AdvanceTo(Instant(34s - 1ns));
    EXPECT_EQ(StateOf('b'), "suspect@2");
    AdvanceTo(Instant(34s));
    EXPECT_EQ(StateOf('b'), "dead@2");
}

} // namespace

} // namespace swim
