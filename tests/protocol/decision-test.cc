// SPDX-License-Identifier: MIT
//
// What a node tells of its decisions, and that it tells nothing to who does not ask.
#include "node-fixture.h"

#include <algorithm>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

class DecisionTest : public NodeTest
{
  protected:
    DecisionTest()
    {
        config.gossipInterval = 0s;
        config.pushPullInterval = 0s;
        config.streamFallback = false;
        outbox.TraceDecisions(true);
    }

    /// Each as "probe-timeout b helpers=0;stream=0".
    std::vector<std::string> Decided() const
    {
        std::vector<std::string> words;
        for (const Decision& decision : outbox.Decisions())
        {
            std::string text(DecisionKindName(decision.kind));
            for (const NameId name : {decision.subject, decision.accuser})
            {
                text += name == NONE ? "" : " " + std::string(directory.Name(name));
            }
            std::string detail;
            AppendDetail(decision, detail);
            words.push_back(text + (detail.empty() ? "" : " " + detail));
        }
        return words;
    }

    /// Of all inputs until then.
    std::vector<std::string> DecidedUntil(Instant end)
    {
        std::vector<std::string> words;
        while (node->NextDeadline() <= end)
        {
            AdvanceTo(node->NextDeadline());
            std::ranges::copy(Decided(), std::back_inserter(words));
        }
        return words;
    }
};

TEST_F(DecisionTest, TellsHowASilentMemberCameToBeDead)
{
    Start("ab");
    const std::vector<std::string> words = DecidedUntil(now + 8s);
    const std::vector<std::string> first(words.begin(), words.begin() + 4);
    EXPECT_EQ(
        first,
        (std::vector<std::string>{"probe-timeout b helpers=0;stream=0",
                                  "probe-failed b nacks=0;nacks_expected=0",
                                  "health score=1",
                                  "suspicion-started b a "
                                  "timeout_s=4.000000000;min_s=4.000000000;max_s=24.000000000;"
                                  "confirmations_wanted=0"}));
    EXPECT_EQ(std::ranges::count(words, "suspicion-fired b a timeout_s=4.000000000"), 1);
    EXPECT_TRUE(std::ranges::none_of(words, [](const std::string& word) {
        return word.starts_with("suspicion-ended");
    })) << "a suspicion that fires is not ended by news too";
}

TEST_F(DecisionTest, TellsWhoConfirmedASuspicionAndWhatItIsShortenedTo)
{
    Start("abcdefghij");
    Hear(Suspect('b', 1, 'c'), 'c');
    ASSERT_EQ(Decided().size(), 1u);
    EXPECT_TRUE(Decided()[0].starts_with("suspicion-started b c timeout_s=24.000000000;"));
    Hear(Suspect('b', 1, 'd'), 'd');
    ASSERT_EQ(Decided().size(), 2u);
    EXPECT_EQ(Decided()[0], "suspicion-confirmed b d");
    // 24 s less the share ln 2 / ln 3 of 20 s, in whole milliseconds.
    EXPECT_EQ(Decided()[1], "suspicion-shortened b d timeout_s=11.381000000");
    Hear(Suspect('b', 1, 'd'), 'd');
    EXPECT_TRUE(Decided().empty()) << "the same accuser confirms nothing";
}

TEST_F(DecisionTest, TellsWhatNewsEndedASuspicion)
{
    Start("abcd");
    Hear(Suspect('b', 1, 'c'), 'c');
    Hear(Alive('b', 2), 'b');
    EXPECT_EQ(Decided(), std::vector<std::string>{"suspicion-ended b by=alive"});
    Hear(Suspect('b', 2, 'c'), 'c');
    Hear(Dead('b', 2, 'd'), 'd');
    EXPECT_EQ(Decided(), std::vector<std::string>{"suspicion-ended b d by=dead"});
}

TEST_F(DecisionTest, TellsOfItsOwnRefutation)
{
    Start("abc");
    Hear(Suspect('a', 1, 'c'), 'c');
    EXPECT_EQ(Decided(), (std::vector<std::string>{"refuted a c", "health score=1"}));
    EXPECT_EQ(outbox.Decisions()[0].incarnation, 2u);
}

TEST_F(DecisionTest, TellsNothingToWhoDoesNotAsk)
{
    outbox.TraceDecisions(false);
    Start("ab");
    EXPECT_TRUE(DecidedUntil(now + 8s).empty());
}

} // namespace

} // namespace swim
