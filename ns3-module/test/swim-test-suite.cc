// SPDX-License-Identifier: GPL-2.0-only
//
// The application in ns-3's own test framework: real UDP and TCP sockets on a small star. The
// protocol's rules have their tests without any network; here is what only sockets, attributes and
// traces can break.
#include "swim-test-cases.h"
#include "swim-test-star.h"

#include "ns3/boolean.h"
#include "ns3/command-line.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

using namespace ns3;

namespace
{

/// A helper whose members join one after the other.
SwimHelper Joining(const std::string& preset = "memberlist-lan")
{
    SwimHelper helper(preset);
    helper.SetJoin(MilliSeconds(200));
    return helper;
}

class CrashIsSeenByAll : public TestCase
{
  public:
    CrashIsSeenByAll(bool join)
        : TestCase(std::string("A crash is seen by all after a ") + (join ? "join" : "converged") +
                   " start"),
          m_join(join)
    {
    }

  private:
    void DoRun() override
    {
        SwimTestStar star(m_join ? Joining() : SwimHelper(), 8);
        star.At(10, 3, [&](SwimApplication& member) {
            star.SetLink(3, false);
            member.Kill();
        });
        star.Run(40);
        NS_TEST_EXPECT_MSG_EQ(star.Observers("suspect", 3), 7, "not all suspected m3");
        NS_TEST_EXPECT_MSG_EQ(star.Observers("dead", 3), 7, "not all buried m3");
        NS_TEST_EXPECT_MSG_EQ(star.Count("dead"), 7, "somebody else was buried");
        NS_TEST_EXPECT_MSG_EQ(star.Member(3).IsRunning(), false, "m3 runs after Kill");
        for (const SwimTestConclusion& conclusion : star.Conclusions())
        {
            NS_TEST_EXPECT_MSG_EQ((conclusion.event != "dead" || conclusion.time_s > 10),
                                  true,
                                  "m3 was buried alive");
        }
    }

    bool m_join;
};

class ExchangeOverTcpMergesViews : public TestCase
{
  public:
    ExchangeOverTcpMergesViews()
        : TestCase("An exchange over TCP tells each side of the other's members")
    {
    }

  private:
    void DoRun() override
    {
        // No datagram arrives, and nobody probes in time to miss one: views can merge over TCP
        // only.
        SwimHelper helper = Joining();
        helper.SetAttribute("DatagramLoss", DoubleValue(1));
        helper.SetAttribute("ProbeInterval", TimeValue(Minutes(10)));
        helper.SetAttribute("PushPullInterval", TimeValue(Seconds(3)));
        SwimTestStar star(helper, 5);
        star.Run(30);
        NS_TEST_EXPECT_MSG_GT(star.Sent("push-pull"), 8, "joins and periodic exchanges were due");
        NS_TEST_EXPECT_MSG_EQ(star.Count("joined"), 20, "a view is not complete");
        NS_TEST_EXPECT_MSG_EQ(star.Observers("joined", 4),
                              4,
                              "the last to join is not known to all");
    }
};

class StreamFallbackKeepsAlive : public TestCase
{
  public:
    StreamFallbackKeepsAlive(bool fallback)
        : TestCase(
              std::string("A member whose datagrams are blocked ") +
              (fallback ? "lives by the stream fallback" : "dies without the stream fallback")),
          m_fallback(fallback)
    {
    }

  private:
    void DoRun() override
    {
        SwimHelper helper;
        helper.SetAttribute("StreamFallback", BooleanValue(m_fallback));
        SwimTestStar star(helper, 6);
        star.BlockUdp(2);
        star.Run(60);
        if (m_fallback)
        {
            NS_TEST_EXPECT_MSG_EQ(star.Count("suspect"), 0, "the fallback did not save the probe");
            NS_TEST_EXPECT_MSG_GT(star.Member(0).GetStatistics().streamPingsAnswered, 5, "no ping");
        }
        else
        {
            NS_TEST_EXPECT_MSG_EQ(star.Observers("dead", 2), 5, "m2 should seem dead to all");
            NS_TEST_EXPECT_MSG_EQ(star.Sent("stream-ping"), 0, "the fallback is off");
        }
    }

    bool m_fallback;
};

class PauseIsRefuted : public TestCase
{
  public:
    PauseIsRefuted()
        : TestCase(
              "A pause shorter than the suspicion is suspected and refuted, a longer one kills")
    {
    }

