// SPDX-License-Identifier: GPL-2.0-only
//
// Streams on a network of paths whose connections last: the first between two processes has a
// handshake, those behind it have none, until one of the two has ended.
#include "ns3-module/model/address-conversion.h"
#include "ns3-module/model/path-transport.h"
#include "ns3-module/model/swim-fault-table.h"
#include "ns3-module/model/swim-path-network.h"

#include "ns3/simulator.h"

#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <optional>

namespace swimlab
{
namespace
{

constexpr std::uint16_t PORT = 7946;

/// Answers each request at once, and notes when its own are answered.
class Talker final : public ns3::MemberTransport::Handler
{
  public:
    Talker(const ns3::Ptr<ns3::SwimPathNetwork>& network, std::uint32_t member)
        : transport(ns3::Create<ns3::PathTransport>(
              ns3::PathTransport::Host{network,
                                       member,
                                       ns3::ToSwimAddress(network->GetAddress(member), PORT),
                                       *this,
                                       this,
                                       sizeof(*this)}))
    {
        transport->Open();
    }

    void OnDatagram(const swim::Address&, swim::wire::ByteView, std::uint64_t) override
    {
    }

    void OnSendRefused(const swim::Address&) override
    {
    }

    void OnRequest(std::uint32_t connection, swim::wire::ByteView message) override
    {
        transport->Answer(connection, message);
    }

    void OnAnswer(std::uint32_t exchange, swim::wire::ByteView) override
    {
        answeredUs[exchange] = ns3::Simulator::Now().GetMicroSeconds();
    }

    void OnExchangeFailed(std::uint32_t exchange) override
    {
        answeredUs[exchange] = -1;
    }

    ns3::Ptr<ns3::PathTransport> transport;
    std::map<std::uint32_t, std::int64_t> answeredUs;
};

class LastingStreams : public ::testing::Test
{
  protected:
    static constexpr std::int64_t WAY_US = 100; // of a packet between the two
    static constexpr std::int64_t SECOND_US = 1'000'000;

    LastingStreams()
    {
        ns3::SwimPathNetwork::Paths paths;
        paths.routers = 1;
        paths.delaysNs = {0};
        paths.accessDelay = ns3::MicroSeconds(WAY_US / 2);
        paths.routerOfMember = {0, 0};
        m_network = ns3::Create<ns3::SwimPathNetwork>(paths, ns3::Create<ns3::SwimFaultTable>(2));
        m_network->SetStreamsLast(true);
        m_asks.emplace(m_network, 0);
        m_answers.emplace(m_network, 1);
    }

    /// A stream in that second.
    void Ask(std::uint32_t second)
    {
        At(second, [this, second] {
            const swim::wire::Bytes message{1, 2, 3};
            const swim::Address to = ns3::ToSwimAddress(m_network->GetAddress(1), PORT);
            m_asks->transport->OpenStream(second, to, message, 0);
        });
    }

    static void At(double second, const std::function<void()>& call)
    {
        ns3::Simulator::Schedule(ns3::Seconds(second), [call] { call(); });
    }

    /// Another process of the same member.
    void Restart()
    {
        m_answers->transport->Close();
        m_answers.emplace(m_network, 1);
    }

    void Run()
    {
        ns3::Simulator::Stop(ns3::Seconds(60));
        ns3::Simulator::Run();
        m_asks->transport->Abandon();
        m_answers->transport->Abandon();
        ns3::Simulator::Destroy();
    }

    /// How many ways of a packet it took until the stream of that second was answered.
    std::int64_t Ways(std::uint32_t second) const
    {
        return (m_asks->answeredUs.at(second) - second * SECOND_US) / WAY_US;
    }

    ns3::Ptr<ns3::SwimPathNetwork> m_network;
    std::optional<Talker> m_asks;
    std::optional<Talker> m_answers;
};

TEST_F(LastingStreams, HaveOneHandshakeUntilAProcessEnds)
{
    for (const std::uint32_t second : {1, 2, 3, 4, 5})
    {
        Ask(second);
    }
    At(3.5, [this] { Restart(); });
    Run();
    EXPECT_EQ(Ways(1), 4);
    EXPECT_EQ(Ways(2), 2);
    EXPECT_EQ(Ways(3), 2);
    EXPECT_EQ(Ways(4), 4);
    EXPECT_EQ(Ways(5), 2);
}

TEST_F(LastingStreams, AnAnswerThatIsReadLateLeavesNoConnectionToTheNextProcess)
{
    Ask(1);
    At(1.00035, [this] { m_asks->transport->Pause(); });
    At(2, [this] { Restart(); });
    At(3, [this] { m_asks->transport->Resume(ns3::Time()); });
    Ask(4);
    Run();
    EXPECT_GE(Ways(1), 2 * SECOND_US / WAY_US); // it was answered before the end
    EXPECT_EQ(Ways(4), 4);
}

TEST_F(LastingStreams, AreAloneWhereTheyDoNotLast)
{
    m_network->SetStreamsLast(false);
    Ask(1);
    Ask(2);
    Run();
    EXPECT_EQ(Ways(1), 4);
    EXPECT_EQ(Ways(2), 4);
}

} // namespace
} // namespace swimlab
