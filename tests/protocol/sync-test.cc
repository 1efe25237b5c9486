// SPDX-License-Identifier: MIT
//
// Push/pull of one node: what it sends, what it takes from the answer, when it refuses, how often
// it asks, and how it looks for its dead again.
#include "node-fixture.h"
#include "swim/stream-scanner.h"

#include <algorithm>
#include <set>
#include <vector>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// One member as a push/pull tells of it.
struct Told
{
    char name;
    std::uint32_t incarnation;
    std::uint32_t state; ///< as on the wire; wrong ones too
    Versions versions = OUR_VERSIONS;
};

/// A node that hardly ever probes, so that nobody's silence counts.
class SyncTest : public NodeTest
{
  protected:
    SyncTest()
    {
        config.probeInterval = 24h;
    }

    static wire::Bytes PushPull(const std::vector<Told>& members, bool join = false)
    {
        wire::Bytes bytes;
        wire::Encode(wire::PushPullHeader{static_cast<std::uint32_t>(members.size()), 0, join},
                     bytes);
        for (const Told& told : members)
        {
            wire::Encode(
                wire::PushNodeState{
                    {told.incarnation, {&told.name, 1}, AddressOf(told.name), {}, told.versions},
                    told.state},
                bytes);
        }
        return bytes;
    }

    /// @return a push/pull in words: "join: alive a@1, dead b@3"
    static std::string DescribeTable(wire::ByteView message)
    {
        static constexpr std::string_view STATES[] = {"alive", "suspect", "dead", "left"};
        wire::PushPullReader reader(message);
        std::vector<std::string> members;
        wire::PushNodeState state;
        while (reader.Next(state))
        {
            members.push_back(std::string(STATES[state.state]) + ' ' +
                              std::string(state.member.node) + '@' +
                              std::to_string(state.member.incarnation));
        }
        EXPECT_TRUE(reader.Valid());
        EXPECT_EQ(reader.Header().nodes, members.size());
        return (reader.Header().join ? "join: " : "") + Join(members);
    }

    /// Members of which it is told at the start, besides a and b.
    void HearOfOthers(int others)
    {
        for (int number = 1; number <= others; ++number)
        {
            const std::uint8_t address[] = {10, 3, 0, static_cast<std::uint8_t>(number)};
            Hear(Alive("m" + std::to_string(number), 1, Address(address, 7946)));
        }
    }

    void HearStream(const wire::Bytes& message)
    {
        outbox.Clear();
        node->ReceiveStream(now, message, outbox);
    }

    /// Joins through b. @return the exchange
    std::uint32_t JoinThroughB()
    {
        const Address seeds[] = {AddressOf('b')};
        outbox.Clear();
        node->Join(now, seeds, outbox);
        EXPECT_EQ(outbox.Streams().size(), 1u);
        return outbox.Streams()[0].id;
    }

    void Answer(std::uint32_t id, const wire::Bytes& message)
    {
        outbox.Clear();
        node->ReceiveStreamAnswer(now, id, message, outbox);
    }

    /// Moves to the next push/pull. @return the address that it goes to
    Address AdvanceToPushPull()
    {
        for (int steps = 0; steps < 100000; ++steps)
        {
            AdvanceTo(node->NextDeadline());
            for (const Outbox::Stream& stream : outbox.Streams())
            {
                if (stream.kind == TrafficKind::PUSH_PULL)
                {
                    return stream.to;
                }
            }
        }
        ADD_FAILURE() << "no push/pull ever";
        return {};
    }

    /// When nodes of 400 seeds ask for the first time, in seconds, sorted.
    /// @param others whom they hear of at once, besides b
    std::vector<double> FirstPushPulls(Age of, int others)
    {
        age = of;
        std::vector<double> times;
        for (seed = 1; seed <= 400; ++seed)
        {
            Start("ab");
            HearOfOthers(others);
            AdvanceToPushPull();
            times.push_back(std::chrono::duration<double>(now - Instant{}).count());
        }
        std::ranges::sort(times);
        return times;
    }
};

