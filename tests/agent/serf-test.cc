// SPDX-License-Identifier: MIT
//
// Serf's tags and messages, against bytes that Serf's codec wrote.
#include "agent/serf-messages.h"

#include <gtest/gtest.h>

namespace swim::serf
{

namespace
{

TEST(SerfTags, AreWrittenAsSerfWritesThem)
{
    EXPECT_EQ(EncodeTags({{"role", "web"}}), "\xff\x81\xa4role\xa3web");
    EXPECT_EQ(EncodeTags({}), "");
}

TEST(SerfTags, ComeBackAsTheyWere)
{
    Tags many;
    for (int i = 0; i < 20; ++i) // more than a short map holds
    {
        many["key" + std::to_string(i)] = std::string(i * 3, 'v');
    }
    EXPECT_EQ(DecodeTags(EncodeTags(many)), many);
}

TEST(SerfTags, OtherMetadataIsARole)
{
    EXPECT_EQ(DecodeTags("rack-7"), (Tags{{"role", "rack-7"}}));
    EXPECT_EQ(DecodeTags(""), (Tags{{"role", ""}}));
}

TEST(SerfTags, DamagedOnesAreNone)
{
    const std::string whole = EncodeTags({{"role", "web"}});
    for (std::size_t size = 1; size < whole.size(); ++size)
    {
        EXPECT_EQ(DecodeTags(whole.substr(0, size)), std::nullopt) << size;
    }
}

Bytes Hex(std::string_view text)
{
    Bytes bytes;
    for (std::size_t i = 0; i < text.size(); i += 2)
    {
        bytes.push_back(
            static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    }
    return bytes;
}

TEST(SerfMessages, IntentsAreWrittenAsSerfWritesThem)
{
    EXPECT_EQ(Encode(Intent{.leaves = true, .time = 5, .node = "b"}),
              Hex("0083a54c54696d6505a44e6f6465a162a55072756e65c2"));
    EXPECT_EQ(Encode(Intent{.leaves = false, .time = 5, .node = "b"}),
              Hex("0182a54c54696d6505a44e6f6465a162"));
}

TEST(SerfMessages, ComeBackAsTheyWere)
{
    const Bytes payload{1, 2, 3};
    const LamportTime late = LamportTime{1} << 40;
    const Bytes event = Encode(Event{.time = late, .name = "deploy", .payload = payload});
    const auto read = std::get<Event>(Decode(event).value());
    EXPECT_EQ(read.time, late);
    EXPECT_EQ(read.name, "deploy");
    EXPECT_TRUE(std::ranges::equal(read.payload, payload));
    EXPECT_TRUE(read.coalesce);
    for (std::size_t size = 0; size < event.size(); ++size)
    {
        EXPECT_FALSE(Decode(ByteView(event).first(size))) << size;
    }
}

TEST(SerfMessages, AStateTellsWhoLeft)
{
    // EventLTime 2, LTime 300, LeftMembers [a, b], QueryLTime 3, and two keys to be skipped
    const Bytes state = Hex("0286aa4576656e744c54696d6502a64576656e747391c0a54c54696d65cd012c"
                            "ab4c6566744d656d6265727392a161a162aa51756572794c54696d6503"
                            "ac5374617475734c54696d657381a16105");
    EXPECT_TRUE(DecodeState(state, "b").value().left);
    EXPECT_FALSE(DecodeState(state, "c").value().left);
    EXPECT_EQ(DecodeState(state, "c").value().time, 300u);
    EXPECT_EQ(DecodeState(state, "c").value().eventTime, 2u);
    EXPECT_EQ(DecodeState(state, "c").value().queryTime, 3u);
    EXPECT_FALSE(DecodeState(ByteView(state).first(state.size() - 1), "c"));
}

TEST(SerfMessages, AFilterByTagsIsForNobody)
{
    EXPECT_TRUE(Matches(Hex("0092a161a162"), "b"));
    EXPECT_FALSE(Matches(Hex("0092a161a162"), "c"));
    EXPECT_FALSE(Matches(Hex("0182a445787072a22e2aa3546167a4726f6c65"), "b"));
    EXPECT_FALSE(Matches(Hex("0092a161"), "a")); // damaged
    EXPECT_FALSE(Matches({}, "a"));
}

} // namespace

} // namespace swim::serf
