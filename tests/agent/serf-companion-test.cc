// SPDX-License-Identifier: MIT
//
// What a member does for the Serf agents around it, told message by message.
#include "agent/serf-companion.h"

#include <gtest/gtest.h>

namespace swim::serf
{

namespace
{

const Address ASKER(std::array<std::uint8_t, 4>{10, 0, 0, 1}, 7946);

class SerfCompanion : public testing::Test
{
  protected:
    /// The only errand, which is for everybody.
    Bytes Broadcast()
    {
        const std::vector<Companion::Errand> owed = m_companion.Take();
        EXPECT_EQ(owed.size(), 1u);
        EXPECT_FALSE(owed.empty() || owed.front().to);
        return owed.empty() ? Bytes{} : owed.front().message;
    }

    bool m_hasLeft = false;
    Companion m_companion{
        "us",
        [](std::string_view name) { return name == "asker" ? std::optional(ASKER) : std::nullopt; },
        [this] { return m_hasLeft; }};
};

/// As go-msgpack writes it. @param filters an array
Bytes MakeQuery(std::uint8_t id, std::uint8_t flags, std::string_view filters = "\xc0")
{
    std::string text = "\x04\x86\xa7"
                       "Filters";
    text += filters;
    text += "\xa5"
            "Flags";
    text += static_cast<char>(flags);
    text += "\xa2"
            "ID";
    text += static_cast<char>(id);
    text += "\xa5LTime\x07\xa4Name\xaa_serf_ping\xaaSourceNode\xa5"
            "asker";
    return {text.begin(), text.end()};
}

TEST_F(SerfCompanion, PassesOnWhatItHearsForTheFirstTimeOnly)
{
    const Bytes join = Encode(Intent{.leaves = false, .time = 5, .node = "b"});
    EXPECT_TRUE(m_companion.Hear(join));
    EXPECT_EQ(Broadcast(), join);
    EXPECT_FALSE(m_companion.Hear(join));
    EXPECT_TRUE(m_companion.Take().empty());
}

TEST_F(SerfCompanion, DoesNotTakeItsOwnEchoForNews)
{
    const Bytes event = m_companion.MakeEvent("deploy", {});
    m_companion.Announce();
    const Bytes join = Broadcast();
    EXPECT_FALSE(m_companion.Hear(event));
    EXPECT_FALSE(m_companion.Hear(join));
    EXPECT_TRUE(m_companion.Take().empty());
}

TEST_F(SerfCompanion, AnnouncesLaterThanWhateverWasHeard)
{
    m_companion.HearState(Encode(State{.time = 70, .eventTime = 1, .queryTime = 1}));
    m_companion.Announce();
    const Bytes joinMessage = Broadcast();
    const auto join = std::get<Intent>(Decode(joinMessage).value());
    EXPECT_GE(join.time, 70u);
    m_hasLeft = true;
    m_companion.Announce();
    const Bytes leaveMessage = Broadcast();
    const auto leave = std::get<Intent>(Decode(leaveMessage).value());
    EXPECT_TRUE(leave.leaves);
    EXPECT_EQ(leave.node, "us");
    EXPECT_GT(leave.time, join.time);
}

TEST_F(SerfCompanion, DeniesToHaveLeftUnlessItDid)
{
    const Bytes forced = Encode(Intent{.leaves = true, .time = 9, .node = "us"});
    EXPECT_TRUE(m_companion.Hear(forced));
    const Bytes answer = Broadcast();
    const auto join = std::get<Intent>(Decode(answer).value());
    EXPECT_FALSE(join.leaves);
    EXPECT_GT(join.time, 9u);

    m_hasLeft = true;
    EXPECT_TRUE(m_companion.Hear(Encode(Intent{.leaves = true, .time = 19, .node = "us"})));
    EXPECT_TRUE(std::get<Intent>(Decode(Broadcast()).value()).leaves);

    m_hasLeft = false;
    EXPECT_TRUE(m_companion.Hear(Encode(Intent{.leaves = true, .time = 29, .node = "us"})));
    EXPECT_FALSE(std::get<Intent>(Decode(Broadcast()).value()).leaves);
}

TEST_F(SerfCompanion, SaysThatItHeardAQueryThatAsks)
{
    const Bytes query = MakeQuery(3, Query::ACK);
    EXPECT_TRUE(m_companion.Hear(query));
    const std::vector<Companion::Errand> owed = m_companion.Take();
    ASSERT_EQ(owed.size(), 2u);
    EXPECT_EQ(owed[0].message, query);
    EXPECT_EQ(owed[1].to, ASKER);
    const auto response = std::get<Response>(Decode(owed[1].message).value());
    EXPECT_EQ(response.time, 7u);
    EXPECT_EQ(response.id, 3u);
    EXPECT_EQ(response.flags, Query::ACK);
    EXPECT_EQ(response.from, "us");

    EXPECT_FALSE(m_companion.Hear(query));
    EXPECT_TRUE(m_companion.Hear(MakeQuery(4, 0)));
    EXPECT_EQ(m_companion.Take().size(), 1u); // passed on, and no more
}

TEST_F(SerfCompanion, AnswersOnlyQueriesThatAreForIt)
{
    EXPECT_TRUE(m_companion.Hear(MakeQuery(1,
                                           Query::ACK | Query::NO_BROADCAST,
                                           std::string_view("\x91\xa4\x00\x91\xa1"
                                                            "b",
                                                            6))));
    EXPECT_TRUE(m_companion.Take().empty());
    EXPECT_TRUE(m_companion.Hear(MakeQuery(2,
                                           Query::ACK | Query::NO_BROADCAST,
                                           std::string_view("\x91\xa5\x00\x91\xa2us", 7))));
    EXPECT_EQ(m_companion.Take().size(), 1u);
}

TEST_F(SerfCompanion, RelaysToMembersOnly)
{
    const std::string_view toAsker("\x09\x81\xa8"
                                   "DestName\xa5"
                                   "askerhello",
                                   22);
    const std::string_view toNobody("\x09\x81\xa8"
                                    "DestName\xa5"
                                    "otherhello",
                                    22);
    m_companion.Hear(Bytes(toNobody.begin(), toNobody.end()));
    EXPECT_TRUE(m_companion.Take().empty());
    m_companion.Hear(Bytes(toAsker.begin(), toAsker.end()));
    const std::vector<Companion::Errand> owed = m_companion.Take();
    ASSERT_EQ(owed.size(), 1u);
    EXPECT_EQ(owed[0].to, ASKER);
    EXPECT_EQ(owed[0].message, (Bytes{'h', 'e', 'l', 'l', 'o'}));
}

TEST(SerfClock, RemembersNoMoreThanItMayAndTakesNothingTwice)
{
    LamportClock clock;
    std::set<std::uint32_t> heard;
    for (std::uint32_t i = 0; i < 6 * LamportClock::MOST_HEARD; ++i)
    {
        const std::uint32_t number = i % (3 * LamportClock::MOST_HEARD);
        const Bytes message{static_cast<std::uint8_t>(number),
                            static_cast<std::uint8_t>(number >> 8)};
        if (clock.Hear(1 + number % 7, message))
        {
            EXPECT_TRUE(heard.insert(number).second) << number;
        }
        ASSERT_LE(clock.Remembered(), LamportClock::MOST_HEARD);
    }
    EXPECT_GE(heard.size(), LamportClock::MOST_HEARD);
}

TEST(SerfClock, AForgedTimeDoesNotStopIt)
{
    LamportClock clock;
    EXPECT_FALSE(clock.Hear(UINT64_MAX, Bytes{1}));
    EXPECT_TRUE(clock.Hear(1, Bytes{1}));
    EXPECT_TRUE(clock.Hear(1000, Bytes{1}));
    EXPECT_FALSE(clock.Hear(2, Bytes{2})); // long past
}

} // namespace

} // namespace swim::serf