TEST_F(SyncTest, JoiningSendsTheWholeTableToTheSeed)
{
    Start("abcd");
    Hear(Dead('c', 3, 'b'));
    Hear(Dead('d', 2, 'd'));
    JoinThroughB();
    const Outbox::Stream& stream = outbox.Streams()[0];
    EXPECT_EQ(stream.to, AddressOf('b'));
    EXPECT_EQ(stream.kind, TrafficKind::PUSH_PULL);
    EXPECT_EQ(DescribeTable(outbox.Bytes(stream)),
              "join: alive a@1, alive b@1, dead c@3, left d@2");
}

TEST_F(SyncTest, AnsweredJoinSucceedsAndMerges)
{
    Start("a");
    Answer(JoinThroughB(), PushPull({{'b', 1, 0}, {'c', 4, 0}}, true));
    EXPECT_EQ(StateOf('b'), "alive@1");
    EXPECT_EQ(StateOf('c'), "alive@4");
    EXPECT_EQ(Events(), "joined b@1, joined c@4, join-succeeded a@1");
}

TEST_F(SyncTest, FailedStreamFailsTheJoin)
{
    Start("a");
    const std::uint32_t id = JoinThroughB();
    outbox.Clear();
    node->StreamFailed(now, id, outbox);
    EXPECT_EQ(Events(), "join-failed a@1");
    node->StreamFailed(now, id, outbox);
    EXPECT_EQ(outbox.Events().size(), 1u) << "an exchange ends once";
}

TEST_F(SyncTest, SilentSeedFailsTheJoinAfterTheTimeOut)
{
    Start("a");
    const std::uint32_t id = JoinThroughB();
    AdvanceBy(10s - 1ns);
    EXPECT_EQ(Events(), "");
    AdvanceBy(1ns);
    EXPECT_EQ(Events(), "join-failed a@1");
    ASSERT_EQ(outbox.Aborts().size(), 1u);
    EXPECT_EQ(outbox.Aborts()[0], id);
    Answer(id, PushPull({{'b', 1, 0}}, true));
    EXPECT_EQ(StateOf('b'), "unknown") << "the exchange is over";
}

TEST_F(SyncTest, AnswersWithItsTableAsItWasBeforeTheMerge)
{
    Start("ab");
    HearStream(PushPull({{'b', 1, 0}, {'c', 1, 0}}, true));
    EXPECT_EQ(DescribeTable(outbox.StreamAnswer()), "join: alive a@1, alive b@1");
    EXPECT_EQ(StateOf('c'), "alive@1");
    HearStream(PushPull({{'b', 1, 0}}, false));
    EXPECT_EQ(DescribeTable(outbox.StreamAnswer()), "alive a@1, alive b@1, alive c@1");
}

TEST_F(SyncTest, TakesAnothersDeadOnlyForSuspects)
{
    Start("abcde");
    HearStream(PushPull({{'b', 1, 1}, {'c', 1, 2}, {'d', 1, 3}, {'x', 1, 2}, {'y', 1, 3}}));
    EXPECT_EQ(StateOf('b'), "suspect@1");
    EXPECT_EQ(StateOf('c'), "suspect@1");
    EXPECT_EQ(StateOf('d'), "left@1");
    EXPECT_EQ(StateOf('x'), "unknown");
    EXPECT_EQ(StateOf('y'), "unknown");
    EXPECT_EQ(Events(), "suspect b@1 by a, suspect c@1 by a, left d@1");
}

TEST_F(SyncTest, RefutesItsOwnDeathInATable)
{
    Start("ab");
    HearStream(PushPull({{'a', 3, 2}, {'b', 1, 0}}));
    EXPECT_EQ(StateOf('a'), "alive@4");
}

TEST_F(SyncTest, RefusesUnknownStatesWhole)
{
    Start("a");
    Answer(JoinThroughB(), PushPull({{'b', 1, 0}, {'c', 1, 4}}, true));
    EXPECT_EQ(StateOf('b'), "unknown");
    EXPECT_EQ(Events(), "rejected: push/pull with an unknown member state, join-failed a@1");
}

