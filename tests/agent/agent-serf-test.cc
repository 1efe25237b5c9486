// SPDX-License-Identifier: MIT
//
// An agent and a real Serf (Debian package serf) in one cluster, whoever joins whom.
#include "agents-on-sockets.h"
#include "recording-listener.h"
#include "serf-process.h"

namespace swim
{

namespace
{

class AgentSerf : public testing::Test
{
  protected:
    void SetUp() override
    {
        SKIP_WITHOUT_SERF();
        m_serf.emplace("serf", 0, std::vector<std::string>{"-tag=role=db"});
        ASSERT_TRUE(Eventually([&] { return m_serf->Running(); })) << m_serf->Log();
        AgentOptions options = Quick("ours", &m_heard);
        options.meta = "rack-7"; // which Serf shows as the tag role
        m_agent.emplace(options);
    }

    void ExpectBothShowBoth()
    {
        EXPECT_TRUE(Eventually([&] { return m_serf->Shows("ours", "alive", "role=rack-7"); }));
        EXPECT_TRUE(m_serf->Shows("serf", "alive", "role=db"));
        EXPECT_TRUE(
            Eventually([&] { return StateOf(m_agent->Find("serf")) == MemberState::ALIVE; }));
        const std::optional<Member> serf = m_agent->Find("serf");
        ASSERT_TRUE(serf);
        EXPECT_EQ(serf->state, MemberState::ALIVE);
        EXPECT_EQ(FormatAddress(serf->address), m_serf->Address());
        EXPECT_NE(serf->meta.find("role"), std::string::npos);
    }

    /// For a while of many probes neither refuses what the other sends.
    void ExpectToStayTogether()
    {
        EXPECT_TRUE(Eventually([&] { return m_agent->Count().probes >= 20; }));
        EXPECT_EQ(m_agent->Count().rejected, 0u);
        EXPECT_TRUE(m_agent->Find("serf")->roundTrip);
        EXPECT_FALSE(m_heard.Heard(EventKind::CONFLICT, "serf"));
        EXPECT_TRUE(m_serf->Shows("ours", "alive", "role=rack-7"));
    }

    void ExpectToLeave()
    {
        ExpectBothShowBoth();
        EXPECT_TRUE(Eventually([&] { return m_agent->AmongSerf(); }));
        EXPECT_EQ(Get(m_agent->Leave()), std::nullopt);
        m_agent.reset();
        EXPECT_TRUE(Eventually([&] { return m_serf->Shows("ours", "left"); }))
            << m_serf->Ask("members");
    }

    RecordingListener m_heard;
    std::optional<SerfProcess> m_serf;
    std::optional<Agent> m_agent;
};

TEST_F(AgentSerf, WeJoinSerf)
{
    EXPECT_EQ(Get(m_agent->Join({m_serf->Address()})).errors, std::vector<std::string>{});
    ExpectBothShowBoth();
    ExpectToStayTogether();
}

TEST_F(AgentSerf, SerfJoinsUs)
{
    const std::string answer = m_serf->Ask("join", Where(*m_agent));
    EXPECT_NE(answer.find("Successfully joined cluster by contacting 1 nodes"), std::string::npos)
        << answer;
    ExpectBothShowBoth();
    ExpectToStayTogether();
}

TEST_F(AgentSerf, MetadataAndEndsAreSeenBothWays)
{
    EXPECT_EQ(Get(m_agent->Join({m_serf->Address()})).contacted, 1u);
    ExpectBothShowBoth();
    EXPECT_EQ(Get(m_agent->UpdateMeta("rack-8")), std::nullopt);
    EXPECT_TRUE(Eventually([&] { return m_serf->Shows("ours", "alive", "role=rack-8"); }));
    m_serf->Ask("leave");
    EXPECT_TRUE(Eventually([&] { return m_heard.Heard(EventKind::LEFT, "serf"); }));
}

/// Nobody told our agent that there is a Serf: it meets it, and says before it leaves that it does.
TEST_F(AgentSerf, ALeaveIsALeaveWhenWeJoinedSerf)
{
    EXPECT_FALSE(m_agent->AmongSerf());
    EXPECT_EQ(Get(m_agent->Join({m_serf->Address()})).contacted, 1u);
    ExpectToLeave();
}

TEST_F(AgentSerf, ALeaveIsALeaveWhenSerfJoinedUs)
{
    m_serf->Ask("join", Where(*m_agent));
    ExpectToLeave();
}

/// Serf is known through another of ours only.
TEST_F(AgentSerf, ALeaveIsALeaveWhenSerfJoinedAnother)
{
    Agent other(Quick("other"));
    EXPECT_EQ(Get(m_agent->Join({Where(other)})).contacted, 1u);
    EXPECT_FALSE(m_agent->AmongSerf() || other.AmongSerf());
    m_serf->Ask("join", Where(other));
    ExpectToLeave();
}

TEST_F(AgentSerf, WhoShallNeverSpeakAsSerfDoesNot)
{
    AgentOptions options = Quick("silent");
    options.serf = SerfPeers::NO;
    Agent silent(options);
    EXPECT_EQ(Get(silent.Join({m_serf->Address()})).contacted, 1u);
    EXPECT_TRUE(Eventually([&] { return m_serf->Shows("silent", "alive"); }));
    EXPECT_FALSE(silent.AmongSerf());
    EXPECT_EQ(Get(silent.Leave()), std::nullopt);
    silent.Shutdown();
    EXPECT_TRUE(Eventually([&] { return m_serf->Shows("silent", "failed"); }));
}

TEST_F(AgentSerf, ASerfThatIsKilledIsDead)
{
    EXPECT_EQ(Get(m_agent->Join({m_serf->Address()})).contacted, 1u);
    ExpectBothShowBoth();
    m_serf.reset();
    EXPECT_TRUE(Eventually([&] { return m_heard.Heard(EventKind::DEAD, "serf"); }));
}

} // namespace

} // namespace swim
