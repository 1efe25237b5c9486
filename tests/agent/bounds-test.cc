// SPDX-License-Identifier: MIT
//
// The parts that bound what strangers can do: ranges of addresses, the limit of each source, and
// look-ups of names that do not come back.
#include "agent/allow-list.h"
#include "agent/asio-transport.h"
#include "agent/look-up.h"
#include "agent/source-limiter.h"
#include "agents-on-sockets.h"
#include "swim/endpoint.h"

#include <condition_variable>

namespace swim
{

namespace
{

Address At(const std::string& host)
{
    return *NumericAddress({.host = host, .port = 7946});
}

AllowList Allowing(std::initializer_list<std::string_view> ranges)
{
    AllowList list;
    for (const std::string_view range : ranges)
    {
        EXPECT_EQ(list.Add(range), std::nullopt) << range;
    }
    return list;
}

TEST(AllowList, HoldsWholeRanges)
{
    EXPECT_TRUE(AllowList().Allows(At("1.2.3.4")));
    const AllowList list = Allowing({"10.0.0.0/8", "192.168.16.0/20", "fe80::/10", "1.2.3.4/32"});
    for (const char* const inside :
         {"10.255.0.1", "192.168.31.255", "::ffff:10.1.1.1", "febf::1", "1.2.3.4"})
    {
        EXPECT_TRUE(list.Allows(At(inside))) << inside;
    }
    for (const char* const outside : {"11.0.0.1", "192.168.32.0", "fec0::1", "1.2.3.5", "::1"})
    {
        EXPECT_FALSE(list.Allows(At(outside))) << outside;
    }
    EXPECT_FALSE(list.Allows(Address{}));
    EXPECT_TRUE(Allowing({"0.0.0.0/0"}).Allows(At("9.9.9.9")));
}

TEST(AllowList, NamesWhatIsNoRange)
{
    for (const char* const wrong : {"10.0.0.0",
                                    "10.0.0.0/33",
                                    "10.0.0.0/",
                                    "/8",
                                    "host/8",
                                    "::/129",
                                    "10.0.0.0/8x",
                                    "10.0.0.0/-1"})
    {
        EXPECT_EQ(AllowList().Add(wrong),
                  "\"" + std::string(wrong) +
                      "\": must be a range of addresses such as 10.0.0.0/8 or fe80::/64");
    }
}

TEST(SourceLimiter, AdmitsABurstAndThenTheRate)
{
    SourceLimiter limiter(100);
    const auto admitted = [&limiter](const char* from, Instant now, int tries) {
        int count = 0;
        for (int i = 0; i < tries; ++i)
        {
            count += limiter.Admit(At(from), now);
        }
        return count;
    };
    EXPECT_EQ(admitted("10.0.0.1", Instant(5s), 1000), 100);
    EXPECT_EQ(admitted("10.0.0.2", Instant(5s), 50), 50); // another source has its own
    EXPECT_EQ(admitted("10.0.0.1", Instant(5s + 100ms), 1000), 10);
    EXPECT_EQ(admitted("10.0.0.1", Instant(60s), 1000), 100);
    EXPECT_EQ(admitted("2001:db8::1", Instant(60s), 100), 100);
    EXPECT_EQ(admitted("2001:db8::2", Instant(60s), 100), 0); // who has one of them has all
    SourceLimiter unlimited(0);
    EXPECT_TRUE(unlimited.Admit(At("10.0.0.1"), Instant{}));
    EXPECT_EQ(unlimited.Sources(), 0u);
}

TEST(SourceLimiter, ForgedSourcesCostBoundedMemory)
{
    SourceLimiter limiter(100);
    const auto flood = [&limiter](Instant now) {
        int admitted = 0;
        for (std::uint32_t i = 0; i < 100'000; ++i)
        {
            const std::array<std::uint8_t, 4> bytes{10,
                                                    static_cast<std::uint8_t>(i >> 16),
                                                    static_cast<std::uint8_t>(i >> 8),
                                                    static_cast<std::uint8_t>(i)};
            admitted += limiter.Admit(Address(bytes, 1), now);
            EXPECT_LE(limiter.Sources(), SourceLimiter::MAX_SOURCES);
        }
        return admitted;
    };
    const int most = static_cast<int>(SourceLimiter::MAX_SOURCES) + 100;
    EXPECT_LE(flood(Instant(1s)), most);
    EXPECT_LE(flood(Instant(3s)), most);
    EXPECT_TRUE(limiter.Admit(At("11.0.0.1"), Instant(10s))); // the quiet ones are forgotten
    EXPECT_LT(limiter.Sources(), 100u);
}

/// A look-up that does not come back before it is allowed to.
class StuckLookUp
{
  public:
    ~StuckLookUp()
    {
        Release();
    }

    LookUpHost Function()
    {
        return [state = m_state](const HostPort& host, bool) {
            std::unique_lock lock(state->mutex);
            state->most = std::max(state->most, ++state->inside);
            state->changed.wait(lock, [&state] { return state->released; });
            --state->inside;
            ++state->done;
            return Transport::Resolution{{At("127.0.0.1")}, host.host};
        };
    }

    void Release()
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->released = true;
        m_state->changed.notify_all();
    }

    std::size_t Most() const
    {
        const std::lock_guard lock(m_state->mutex);
        return m_state->most;
    }

    int Done() const
    {
        const std::lock_guard lock(m_state->mutex);
        return m_state->done;
    }

  private:
    /// Outlives the test, for the threads that are stuck.
    struct State
    {
        std::mutex mutex;
        std::condition_variable changed;
        bool released = false;
        std::size_t inside = 0;
        std::size_t most = 0;
        int done = 0;
    };

    std::shared_ptr<State> m_state = std::make_shared<State>();
};

std::unique_ptr<Transport> SocketsWith(const LookUpHost& lookUp)
{
    return MakeAsioTransport({.bind = Address(std::array<std::uint8_t, 4>{127, 0, 0, 1}, 0),
                              .streamTimeout = 2s,
                              .lookUp = lookUp});
}

TEST(LookUps, ADeadNameServerDelaysNoShutdown)
{
    StuckLookUp stuck;
    Agent agent(Quick("a"), SocketsWith(stuck.Function()));
    auto joined = agent.Join({"db-1:7946"});
    EXPECT_TRUE(Eventually([&] { return stuck.Most() == 1; }));
    EXPECT_EQ(Get(agent.Ping(Where(agent))).error, ""); // nor what else it does
    agent.Shutdown();
    EXPECT_EQ(Get(std::move(joined)).errors, std::vector<std::string>{"the agent was shut down"});
    EXPECT_EQ(stuck.Done(), 0);
    stuck.Release();
    EXPECT_TRUE(Eventually([&] { return stuck.Done() == 1; })); // and is told to nobody
}

TEST(LookUps, RunAFewAtATimeAndAreAllAnswered)
{
    StuckLookUp stuck;
    Agent agent(Quick("a"), SocketsWith(stuck.Function()));
    std::vector<Future<JoinResult>> joins;
    for (int i = 0; i < 20; ++i)
    {
        joins.push_back(agent.Join({"db-" + std::to_string(i) + ":1"}));
    }
    EXPECT_TRUE(Eventually([&] { return stuck.Most() == LookUps::MAX_THREADS; }));
    stuck.Release();
    for (Future<JoinResult>& joined : joins)
    {
        EXPECT_EQ(Get(std::move(joined)).errors.size(), 1u); // nobody listens at port 1
    }
    EXPECT_EQ(stuck.Done(), 20);
    EXPECT_EQ(stuck.Most(), LookUps::MAX_THREADS);
}

} // namespace

} // namespace swim
