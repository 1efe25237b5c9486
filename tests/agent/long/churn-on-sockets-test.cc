// SPDX-License-Identifier: MIT
//
// Agents on sockets that come and go for a minute, or for SWIMLAB_SOAK_SECONDS: those that stay
// keep no memory and no open files of those that went.
#include "process-usage.h"
#include "tests/agent/agents-on-sockets.h"

#include <cstdio>
#include <cstdlib>

namespace swim
{

namespace
{

std::chrono::seconds SoakTime()
{
    const char* const text = std::getenv("SWIMLAB_SOAK_SECONDS");
    return std::chrono::seconds(text == nullptr ? 60 : std::max(1, std::atoi(text)));
}

/// Forgets those who are gone soon, so that the tables are as long after an hour as after a minute.
AgentOptions Forgetful(const std::string& name)
{
    AgentOptions options = Quick(name);
    options.config.suspicionMult = 2;
    options.config.awarenessMaxMultiplier = 1; // that most of those probed are gone is no illness
    options.config.gossipToTheDeadTime = 500ms;
    options.config.reapTime = 3s;
    options.config.reconnectInterval = 0s;
    options.config.announceToDownInterval = 0s;
    return options;
}

class ChurnOnSockets : public testing::Test
{
  protected:
    ChurnOnSockets()
    {
        for (const char* const name : {"stays-a", "stays-b", "stays-c", "stays-d", "stays-e"})
        {
            stay.push_back(std::make_unique<Agent>(Forgetful(name)));
        }
        for (const auto& agent : stay)
        {
            // The first has nobody yet, and itself is no contact.
            EXPECT_EQ(Get(agent->Join({Where(*stay[0])})).contacted, agent == stay[0] ? 0u : 1u);
        }
    }

    /// Some members come at once and say something. One goes in the middle of its join, one without
    /// a word, the others take their leave.
    void ComeAndGo()
    {
        std::vector<std::unique_ptr<Agent>> party;
        std::vector<Future<JoinResult>> joins;
        for (int i = 0; i < 10; ++i)
        {
            const std::string name = "guest-" + std::to_string(guests++);
            party.push_back(std::make_unique<Agent>(Forgetful(name)));
            joins.push_back(party.back()->Join({Where(*stay[guests % stay.size()])}));
        }
        party.pop_back();
        joins.pop_back();
        std::vector<Future<void>> leaves;
        for (std::size_t i = 0; i < party.size(); ++i)
        {
            EXPECT_EQ(Get(std::move(joins[i])).contacted, 1u);
            party[i]->UpdateMeta("guest").wait();
            party[i]->Broadcast({1, 2, 3}).wait();
            if (i > 0)
            {
                leaves.push_back(party[i]->Leave(LONG_ENOUGH));
            }
        }
        for (Future<void>& left : leaves)
        {
            EXPECT_EQ(Get(std::move(left)), std::nullopt);
        }
    }

    void ChurnUntil(std::chrono::steady_clock::time_point end)
    {
        while (std::chrono::steady_clock::now() < end)
        {
            ComeAndGo();
            EXPECT_TRUE(Eventually([&] { return Remembered() <= 40; })); // no more than they digest
        }
    }

    /// How many members, dead and left ones too, the one has in its table that has most.
    std::size_t Remembered() const
    {
        std::size_t most = 0;
        for (const auto& agent : stay)
        {
            most = std::max(most, agent->Members().size());
        }
        return most;
    }

    /// Whether those that stay know nobody else any more.
    bool Forgotten() const
    {
        return Remembered() == stay.size();
    }

    std::vector<std::unique_ptr<Agent>> stay;
    std::uint64_t guests = 0;
};

TEST_F(ChurnOnSockets, LeavesNothingBehind)
{
    const auto start = std::chrono::steady_clock::now();
    const auto time = SoakTime();
    const std::size_t filesBefore = OpenFiles();
    ChurnUntil(start + time / 4); // allocators and tables get their size
    EXPECT_TRUE(Eventually([&] { return Forgotten(); }, 120s));
    const std::size_t bytesBefore = ResidentBytes();
    const std::uint64_t guestsBefore = guests;
    ChurnUntil(start + time);
    EXPECT_TRUE(Eventually([&] { return Forgotten(); }, 120s));
    EXPECT_TRUE(Eventually([&] { return OpenFiles() <= filesBefore; }));
    const double growth = static_cast<double>(ResidentBytes()) - static_cast<double>(bytesBefore);
    const auto after = static_cast<double>(guests - guestsBefore);
    std::printf("%.0f guests, %.1f MB more, %zu files as before\n",
                after,
                growth / 1e6,
                OpenFiles());
    // Each of those that stay remembers the names that it heard: see Directory.
    EXPECT_LT(growth, 4e6 + 5 * 500 * after);
}

} // namespace

} // namespace swim
