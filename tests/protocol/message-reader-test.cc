// SPDX-License-Identifier: MIT
//
// What is in a packet, as traces show it; and rows as files have them.
#include "swim/message-reader.h"
#include "swim/trace-row.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace swim
{

namespace
{

/// Each message as "suspect b@5 by c #0 (12) detail".
std::vector<std::string> Shown(MessageReader& reader,
                               const wire::Bytes& packet,
                               bool stream = false)
{
    std::vector<std::string> words;
    const auto add = [&words](const MessageView& view) {
        std::string text(view.kind);
        text += view.sequence ? " #" + std::to_string(*view.sequence) : "";
        text += view.about.empty() ? "" : " " + std::string(view.about);
        text += view.incarnation ? "@" + std::to_string(*view.incarnation) : "";
        text += view.accuser.empty() ? "" : " by " + std::string(view.accuser);
        text += view.detail.empty() ? "" : " " + std::string(view.detail);
        words.push_back(text);
    };
    stream ? reader.ReadStream(packet, Envelope::Direction::REQUEST, add)
           : reader.ReadDatagram(packet, add);
    return words;
}

wire::Bytes Compound(const std::vector<wire::Bytes>& parts)
{
    std::vector<std::size_t> sizes;
    for (const wire::Bytes& part : parts)
    {
        sizes.push_back(part.size());
    }
    wire::Bytes bytes;
    wire::EncodeCompoundHead(sizes, bytes);
    for (const wire::Bytes& part : parts)
    {
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    return bytes;
}

wire::Bytes PingOfB()
{
    wire::Bytes ping;
    wire::Encode(wire::Ping{7, "b", {}, "a"}, ping);
    return ping;
}

wire::Bytes NewsOfC()
{
    wire::Bytes suspect;
    wire::EncodeSuspect({5, "c", "d"}, suspect);
    return suspect;
}

const std::vector<std::string> PING_AND_NEWS{"ping #7 b", "suspect c@5 by d"};

TEST(MessageReader, ShowsEveryMessageOfACompoundInItsOrder)
{
    MessageReader reader({});
    EXPECT_EQ(Shown(reader, Compound({PingOfB(), NewsOfC()})), PING_AND_NEWS);
}

TEST(MessageReader, TellsADeathThatAMemberAnnouncedItselfFromOneThatItDidNot)
{
    MessageReader reader({});
    wire::Bytes dead;
    wire::EncodeDead({5, "c", "d"}, dead);
    wire::Bytes left;
    wire::EncodeDead({5, "c", "c"}, left);
    EXPECT_EQ(Shown(reader, Compound({dead, left})),
              (std::vector<std::string>{"dead c@5 by d", "left c@5 by c"}));
}

TEST(MessageReader, OpensTheEnvelopeThatMembersOfTheClusterUse)
{
    const Envelope::Settings settings{.compression = true, .label = "blue"};
    wire::Bytes arena = Compound({PingOfB(), NewsOfC(), NewsOfC(), NewsOfC(), NewsOfC()});
    wire::Bytes scratch;
    Envelope(settings).SealDatagram(arena, 0, true, scratch);
    MessageReader reader(settings);
    EXPECT_EQ(Shown(reader, arena).size(), 5u);
    MessageReader stranger({});
    EXPECT_EQ(Shown(stranger, arena),
              std::vector<std::string>{"malformed reason=label of another cluster"});
}

TEST(MessageReader, ShowsWhatCannotBeReadAndGoesOn)
{
    MessageReader reader({});
    wire::Bytes broken = NewsOfC();
    broken.pop_back();
    EXPECT_EQ(Shown(reader, Compound({broken, PingOfB()})),
              (std::vector<std::string>{"malformed reason=malformed message", "ping #7 b"}));
    wire::Bytes cut = Compound({PingOfB(), NewsOfC()});
    cut.resize(cut.size() - 1);
    EXPECT_EQ(Shown(reader, cut),
              (std::vector<std::string>{"ping #7 b", "malformed reason=truncated compound"}));
    EXPECT_EQ(Shown(reader, {}), std::vector<std::string>{"malformed reason=empty message"});
}

TEST(MessageReader, ShowsOfATableWhatIsNewsAndNotWhoHasLivedAllAlong)
{
    wire::Bytes table;
    wire::Encode(wire::PushPullHeader{3, 0, true}, table);
    wire::Encode(wire::PushNodeState{{1, "a", {}, {}, {}}, 0}, table);
    wire::Encode(wire::PushNodeState{{4, "b", {}, {}, {}}, 0}, table);
    wire::Encode(wire::PushNodeState{{1, "c", {}, {}, {}}, 2}, table);
    MessageReader reader({});
    EXPECT_EQ(Shown(reader, table, true),
              (std::vector<std::string>{"push-pull members=3;join=1",
                                        "alive b@4 table=1",
                                        "dead c@1 table=1"}));
}

std::string Csv(const TraceRow& row)
{
    std::string text;
    AppendCsv(row, text);
    return text;
}

TEST(TraceRow, HasACellForEachColumnAndTimesToTheNanosecond)
{
    EXPECT_EQ(Csv({.timeNs = 12'000'000'034,
                   .event = "message",
                   .member = "a",
                   .peer = "b",
                   .packet = 3,
                   .channel = "datagram",
                   .kind = "ack",
                   .sequence = 9,
                   .arrivedNs = 12'500'000'000,
                   .bytes = 18}),
              "12.000000034,message,a,b,3,datagram,ack,9,,,,12.500000000,,18,");
    EXPECT_EQ(Csv({.timeNs = -1}).substr(0, 13), "-0.000000001,");
}

TEST(TraceRow, QuotesWhatWouldBreakTheTable)
{
    EXPECT_EQ(Csv({.member = "a,b", .about = "say \"x\"\n"}),
              "0.000000000,,\"a,b\",,,,,,\"say \"\"x\"\"\n\",,,,,,");
}

} // namespace

} // namespace swim
