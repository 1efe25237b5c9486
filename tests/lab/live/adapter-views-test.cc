// SPDX-License-Identifier: GPL-2.0-only
//
// What members of others' making conclude: lines and answers tell one story.
#include "lab/live/adapter-views.h"
#include "lab/live/identities.h"

#include <gtest/gtest.h>

namespace swimlab
{

namespace
{

using Finding = AdapterViews::Finding;
using Findings = std::vector<AdapterViews::Finding>;
using swim::EventKind;

/// Lines by number: 0 joined, 1 suspect, 2 dead, 3 left, 4 refuted, 5 verdict, 6 members.
const Adapter& AllLines()
{
    static const Adapter adapter = ReadAdapter(R"(kind = "plain"
[start]
command = ["plain"]
[ready]
log = "listening"
[[log]]
pattern = 'up (?P<subject>\S+)'
event = "joined"
[[log]]
pattern = 'slow (?P<subject>\S+)'
event = "suspect"
source = "self"
[[log]]
pattern = 'down (?P<subject>\S+)(?: says (?P<source>\S+))?'
event = "dead"
[[log]]
pattern = 'bye (?P<subject>\S+)'
event = "left"
[[log]]
pattern = '(?:back (?P<subject>\S+)|not me, (?P<source>\S+))'
event = "refuted"
[[log]]
pattern = 'timeout (?P<subject>\S+)'
event = "suspect-timeout"
[[log]]
pattern = 'Members\[\d+\]:(?P<members>[ \d]*)'
event = "members"
[poll]
command = ["ask"]
row = '(?m)^(?P<subject>\S+) (?P<flags>\S+)$'
state = [{flags = 'fail\?', is = "suspect"}, {flags = 'fail', is = "dead"}, {flags = 'new', is = "unknown"}, {is = "alive"}]
absent = "left"
)",
                                               "plain.toml");
    return adapter;
}

class AdapterViewsTest : public testing::Test
{
  protected:
    Findings Say(const std::string& line)
    {
        Findings all;
        for (std::size_t rule = 0; rule < AllLines().lines.size(); ++rule)
        {
            const Findings found = views.ReadLine(rule, line, ++nowNs);
            all.insert(all.end(), found.begin(), found.end());
        }
        return all;
    }

    Findings Answer(const std::string& answer)
    {
        return views.ReadAnswer(answer, ++nowNs);
    }

    AdapterViews views{AllLines()};
    std::int64_t nowNs = 0;
};

} // namespace

TEST_F(AdapterViewsTest, LinesConcludeOnceEach)
{
    EXPECT_EQ(Say("up a"), (Findings{{EventKind::JOINED, "a"}}));
    EXPECT_EQ(Say("up a"), Findings{});
    EXPECT_EQ(Say("slow a"), (Findings{{EventKind::SUSPECT, "a", "", true}}));
    EXPECT_EQ(Say("back a"), (Findings{{EventKind::REFUTED, "a"}}));
    EXPECT_EQ(Say("down a says b"), (Findings{{EventKind::DEAD, "a", "b"}}));
    EXPECT_EQ(Say("down a"), Findings{});
    EXPECT_EQ(Say("up a"), (Findings{{EventKind::JOINED, "a"}}));
    EXPECT_EQ(Say("bye a"), (Findings{{EventKind::LEFT, "a"}}));
}

TEST_F(AdapterViewsTest, NobodyDiesWhoWasNeverThere)
{
    EXPECT_EQ(Say("down a"), Findings{});
    EXPECT_EQ(Say("slow b"), Findings{});
    EXPECT_EQ(Say("down b"), Findings{});
}

TEST_F(AdapterViewsTest, WhoIsSuspectBeforeItIsKnownJoins)
{
    EXPECT_EQ(Say("slow a"), Findings{});
    EXPECT_EQ(Say("up a"), (Findings{{EventKind::JOINED, "a"}}));
    EXPECT_EQ(Answer("a up\nb fail?\n"), Findings{});
    EXPECT_EQ(Answer("a up\nb up\n"), (Findings{{EventKind::JOINED, "b"}}));
}

TEST_F(AdapterViewsTest, ARefutationWithoutASubjectIsItsOwn)
{
    EXPECT_EQ(Say("not me, b"), (Findings{{EventKind::REFUTED, "", "b"}}));
    EXPECT_EQ(Say("back a"), Findings{}); // nobody accused it
}