  private:
    void DoRun() override
    {
        // The least time of a suspicion among 6 is 4 s, the most 24 s.
        SwimTestStar star(SwimHelper(), 6);
        star.At(10, 1, [](SwimApplication& member) { member.Pause(); });
        star.At(13.5, 1, [](SwimApplication& member) { member.Resume(); });
        star.Run(30);
        NS_TEST_EXPECT_MSG_GT(star.Observers("suspect", 1), 0, "nobody noticed the pause");
        NS_TEST_EXPECT_MSG_GT(star.Observers("refuted", 1), 0, "the suspicion stood");
        NS_TEST_EXPECT_MSG_EQ(star.Observers("dead", 1), 0, "m1 was buried alive");
        NS_TEST_EXPECT_MSG_GT(star.Member(1).GetIncarnation(), 1, "m1 did not defend itself");
        NS_TEST_EXPECT_MSG_GT(star.Member(1).GetStatistics().refutations, 0, "m1 did not refute");

        const uint64_t probesBefore = star.Member(1).GetStatistics().probes;
        star.Member(1).Pause();
        star.Run(70);
        NS_TEST_EXPECT_MSG_EQ(star.Member(1).GetStatistics().probes,
                              probesBefore,
                              "it was stopped");
        NS_TEST_EXPECT_MSG_EQ(star.Observers("dead", 1), 5, "40 s of silence are a death");
    }
};

class LeaveIsNoDeath : public TestCase
{
  public:
    LeaveIsNoDeath()
        : TestCase("Who leaves is seen to have left, also out of a pause, and its process ends")
    {
    }

  private:
    void DoRun() override
    {
        SwimTestStar star(SwimHelper(), 8);
        star.At(5, 6, [](SwimApplication& member) { member.Leave(); });
        star.At(20, 7, [](SwimApplication& member) {
            member.Pause();
            member.Leave();
        });
        star.At(22, 7, [](SwimApplication& member) { member.Resume(); });
        star.Run(50);
        NS_TEST_EXPECT_MSG_EQ(star.Observers("left", 6), 7, "not all know that m6 left");
        NS_TEST_EXPECT_MSG_EQ(star.Observers("left", 7), 6, "not all know that m7 left");
        NS_TEST_EXPECT_MSG_EQ(star.Count("dead"), 0, "leaving was taken for dying");
        NS_TEST_EXPECT_MSG_EQ(star.Member(6).IsRunning(), false, "m6 still runs");
        NS_TEST_EXPECT_MSG_EQ(star.Member(7).IsRunning(), false, "m7 still runs");
    }
};

class RestartRejoins : public TestCase
{
  public:
    RestartRejoins()
        : TestCase("A restart with a higher incarnation rejoins, though its seed is down at first")
    {
    }

  private:
    void DoRun() override
    {
        SwimTestStar star(SwimHelper(), 6);
        star.At(5, 4, [](SwimApplication& member) { member.Kill(); });
        star.At(28, 0, [](SwimApplication& member) { member.Kill(); });
        star.At(30, 4, [](SwimApplication& member) {
            SwimApplication::LaunchOptions options;
            options.seeds = {0};
            options.incarnation = member.GetIncarnation() + 1;
            member.Launch(options);
        });
        star.At(34, 0, [](SwimApplication& member) {
            SwimApplication::LaunchOptions options;
            options.seeds = {1, 2};
            options.incarnation = member.GetIncarnation() + 1;
            member.Launch(options);
        });
        star.Run(60);
        NS_TEST_EXPECT_MSG_EQ(star.Observers("dead", 4), 5, "the crash was not seen");
        NS_TEST_EXPECT_MSG_EQ(star.Observers("joined", 4), 5, "the restart was not seen");
        uint32_t knownToNewLife = 0;
        for (const SwimTestConclusion& conclusion : star.Conclusions())
        {
            knownToNewLife += conclusion.observer == 4 && conclusion.event == "joined";
        }
        NS_TEST_EXPECT_MSG_EQ(knownToNewLife, 5, "the new process does not know everybody");
        NS_TEST_EXPECT_MSG_GT(star.Member(4).GetStatistics().probes, 28, "a life was not counted");
        NS_TEST_EXPECT_MSG_GT(star.Member(4).GetIncarnation(), 1, "the incarnation did not rise");
    }
};

/// A process that dies in the midst of a handshake must not be reached by the rest of it.
class DeathDuringHandshake : public TestCase
{
  public:
    DeathDuringHandshake()
        : TestCase("Connections under way when a process dies reach neither it nor its successor")
    {
    }

  private:
    void DoRun() override
    {
        SwimHelper helper = Joining();
        helper.SetJoin(Seconds(10));
        SwimTestStar star(helper, 2);
        // m1 connects at 10 s; its SYN takes 2 ms, and the ACK that completes the handshake 6 ms.
        star.At(10.003, 0, [](SwimApplication& member) { member.Kill(); });
        star.At(10.004, 0, [](SwimApplication& member) {
            member.Launch(SwimApplication::LaunchOptions{});
        });
        star.Run(10.5);
        NS_TEST_EXPECT_MSG_EQ(star.Count("joined"), 0, "the successor answered on a dead socket");
        star.Run(15);
        NS_TEST_EXPECT_MSG_EQ(star.Count("joined"), 2, "the retry did not reach the successor");
    }
};

class AttributesRoundTrip : public TestCase
{
  public:
    AttributesRoundTrip()
        : TestCase("Every parameter is an attribute; defaults win over presets, settings over both")
    {
    }

