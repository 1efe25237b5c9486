// SPDX-License-Identifier: MIT
//
// Three Serf agents and three of ours in one cluster: what each kind shows of the other.
#include "agents-on-sockets.h"
#include "recording-listener.h"
#include "serf-process.h"
#include "swim/serf.h"

namespace swim
{

namespace
{

constexpr int KIND = 3; ///< members of each kind

/// Counts the events that Serf's agents send, by name and payload.
class EventListener : public RecordingListener
{
  public:
    bool OnUserMessage(ByteView message) override
    {
        const std::optional<serf::Message> read = serf::Decode(message);
        const std::lock_guard lock(m_mutex);
        if (const auto* event = read ? std::get_if<serf::Event>(&*read) : nullptr)
        {
            ++m_events[std::string(event->name) + " " +
                       std::string(event->payload.begin(), event->payload.end())];
        }
        if (const auto* intent = read ? std::get_if<serf::Intent>(&*read) : nullptr)
        {
            m_leaving += intent->leaves ? 1 : 0;
        }
        return false;
    }

    int Events(const std::string& event) const
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_events.find(event);
        return found == m_events.end() ? 0 : found->second;
    }

    int LeaveIntents() const
    {
        const std::lock_guard lock(m_mutex);
        return m_leaving;
    }

  private:
    mutable std::mutex m_mutex;
    std::map<std::string, int> m_events;
    int m_leaving = 0;
};

/// What is gossiped reaches each member with high probability only: does it again while the
/// condition fails.
template <typename Action, typename Condition>
bool EventuallyAfter(Action action, Condition condition)
{
    for (int attempt = 0; attempt < 10; ++attempt)
    {
        action();
        for (int i = 0; i < 200; ++i)
        {
            if (condition())
            {
                return true;
            }
            std::this_thread::sleep_for(10ms);
        }
    }
    return false;
}

bool Contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

class SerfCluster : public testing::Test
{
  protected:
    void SetUp() override
    {
        SKIP_WITHOUT_SERF();
        for (int i = 0; i < KIND; ++i)
        {
            m_serfs.push_back(std::make_unique<SerfProcess>(
                "serf" + std::to_string(i),
                i,
                std::vector<std::string>{"-tag=role=db", "-tag=rack=7"}));
            m_heard.push_back(std::make_unique<EventListener>());
            m_ours.push_back(nullptr);
            Start(i);
        }
        for (const auto& serf : m_serfs)
        {
            ASSERT_TRUE(Eventually([&] { return serf->Running(); })) << serf->Log();
        }
    }

    /// Starts a member of ours, again too.
    void Start(int i)
    {
        AgentOptions options = Quick("ours" + std::to_string(i), m_heard[i].get());
        options.bind = LoopbackAddress(100 + i);
        options.serf = SerfPeers::YES;
        options.config.coordinates = true;
        options.meta = serf::EncodeTags({{"role", "web"}, {"rack", "8"}});
        m_ours[i] = std::make_unique<Agent>(options);
    }

    /// All join one, the first of our kind or of Serf's.
    void JoinAll(bool ours)
    {
        const std::string seed = ours ? Where(*m_ours[0]) : m_serfs[0]->Address();
        for (int i = 0; i < KIND; ++i)
        {
            if (const std::string answer = i > 0 || ours ? m_serfs[i]->Ask("join", seed) : "";
                !answer.empty())
            {
                EXPECT_TRUE(Contains(answer, "by contacting 1 nodes")) << answer;
            }
            if (i > 0 || !ours)
            {
                EXPECT_EQ(Get(m_ours[i]->Join({seed})).errors, std::vector<std::string>{});
            }
        }
        ExpectEverywhere("alive");
    }

    /// Every running member shows every member, but for those named, as alive.
    void ExpectEverywhere(const std::string& state, const std::vector<std::string>& of = {})
    {
        const auto expected = [&](const std::string& name) {
            return std::ranges::find(of, name) == of.end() ? "alive" : state;
        };
        for (int i = 0; i < KIND; ++i)
        {
            for (const std::string kind : {"serf", "ours"})
            {
                const std::string name = kind + std::to_string(i);
                const std::string shown = expected(name);
                ExpectSerfsShow(name, shown);
                ExpectOursShow(name, shown);
            }
        }
    }

    /// An intent may miss a Serf, as all gossip may; or a push/pull tells it the intent's time before the
    /// intent comes, which it takes for old then. Until it makes a push/pull with another that knows
    /// better it shows a wrong state; `serf join` makes one at once.
    void ExpectSerfsShow(const std::string& name, const std::string& state)
    {
        const auto meet = [&] {
            for (const auto& serf : m_serfs)
            {
                serf ? m_serfs[0]->Ask("join", serf->Address()) : "";
            }
        };
        for (const auto& serf : m_serfs)
        {
            if (serf)
            {
                const auto shows = [&] { return serf->Shows(name, state); };
                EXPECT_TRUE(Eventually(shows, 20s) || EventuallyAfter(meet, shows))
                    << name << " is not " << state << " at " << serf->Name() << ":\n"
                    << serf->Ask("members") << serf->Log();
            }
        }
    }

    /// In Serf's words.
    static std::string StateAt(const Agent& agent, const std::string& name)
    {
        const std::optional<Member> member = agent.Find(name);
        if (!member)
        {
            return "left"; // before it could be met
        }
        const bool dead = member->state == MemberState::DEAD;
        return dead ? "failed" : member->state == MemberState::LEFT ? "left" : "alive";
    }