TEST_F(AdapterViewsTest, AVerdictMakesTheNextDeathItsOwnWord)
{
    Say("up a");
    Say("up b");
    EXPECT_EQ(Say("timeout a"), Findings{});
    EXPECT_EQ(Say("down a"), (Findings{{EventKind::DEAD, "a", "", true}}));
    EXPECT_EQ(Say("down b"), (Findings{{EventKind::DEAD, "b", "", false}}));
}

TEST_F(AdapterViewsTest, AListOfMembersTellsWhoCameAndWhoIsGone)
{
    EXPECT_EQ(Say("Members[1]: 1"), (Findings{{EventKind::JOINED, "1"}}));
    EXPECT_EQ(Say("Members[3]: 1 2 3"),
              (Findings{{EventKind::JOINED, "2"}, {EventKind::JOINED, "3"}}));
    EXPECT_EQ(Say("Members[2]: 1 3"), (Findings{{EventKind::DEAD, "2"}}));
}

TEST_F(AdapterViewsTest, AnswersTellStatesInTheOrderOfTheRules)
{
    EXPECT_EQ(Answer("a up\nb up\n"),
              (Findings{{EventKind::JOINED, "a"}, {EventKind::JOINED, "b"}}));
    EXPECT_EQ(Answer("a fail?\nb up\n"), (Findings{{EventKind::SUSPECT, "a"}}));
    EXPECT_EQ(Answer("a fail\nb up\n"), (Findings{{EventKind::DEAD, "a"}}));
    EXPECT_EQ(Answer("a new\nb up\n"), Findings{});
    EXPECT_EQ(Answer("a up\n"), (Findings{{EventKind::JOINED, "a"}, {EventKind::LEFT, "b"}}));
}

TEST_F(AdapterViewsTest, ALineIsNewerThanAnAnswerThatWasAskedForBefore)
{
    Answer("a up\n");
    const std::int64_t askedNs = ++nowNs;
    EXPECT_EQ(Say("down a").size(), 1u);
    EXPECT_EQ(views.ReadAnswer("a up\n", askedNs), Findings{});
    EXPECT_EQ(Answer("a up\n"), (Findings{{EventKind::JOINED, "a"}}));
}

/// Two members, and what is told of whom.
class IdentitiesTest : public testing::Test
{
  protected:
    static Plan TwoMembers()
    {
        Plan plan;
        plan.members = 2;
        plan.names = {"m0", "m1"};
        return plan;
    }

    Plan m_plan = TwoMembers();
    Identities m_identities{m_plan};
    std::vector<Party> m_told;
    Identities::Resolved m_take = [this](const Party& party) { m_told.push_back(party); };
};

TEST_F(IdentitiesTest, WhatWaitsForANameIsToldOnceItIsKnown)
{
    m_identities.Resolve("plain", "abc", m_take);
    m_identities.Resolve("other", "abc", m_take);
    EXPECT_TRUE(m_told.empty());
    m_identities.Know("plain", 1, "abc");
    EXPECT_EQ(m_told, std::vector<Party>{Party(1)});
    m_identities.Resolve("plain", "abc", m_take);
    m_identities.Resolve("plain", "m0", m_take); // of another kind, by its own name
    EXPECT_EQ(m_told, (std::vector<Party>{Party(1), Party(1), Party(0)}));
    m_identities.Forget("plain", 1);
    EXPECT_TRUE(m_identities.Find("plain", "abc").IsNobody());
    m_identities.Finish();
    EXPECT_EQ(m_told.back(), Party(m_plan, "abc"));
    EXPECT_EQ(m_told.back().stranger, "abc");
}

TEST_F(IdentitiesTest, NothingIsToldOfAProcessWhoseNameIsForgotten)
{
    m_identities.Know("plain", 1, "abc");
    m_identities.Forget("plain", 1);
    m_identities.Know("plain", 1, "def");
    m_identities.Resolve("plain", "abc", m_take);
    m_identities.Finish();
    EXPECT_TRUE(m_told.empty());
    m_identities.Resolve("plain", "abc", m_take);
    m_identities.Know("plain", 1, "abc"); // it has it again
    EXPECT_EQ(m_told, std::vector<Party>{Party(1)});
}

} // namespace swimlab
