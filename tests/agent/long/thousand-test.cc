// SPDX-License-Identifier: MIT
//
// A thousand members on sockets in one process: they find each other soon, and cost little.
#include "process-usage.h"
#include "swim/swarm.h"
#include "tests/agent/agents-on-sockets.h"

#include <cstdio>

namespace swim
{

namespace
{

constexpr std::size_t MEMBERS = 1000;

/// The machine may have others to serve; that they join at all is the test.
constexpr auto GIVE_UP = 600s;

TEST(Thousand, JoinSoonAndCostLittle)
{
    const std::size_t before = ResidentBytes();
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&start] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    SwarmOptions options{.members = MEMBERS, .first = {.name = "m0", .bind = "127.78.0.1:17946"}};
    Swarm swarm(options);
    const std::vector<Future<JoinResult>> joins = swarm.Join({}, 20s);
    EXPECT_TRUE(Eventually([&] { return swarm.LeastKnown() == MEMBERS; }, GIVE_UP));
    const double joined = elapsed();
    EXPECT_TRUE(Eventually([&] { return swarm.Quiet(); }, GIVE_UP));
    const double settled = elapsed();

    const auto userBefore = UserTime();
    const auto idleFrom = elapsed();
    std::this_thread::sleep_for(30s);
    const double idle = elapsed() - idleFrom;
    const double user = std::chrono::duration<double>(UserTime() - userBefore).count();
    const double userMs = 1000 * user / (idle * MEMBERS);
    const double kilobytes = (ResidentBytes() - before) / 1000.0 / MEMBERS;
    std::printf(
        "joined in %.1f s, settled in %.1f s; idle: %.4f ms of processor a member and second, "
        "%.1f kB a member\n",
        joined,
        settled,
        userMs,
        kilobytes);
    std::uint64_t failed = 0;
    for (std::size_t member = 0; member < MEMBERS; ++member)
    {
        failed += swarm.At(member).Count().probesFailed;
    }
    std::printf("failed probes: %llu\n", static_cast<unsigned long long>(failed));
    EXPECT_LT(kilobytes, 180);
}

} // namespace

} // namespace swim