  private:
    void DoRun() override
    {
        const Ptr<SwimApplication> member = CreateObject<SwimApplication>();
        const TypeId tid = SwimApplication::GetTypeId();
        uint32_t parameters = 0;
        for (std::size_t i = 0; i < tid.GetAttributeN(); ++i)
        {
            const TypeId::AttributeInformation attribute = tid.GetAttribute(i);
            const auto value = attribute.checker->Create();
            NS_TEST_EXPECT_MSG_EQ(member->GetAttributeFailSafe(attribute.name, *value),
                                  true,
                                  "get");
            const std::string text = value->SerializeToString(attribute.checker);
            NS_TEST_EXPECT_MSG_EQ(text,
                                  attribute.initialValue->SerializeToString(attribute.checker),
                                  attribute.name << " does not start at its default");
            NS_TEST_EXPECT_MSG_EQ(member->SetAttributeFailSafe(attribute.name, StringValue(text)),
                                  true,
                                  attribute.name << " does not read what it writes");
            parameters += !attribute.help.empty();
        }
        NS_TEST_EXPECT_MSG_GT(parameters, 25, "attributes without a word of help");

        ChangeEachKind(*member);
        NS_TEST_EXPECT_MSG_EQ(
            member->SetAttributeFailSafe("GossipNodes", UintegerValue(1ULL << 32)),
            false,
            "no 32 bits hold this");
        CheckPrecedence();
    }

    /// One attribute of each type, away from its default and back through text.
    void ChangeEachKind(SwimApplication& member)
    {
        const std::map<std::string, std::string> settings{{"ProbeInterval", "2s"},
                                                          {"GossipNodes", "5"},
                                                          {"UdpBufferSize", "576"},
                                                          {"Suspicion", "false"},
                                                          {"Piggyback", "ping-ack"}};
        for (const auto& [name, text] : settings)
        {
            member.SetAttribute(name, StringValue(text));
        }
        TimeValue time;
        member.GetAttribute("ProbeInterval", time);
        NS_TEST_EXPECT_MSG_EQ(time.Get(), Seconds(2), "ProbeInterval");
        UintegerValue number;
        member.GetAttribute("GossipNodes", number);
        NS_TEST_EXPECT_MSG_EQ(number.Get(), 5, "GossipNodes");
        member.GetAttribute("UdpBufferSize", number);
        NS_TEST_EXPECT_MSG_EQ(number.Get(), 576, "UdpBufferSize");
        BooleanValue boolean;
        member.GetAttribute("Suspicion", boolean);
        NS_TEST_EXPECT_MSG_EQ(boolean.Get(), false, "Suspicion");
        StringValue word;
        member.GetAttribute("Piggyback", word);
        NS_TEST_EXPECT_MSG_EQ(word.Get(), "ping-ack", "Piggyback");
    }

    /// SWIM's preset probes every 2 s, asks one relay and multiplies suspicions by 3.
    void CheckPrecedence()
    {
        CommandLine command;
        command.Parse({"program", "--ns3::SwimApplication::ProbeInterval=3s"});
        SwimHelper helper("swim");
        helper.SetAttribute("SuspicionMult", UintegerValue(7));
        SwimTestStar star(helper, 2);
        Config::Reset();
        TimeValue interval;
        star.Member(0).GetAttribute("ProbeInterval", interval);
        NS_TEST_EXPECT_MSG_EQ(interval.Get(), Seconds(3), "the preset won over the command line");
        UintegerValue number;
        star.Member(0).GetAttribute("IndirectChecks", number);
        NS_TEST_EXPECT_MSG_EQ(number.Get(), 1, "the preset was not applied");
        star.Member(0).GetAttribute("SuspicionMult", number);
        NS_TEST_EXPECT_MSG_EQ(number.Get(), 7, "the preset won over the helper's setting");
    }
};

class SwimTestSuite : public TestSuite
{
  public:
    SwimTestSuite()
        : TestSuite("swim", Type::UNIT)
    {
        AddTestCase(new CrashIsSeenByAll(false));
        AddTestCase(new CrashIsSeenByAll(true));
        AddTestCase(new ExchangeOverTcpMergesViews);
        AddTestCase(new StreamFallbackKeepsAlive(true));
        AddTestCase(new StreamFallbackKeepsAlive(false));
        AddTestCase(new PauseIsRefuted);
        AddTestCase(new LeaveIsNoDeath);
        AddTestCase(new RestartRejoins);
        AddTestCase(new DeathDuringHandshake);
        AddTestCase(new AttributesRoundTrip);
        for (const auto& makeCases : {MakeSwimHelperCases,
                                      MakeSwimSettingsCases,
                                      MakeSwimTraceCases,
                                      MakeSwimBroadcastCases,
                                      MakeSwimErrorCases})
        {
            for (TestCase* testCase : makeCases())
            {
                AddTestCase(testCase);
            }
        }
    }
};

SwimTestSuite g_swimTestSuite;

} // namespace