    void ExpectOursShow(const std::string& name, const std::string& state)
    {
        for (const auto& agent : m_ours)
        {
            if (agent)
            {
                EXPECT_TRUE(Eventually([&] { return StateAt(*agent, name) == state; }))
                    << name << " is " << StateAt(*agent, name) << " at " << agent->Name();
            }
        }
    }

    /// Nobody refused what the other kind sent. What "agent.ipc" says is of who asked for a list and went
    /// away before its end, and is none of the cluster's.
    void ExpectPeace()
    {
        for (const auto& agent : m_ours)
        {
            EXPECT_EQ(agent ? agent->Count().rejected : 0, 0u);
        }
        for (const auto& serf : m_serfs)
        {
            EXPECT_EQ(
                serf ? serf->LogLines({"[ERR] memberlist", "[ERR] serf", "onflict", "incompatible"})
                     : "",
                "");
        }
    }

    std::vector<std::unique_ptr<SerfProcess>> m_serfs;
    std::vector<std::unique_ptr<EventListener>> m_heard;
    std::vector<std::unique_ptr<Agent>> m_ours;
};

TEST_F(SerfCluster, IsOneWhenAllJoinSerf)
{
    JoinAll(false);
    ExpectPeace();
}

TEST_F(SerfCluster, IsOneWhenAllJoinUs)
{
    JoinAll(true);
    ExpectPeace();
}

TEST_F(SerfCluster, ShowsTagsBothWays)
{
    JoinAll(false);
    for (const auto& serf : m_serfs)
    {
        EXPECT_TRUE(Eventually([&] {
            return serf->Shows("ours1", "alive", "rack=8,role=web") ||
                   serf->Shows("ours1", "alive", "role=web,rack=8");
        }));
    }
    EXPECT_EQ(serf::DecodeTags(m_ours[2]->Find("serf1")->meta),
              (serf::Tags{{"role", "db"}, {"rack", "7"}}));
    EXPECT_EQ(Get(m_ours[1]->UpdateMeta(serf::EncodeTags({{"role", "cache"}}))), std::nullopt);
    m_serfs[1]->Ask("tags", "-set role=log -delete rack");
    for (int i = 0; i < KIND; ++i)
    {
        EXPECT_TRUE(Eventually([&] { return m_serfs[i]->Shows("ours1", "alive", "role=cache"); }));
        EXPECT_TRUE(Eventually([&] {
            return serf::DecodeTags(m_ours[i]->Find("serf1")->meta) == serf::Tags{{"role", "log"}};
        }));
    }
    ExpectPeace();
}

TEST_F(SerfCluster, SeesCrashesOfBothKinds)
{
    JoinAll(false);
    m_serfs[2].reset();
    m_ours[2].reset();
    ExpectEverywhere("failed", {"serf2", "ours2"});
    ExpectPeace();
}

TEST_F(SerfCluster, SeesLeavesOfBothKinds)
{
    JoinAll(true);
    EXPECT_EQ(Get(m_ours[2]->Leave()), std::nullopt);
    m_ours[2].reset();
    m_serfs[2]->Ask("leave");
    m_serfs[2].reset();
    ExpectEverywhere("left", {"serf2", "ours2"});

    // Who comes back is later than its own leave, also without a memory of it.
    Start(2);
    EXPECT_EQ(Get(m_ours[2]->Join({m_serfs[0]->Address()})).contacted, 1u);
    ExpectEverywhere("left", {"serf2"});
    EXPECT_EQ(Get(m_ours[2]->Leave()), std::nullopt);
    m_ours[2].reset();
    ExpectEverywhere("left", {"serf2", "ours2"});
    ExpectPeace();
}

TEST_F(SerfCluster, AnswersSerfsQuestions)
{
    JoinAll(false);
    std::string reached;
    EXPECT_TRUE(EventuallyAfter([&] { reached = m_serfs[1]->Ask("reachability"); },
                                [&] { return Contains(reached, "contacted all live nodes"); }))
        << reached;
    const auto estimates = [&](const std::string& a, const std::string& b) {
        return m_serfs[1]->Ask("rtt", a + " " + b).find("Estimated") == 0;
    };
    EXPECT_TRUE(Eventually([&] { return estimates("ours0", "serf0"); }))
        << m_serfs[1]->Ask("rtt", "ours0 serf0");
    EXPECT_TRUE(Eventually([&] { return estimates("ours1", "ours2"); }))
        << m_serfs[1]->Ask("rtt", "ours1 ours2");
    ExpectPeace();
}

TEST_F(SerfCluster, SpreadsEventsBothWays)
{
    JoinAll(true);
    EXPECT_TRUE(EventuallyAfter([&] { m_serfs[0]->Ask("event", "-coalesce=false deploy now"); },
                                [&] {
                                    return std::ranges::all_of(m_heard, [](const auto& heard) {
                                        return heard->Events("deploy now") > 0;
                                    });
                                }));
    const auto send = [&] {
        EXPECT_EQ(Get(m_ours[0]->SendSerfEvent("rollback", BytesOf("later"))), std::nullopt);
    };
    EXPECT_TRUE(EventuallyAfter(send, [&] {
        return std::ranges::all_of(m_serfs, [](const auto& serf) {
            return Contains(serf->Log(), "user-event: rollback");
        });
    }));
    ExpectPeace();
}

TEST_F(SerfCluster, AMemberThatIsForcedOutButLivesStays)
{
    JoinAll(false);
    EXPECT_TRUE(EventuallyAfter([&] { m_serfs[1]->Ask("force-leave", "ours1"); },
                                [&] { return m_heard[1]->LeaveIntents() > 0; }));
    ExpectEverywhere("alive");
}

} // namespace

} // namespace swim