TEST_F(SyncTest, RefusesMembersThatCouldNotTalkToAll)
{
    // {PMin, PMax, PCur, DMin, DMax, DCur}; ours are {1, 5, 2, 2, 5, 5}.
    constexpr Versions STRANGE[] = {
        {3, 5, 3, 2, 5, 5}, // asks us for protocol 3
        {1, 1, 1, 2, 5, 5}, // asks us for protocol 1
        {1, 5, 0, 2, 5, 5}, // speaks less than it asks for
        {1, 5, 6, 2, 5, 5}, // speaks more than we understand
        {1, 5, 2, 0, 0, 0}, // has no delegate
        {1, 5, 2, 2, 5, 1}, // its delegate speaks less than ours asks for
        {1, 5, 2, 2, 5, 6}, // its delegate speaks more than ours understands
    };
    for (const Versions& versions : STRANGE)
    {
        Start("a");
        HearStream(PushPull({{'b', 1, 0, versions}, {'c', 1, 0}}));
        EXPECT_EQ(StateOf('b'), "unknown");
        EXPECT_EQ(StateOf('c'), "unknown") << "all or nothing";
        EXPECT_EQ(Events(), "rejected: push/pull with incompatible versions");
        EXPECT_FALSE(outbox.StreamAnswer().empty()) << "the other side judges for itself";
    }
}

TEST_F(SyncTest, AsksAMemberThatItHoldsForAlive)
{
    Start("abcd");
    Hear(Dead('b', 1, 'd'));
    Hear(Dead('d', 1, 'd'));
    EXPECT_EQ(AdvanceToPushPull(), AddressOf('c'));
    EXPECT_EQ(DescribeTable(outbox.Bytes(outbox.Streams()[0])),
              "alive a@1, dead b@1, alive c@1, left d@1")
        << "the whole table, and not as a join";
}

TEST_F(SyncTest, WhoIsFreshWaitsAPartOfTheIntervalAndAWholePeriod)
{
    for (const auto& [others, period] : {std::pair{0, 30.0}, {126, 90.0}})
    {
        const std::vector<double> times = FirstPushPulls(Age::FRESH, others);
        EXPECT_GE(times.front(), period) << others + 2 << " members";
        EXPECT_LT(times.back(), period + 30);
        // Uniform: of 400, the least and the largest are within 1.5 s of the ends.
        EXPECT_LT(times.front(), period + 1.5);
        EXPECT_GT(times.back(), period + 28.5);
        EXPECT_NEAR(times[times.size() / 2], period + 15, 2.5);
    }
}

TEST_F(SyncTest, WhoIsSettledIsAnywhereInItsPeriod)
{
    const std::vector<double> times = FirstPushPulls(Age::SETTLED, 0);
    EXPECT_LT(times.front(), 1.5);
    EXPECT_GT(times.back(), 28.5);
    EXPECT_LT(times.back(), 30);
    EXPECT_NEAR(times[times.size() / 2], 15, 2.5);
}

TEST_F(SyncTest, PeriodGrowsWithTheLogarithmOfTheMembers)
{
    const std::pair<int, int> factors[] =
        {{2, 1}, {32, 1}, {33, 2}, {64, 2}, {65, 3}, {128, 3}, {129, 4}};
    for (const auto& [members, factor] : factors)
    {
        Start("ab");
        HearOfOthers(members - 2);
        AdvanceToPushPull();
        const Instant first = now;
        AdvanceToPushPull();
        EXPECT_EQ(now - first, factor * 30s) << members << " members";
    }
}

TEST_F(SyncTest, IntervalOfZeroMeansAtJoinOnly)
{
    config.pushPullInterval = 0s;
    Start("ab");
    AdvanceBy(1h);
    EXPECT_TRUE(outbox.Streams().empty());
}

