// SPDX-License-Identifier: MIT
//
// Agents on sockets that come and go for a minute, or for SWIMLAB_SOAK_SECONDS: those that stay
// keep no memory and no open files of those that went.
#include "../agents-on-sockets.h"
#include "process-usage.h"

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
    options.config.gossipToTheDeadTime = 500ms;
    options.config.reapTime = 1s;
    options.config.reconnectInterval = 0s;
    options.config.announceToDownInterval = 0s;
    return options;
}

class ChurnOnSockets : public testing::Test
{
  protected:
    ChurnOnSockets()
    {
        for (const char* const name : {"stays-a", "stays-b", "stays-c"})
        {
            stay.push_back(std::make_unique<Agent>(Forgetful(name)));
        }
        for (const auto& agent : stay)
        {
            EXPECT_EQ(Get(agent->Join({Where(*stay[0])})).contacted, 1u);
        }
    }

    /// A member comes, says something, and goes in one of three ways.
    void ComeAndGo()
    {
        Agent guest(Forgetful("guest-" + std::to_string(guests)));
        auto joined = guest.Join({Where(*stay[guests % stay.size()])});
        if (guests % 3 == 0)
        {
            ++guests;
            return; // in the middle of its join
        }
        EXPECT_EQ(Get(std::move(joined)).contacted, 1u);
        guest.UpdateMeta("guest").wait();
        guest.Broadcast({1, 2, 3}).wait();
        if (guests++ % 3 == 1)
        {
            EXPECT_EQ(Get(guest.Leave(LONG_ENOUGH)), std::nullopt);
        }
    }

    void ChurnUntil(std::chrono::steady_clock::time_point end)
    {
        while (std::chrono::steady_clock::now() < end)
        {
            ComeAndGo();
        }
    }

    /// Whether those that stay know nobody else any more.
    bool Forgotten() const
    {
        return std::ranges::all_of(stay, [this](const auto& agent) {
            return agent->Members().size() == stay.size();
        });
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
    EXPECT_TRUE(Eventually([&] { return Forgotten(); }));
    const std::size_t bytesBefore = ResidentBytes();
    const std::uint64_t guestsBefore = guests;
    ChurnUntil(start + time);
    EXPECT_TRUE(Eventually([&] { return Forgotten(); }));
    EXPECT_TRUE(Eventually([&] { return OpenFiles() <= filesBefore; }));
    const double growth = static_cast<double>(ResidentBytes()) - static_cast<double>(bytesBefore);
    const auto after = static_cast<double>(guests - guestsBefore);
    std::printf("%.0f guests, %.1f MB more, %zu files as before\n",
                after,
                growth / 1e6,
                OpenFiles());
    // Each of those that stay remembers the names that it heard: see Directory.
    EXPECT_LT(growth, 4e6 + 3 * 500 * after);
}

} // namespace

} // namespace swim
