// SPDX-License-Identifier: MIT
//
// An agent and a real Serf (Debian package serf) in one cluster, whoever joins whom.
#include "agents-on-sockets.h"
#include "recording-listener.h"

#include <filesystem>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace swim
{

namespace
{

constexpr const char* SERF = "/usr/bin/serf";

/// An address of 127.0.0.1 that was free a moment ago.
std::string FreeAddress()
{
    const Agent agent(Quick("probe"));
    return Where(agent);
}

/// A Serf agent as a process of its own, which ends with this object.
class SerfProcess
{
  public:
    SerfProcess()
        : m_address(FreeAddress()),
          m_rpc("-rpc-addr=" + FreeAddress())
    {
        const std::string bind = "-bind=" + m_address;
        m_pid = fork();
        if (m_pid == 0)
        {
            freopen("/dev/null", "w", stdout); // its banner
            execl(SERF,
                  SERF,
                  "agent",
                  "-node=serf",
                  bind.c_str(),
                  m_rpc.c_str(),
                  "-tag=role=db",
                  "-log-level=err",
                  nullptr);
            _exit(127);
        }
    }

    ~SerfProcess()
    {
        if (m_pid > 0)
        {
            kill(m_pid, SIGKILL);
            waitpid(m_pid, nullptr, 0);
        }
    }

    SerfProcess(const SerfProcess&) = delete;
    SerfProcess& operator=(const SerfProcess&) = delete;

    const std::string& Address() const
    {
        return m_address;
    }

    /// @return what `serf COMMAND` prints, its errors too
    std::string Ask(const std::string& command, const std::string& argument = "") const
    {
        const std::string line = std::string(SERF) + " " + command + " " + m_rpc + " " + argument;
        FILE* const pipe = popen((line + " 2>&1").c_str(), "r");
        std::string text;
        for (int character = getc(pipe); character != EOF; character = getc(pipe))
        {
            text += static_cast<char>(character);
        }
        pclose(pipe);
        return text;
    }

    bool Shows(const std::string& member, const std::string& state, const std::string& tags) const
    {
        const std::string table = Ask("members");
        const std::size_t line = table.find(member + " ");
        const std::string row =
            line == std::string::npos ? "" : table.substr(line, table.find('\n', line) - line);
        return row.find(state) != std::string::npos && row.find(tags) != std::string::npos;
    }

  private:
    std::string m_address;
    std::string m_rpc;
    pid_t m_pid;
};

class AgentSerf : public testing::Test
{
  protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(SERF))
        {
            GTEST_SKIP() << "needs " << SERF << ", of Debian package serf";
        }
        m_serf.emplace();
        ASSERT_TRUE(Eventually([&] { return m_serf->Shows("serf", "alive", "role=db"); }));
        AgentOptions options = Quick("ours", &m_heard);
        options.meta = "rack-7"; // which Serf shows as the tag role
        m_agent.emplace(options);
    }

    void ExpectBothShowBoth()
    {
        EXPECT_TRUE(Eventually([&] { return m_serf->Shows("ours", "alive", "role=rack-7"); }));
        EXPECT_TRUE(m_serf->Shows("serf", "alive", "role=db"));
        EXPECT_TRUE(Eventually([&] { return m_agent->MemberCount() == 2; }));
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

TEST_F(AgentSerf, ASerfThatIsKilledIsDead)
{
    EXPECT_EQ(Get(m_agent->Join({m_serf->Address()})).contacted, 1u);
    ExpectBothShowBoth();
    m_serf.reset();
    EXPECT_TRUE(Eventually([&] { return m_heard.Heard(EventKind::DEAD, "serf"); }));
}

} // namespace

} // namespace swim
