// SPDX-License-Identifier: MIT
//
// How fast an update infects everybody by piggyback alone, against a reference of the same
// assumptions: round-robin targets, random phases, no delay, retransmit limit 3 ceil(ln(N + 1)).
//
// The update is a member's own answer to an accusation: its new incarnation, which starts at a
// random moment and changes nobody's targets. A member is infected when it has the incarnation; the
// first is infected at zero and counts. Medians are within a run, then averaged over runs. The
// logistic law (SWIM 4.1) takes mixing for continuous and is 10 to 20 % too fast for larger groups.
#include "instant-network.h"

#include <cmath>
#include <gtest/gtest.h>

namespace swim
{

namespace
{

using namespace std::chrono_literals;

/// When each member was infected, in periods, in order.
std::vector<double> Infect(const Config& config, std::uint32_t members, std::uint64_t seed)
{
    constexpr std::uint64_t OUR_STREAM = UINT64_MAX - 1;
    const auto period = static_cast<std::uint64_t>(config.probeInterval.count());
    InstantNetwork network(config, members, seed, 0.0);
    const auto phase = Duration(static_cast<std::int64_t>(Rng(seed, OUR_STREAM).Below(period)));
    network.RunUntil(Instant(config.probeInterval + phase));

    const Instant start = network.Now();
    std::vector<double> times{0.0};
    std::vector<bool> infected(members);
    infected[0] = true;
    network.Observe([&](Member member, const Node& node, const Outbox&) {
        if (!infected[member] && node.Members().At(Slot(0)).incarnation == 2)
        {
            infected[member] = true;
            times.push_back(std::chrono::duration<double>(network.Now() - start) /
                            std::chrono::duration<double>(config.probeInterval));
        }
    });
    wire::Bytes accusation;
    wire::EncodeSuspect({1, "m0", "m1"}, accusation);
    network.Hand(0, accusation);
    network.RunUntil(start + 30 * config.probeInterval);
    return times;
}

double Median(const std::vector<double>& sorted)
{
    const std::size_t half = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

struct Point
{
    std::uint32_t members;
    int runs;
    double median; ///< periods (published-results, 1.5)
    double all;    ///< periods until everybody has it

    friend std::ostream& operator<<(std::ostream& out, const Point& point)
    {
        return out << point.members << " members";
    }
};

class Infection : public testing::TestWithParam<Point>
{
};

TEST_P(Infection, TakesAsLongAsTheIdealReference)
{
    const Point& point = GetParam();
    const Config config = Preset("swim").value();
    double median = 0;
    double all = 0;
    for (int run = 1; run <= point.runs; ++run)
    {
        const auto times = Infect(config, point.members, static_cast<std::uint64_t>(run));
        ASSERT_EQ(times.size(), point.members) << "all runs reach everyone; not seed " << run;
        median += Median(times) / point.runs;
        all += times.back() / point.runs;
    }
    EXPECT_NEAR(median, point.median, 0.05 * point.median);
    EXPECT_NEAR(all, point.all, 0.05 * point.all);

    const double n = point.members;
    const double logistic = std::log(n - 1) / (2 - 1 / n);
    EXPECT_LT(median, 1.25 * logistic);
    if (point.members >= 20)
    {
        EXPECT_GT(median, 1.05 * logistic) << "mixing is not continuous";
    }
}

INSTANTIATE_TEST_SUITE_P(Statistics,
                         Infection,
                         testing::Values(Point{6, 4000, 0.80, 1.49},
                                         Point{13, 2000, 1.36, 2.38},
                                         Point{20, 2000, 1.68, 2.82},
                                         Point{56, 500, 2.39, 3.87},
                                         Point{128, 200, 2.88, 4.57}));

} // namespace

} // namespace swim