class ReconnectTest : public SyncTest
{
  protected:
    ReconnectTest()
    {
        config.pushPullInterval = 0s;
        config.gossipInterval = 0s;
        config.reconnectInterval = 5s;
        config.reapTime = 24h;
    }

    /// @return how many push/pulls go out in an hour, asserting that they go to the dead
    int CallsIn(Duration span, const std::set<char>& dead)
    {
        int calls = 0;
        for (const Instant end = now + span; node->NextDeadline() <= end;)
        {
            AdvanceTo(node->NextDeadline());
            for (const Outbox::Stream& stream : outbox.Streams())
            {
                if (stream.kind == TrafficKind::PUSH_PULL)
                {
                    EXPECT_TRUE(std::ranges::any_of(dead, [&](char member) {
                        return stream.to == AddressOf(member);
                    }));
                    ++calls;
                }
            }
        }
        return calls;
    }
};

TEST_F(ReconnectTest, CallsTheOnlyDeadEachIntervalWhenAloneWithIt)
{
    Start("ab");
    Hear(Dead('b', 1, 'c'));
    EXPECT_EQ(CallsIn(50s, {'b'}), 10);
}

TEST_F(ReconnectTest, CallsAsOftenAsTheDeadAreAmongTheLiving)
{
    // Two dead for eight living: a call each fourth interval; 3600 intervals give 900 +- 26.
    Start("abcdefghij");
    Hear(Dead('b', 1, 'c'));
    Hear(Dead('c', 1, 'd'));
    EXPECT_NEAR(CallsIn(5h, {'b', 'c'}), 900, 4 * 26);
}

TEST_F(ReconnectTest, LeavesWhoLeftAlone)
{
    Start("ab");
    Hear(Dead('b', 1, 'b'));
    EXPECT_EQ(CallsIn(10min, {}), 0);
}

TEST_F(ReconnectTest, StopsOnceNobodyIsDead)
{
    Start("ab");
    Hear(Dead('b', 1, 'c'));
    EXPECT_GT(CallsIn(20s, {'b'}), 0);
    Hear(Alive('b', 2));
    EXPECT_EQ(CallsIn(10min, {}), 0);
}

TEST_F(ReconnectTest, IsOffByDefault)
{
    config.reconnectInterval = 0s;
    Start("ab");
    Hear(Dead('b', 1, 'c'));
    EXPECT_EQ(CallsIn(30min, {}), 0);
}

TEST_F(ReconnectTest, ATwoSidedDeathEndsWithOneMeeting)
{
    // b holds us for dead too; its table accuses us, and our refutation reaches it by gossip.
    Start("ab");
    Hear(Dead('b', 1, 'c'));
    while (outbox.Streams().empty())
    {
        AdvanceTo(node->NextDeadline());
    }
    Answer(outbox.Streams()[0].id, PushPull({{'b', 2, 0}, {'a', 1, 2}}, true));
    EXPECT_EQ(StateOf('b'), "alive@2");
    EXPECT_EQ(StateOf('a'), "alive@2");
}

TEST_F(SyncTest, AnswersStreamPingsToItsName)
{
    Start("ab");
    wire::Bytes ping;
    wire::Encode(wire::Ping{77, "a", AddressOf('b'), "b"}, ping);
    HearStream(ping);
    EXPECT_EQ(Describe(outbox.StreamAnswer()), "ack 77");
    ping.clear();
    wire::Encode(wire::Ping{78, "old-owner", AddressOf('b'), "b"}, ping);
    HearStream(ping);
    EXPECT_TRUE(outbox.StreamAnswer().empty());
}

TEST_F(SyncTest, RejectsOtherMessagesOnAStream)
{
    Start("ab");
    HearStream(Suspect('b', 1, 'c'));
    EXPECT_EQ(Events(), "rejected: stream message type not supported");
    HearStream({});
    EXPECT_EQ(Events(), "rejected: empty message");
    EXPECT_TRUE(outbox.StreamAnswer().empty());
}

} // namespace

} // namespace swim
