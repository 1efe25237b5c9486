// SPDX-License-Identifier: MIT
//
// What an application can say and hear: vetoes, user messages, state in push/pull, round trips.
#include "node-fixture.h"
#include "virtual/virtual-network.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// Answers as it is told and remembers what it heard.
class Recorder : public Application
{
  public:
    bool AcceptAlive(const wire::Alive& alive) override
    {
        return alive.node != banned;
    }

    bool AcceptMerge(wire::ByteView message) override
    {
        wire::PushNodeState state;
        for (wire::PushPullReader states(message); states.Next(state);)
        {
            if (state.member.node == banned)
            {
                return false;
            }
        }
        return true;
    }

    bool OnUserMessage(wire::ByteView payload) override
    {
        heard.emplace_back(payload.begin(), payload.end());
        return passOn;
    }

    void AppendState(bool join, wire::Bytes& out) override
    {
        const std::string_view text = join ? "joining" : "syncing";
        out.insert(out.end(), text.begin(), text.end());
    }

    void OnState(bool join, wire::ByteView state) override
    {
        heard.push_back((join ? "join " : "sync ") + std::string(state.begin(), state.end()));
    }

    void AppendAckPayload(wire::Bytes& out) override
    {
        out.insert(out.end(), ackPayload.begin(), ackPayload.end());
    }

    void OnRoundTrip(NameId member, Duration roundTrip, wire::ByteView payload) override
    {
        heard.push_back(std::to_string(member.Value()) + " in " + FormatDuration(roundTrip) +
                        " says " + std::string(payload.begin(), payload.end()));
    }

    std::string banned;
    std::string ackPayload;
    bool passOn = false;
    std::vector<std::string> heard;
};

class ApplicationTest : public NodeTest
{
  protected:
    ApplicationTest()
    {
        application = &recorder;
        config.gossipInterval = 0s;
        config.pushPullInterval = 0s;
    }

    void HearUser(const std::string& text)
    {
        wire::Bytes bytes(1 + text.size(), static_cast<std::uint8_t>(wire::MessageType::USER));
        std::ranges::copy(text, bytes.begin() + 1);
        Hear(bytes);
    }

    static wire::ByteView BytesOf(const std::string& text)
    {
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }

    /// A push/pull of one living member.
    static wire::Bytes PushPull(const std::string& member, const std::string& userState)
    {
        wire::Bytes bytes;
        wire::Encode(wire::PushPullHeader{1, static_cast<std::uint32_t>(userState.size()), true},
                     bytes);
        wire::Encode(wire::PushNodeState{{1, member, AddressOf('q'), {}, OUR_VERSIONS}, 0}, bytes);
        bytes.insert(bytes.end(), userState.begin(), userState.end());
        return bytes;
    }

    Recorder recorder;
};

TEST_F(ApplicationTest, CanRefuseAMember)
{
    recorder.banned = "q";
    Start("ab");
    HearMessage(wire::Alive{1, "q", AddressOf('q'), {}, OUR_VERSIONS});
    EXPECT_EQ(Events(), "rejected: alive vetoed by the application");
    EXPECT_EQ(StateOf('q'), "unknown");
    HearMessage(wire::Alive{1, "r", AddressOf('r'), {}, OUR_VERSIONS});
    EXPECT_EQ(StateOf('r'), "alive@1");
}

TEST_F(ApplicationTest, CanRefuseAWholeTable)
{
    recorder.banned = "q";
    Start("ab");
    outbox.Clear();
    node->ReceiveStream(now, PushPull("q", ""), outbox);
    EXPECT_EQ(Events(), "rejected: push/pull vetoed by the application");
    EXPECT_EQ(StateOf('q'), "unknown");
    EXPECT_TRUE(recorder.heard.empty());
}

TEST_F(ApplicationTest, SendsAndHearsStateWithTables)
{
    Start("ab");
    outbox.Clear();
    node->ReceiveStream(now, PushPull("q", "their state"), outbox);
    EXPECT_EQ(recorder.heard, std::vector<std::string>{"join their state"});
    wire::PushPullReader answer(outbox.StreamAnswer());
    wire::PushNodeState state;
    while (answer.Next(state))
    {
    }
    EXPECT_EQ(std::string(answer.UserState().begin(), answer.UserState().end()), "joining");
}

TEST_F(ApplicationTest, PassesOnTheBroadcastsThatItCallsNew)
{
    config.gossipInterval = 200ms;
    Start("abc");
    HearUser("old news");
    EXPECT_EQ(node->QueuedBroadcasts(), 0u);
    recorder.passOn = true;
    HearUser("news");
    EXPECT_EQ(node->QueuedBroadcasts(), 1u);
    AdvanceBy(200ms);
    for (const Packet& packet : Packets(TrafficKind::GOSSIP))
    {
        EXPECT_EQ(Join(packet.parts), "user news");
    }
    EXPECT_EQ(Packets(TrafficKind::GOSSIP).size(), 2u);
    EXPECT_EQ(recorder.heard, (std::vector<std::string>{"old news", "news"}));
    EXPECT_EQ(node->Count().userMessages, 2u);
}

TEST_F(ApplicationTest, HearsUserMessagesOfStreams)
{
    Start("ab");
    wire::Bytes message;
    wire::EncodeUser(BytesOf("by stream"), message);
    outbox.Clear();
    node->ReceiveStream(now, message, outbox);
    EXPECT_EQ(recorder.heard, std::vector<std::string>{"by stream"});
    EXPECT_TRUE(outbox.StreamAnswer().empty());
}

TEST_F(ApplicationTest, LearnsTheRoundTripOfDirectAcksAlone)
{
    Start("ab");
    AdvanceToProbe();
    AdvanceBy(30ms);
    HearMessage(wire::Ack{1, BytesOf("hello")});
    EXPECT_EQ(recorder.heard, std::vector<std::string>{"1 in 30ms says hello"});
    AdvanceToProbe();
    AdvanceBy(config.probeTimeout);
    HearMessage(wire::Ack{2, BytesOf("by a relay")});
    EXPECT_EQ(recorder.heard.size(), 1u);
}

TEST_F(ApplicationTest, PutsItsPayloadIntoAcksUpToTheLimit)
{
    recorder.ackPayload = std::string(MAX_ACK_PAYLOAD + 1, 'x');
    Start("ab");
    HearMessage(wire::Ping{7, "a", {}, {}});
    ASSERT_EQ(outbox.Datagrams().size(), 1u);
    wire::Ack ack;
    ASSERT_TRUE(wire::Decode(outbox.Bytes(outbox.Datagrams()[0]).subspan(1), ack));
    EXPECT_EQ(ack.payload.size(), MAX_ACK_PAYLOAD);
}

TEST(NetworkCoordinates, EstimateTheRoundTripFromProbes)
{
    constexpr std::uint32_t MEMBERS = 8;
    Config config = Preset("memberlist-lan").value();
    config.coordinates = true;
    VirtualNetwork network(config, MEMBERS, 1);
    network.SetConditions({.delayMin = 20ms, .delayMax = 20ms});
    network.StartConverged();
    network.RunFor(300s);
    double worst = 0;
    for (Member a = 0; a < MEMBERS; ++a)
    {
        for (Member b = 0; b < a; ++b)
        {
            const Duration estimate = EstimateRtt(network.At(a)->NetworkCoordinates()->Own(),
                                                  network.At(b)->NetworkCoordinates()->Own());
            const double error = std::abs((estimate - 40ms) / 1.0ms) / 40;
            worst = std::max(worst, error);
        }
    }
    EXPECT_LT(worst, 0.15) << "of the true round trip";
}

} // namespace

} // namespace swim
