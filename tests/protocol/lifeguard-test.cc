// SPDX-License-Identifier: MIT
//
// Lifeguard's and memberlist's published vectors: suspicion time-outs of the paper's nine tunings,
// local health point by point, and memberlist's "dogpile" of confirmations on a whole node.
#include "node-fixture.h"

#include <cmath>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

struct Tuning
{
    std::uint32_t alpha;
    std::uint32_t beta;
    std::int64_t timeoutsMs[4]; ///< with 0, 1, 2, 3 confirmations
};

/// Lifeguard with 128 members, K = 3, probes each second (published-results, 2.1).
constexpr Tuning TUNINGS[] = {
    {5, 6, {63216, 36876, 21468, 10536}},
    {5, 4, {42144, 26340, 17095, 10536}},
    {5, 2, {21072, 15804, 12722, 10536}},
    {4, 6, {50573, 29501, 17175, 8429}},
    {4, 4, {33715, 21072, 13676, 8429}},
    {4, 2, {16858, 12643, 10178, 8429}},
    {2, 6, {25287, 14750, 8587, 4214}},
    {2, 4, {16858, 10536, 6838, 4214}},
    {2, 2, {8429, 6322, 5089, 4214}},
};

constexpr std::uint32_t AGENTS = 128;
constexpr std::uint32_t CONFIRMATIONS = 3;

TEST(Lifeguard, TimeoutsAreThoseOfThePaperToTheMillisecond)
{
    for (const Tuning& tuning : TUNINGS)
    {
        const double minS = tuning.alpha * std::log10(AGENTS);
        const Duration min(static_cast<std::int64_t>(minS * 1e9));
        const SuspicionBounds bounds{CONFIRMATIONS, min, tuning.beta * min};
        for (std::uint32_t c = 0; c <= CONFIRMATIONS; ++c)
        {
            const auto timeoutMs =
                std::chrono::duration<double, std::milli>(SuspicionTimeout(bounds, c));
            EXPECT_NEAR(timeoutMs.count(), static_cast<double>(tuning.timeoutsMs[c]), 1.0)
                << "alpha " << tuning.alpha << ", beta " << tuning.beta << ", " << c;
        }
    }
}

TEST(Lifeguard, MemberlistsLogarithmFallsShortOfThePapersByATenThousandth)
{
    // It keeps three decimals of log10 128 = 2.10721, and whole milliseconds of the time-out, which
    // the paper rounds.
    for (const Tuning& tuning : TUNINGS)
    {
        Config config = Preset("memberlist-lan").value();
        config.suspicionMult = tuning.alpha;
        config.suspicionMaxTimeoutMult = tuning.beta;
        SuspicionBounds bounds = BoundSuspicion(config, AGENTS);
        EXPECT_EQ(bounds.min, tuning.alpha * 2107ms);
        EXPECT_EQ(bounds.max, tuning.alpha * tuning.beta * 2107ms);
        bounds.confirmations = CONFIRMATIONS;
        for (std::uint32_t c = 0; c <= CONFIRMATIONS; ++c)
        {
            const auto paperMs = static_cast<double>(tuning.timeoutsMs[c]);
            const auto ourMs = static_cast<double>(SuspicionTimeout(bounds, c) / 1ms);
            EXPECT_LE(ourMs, paperMs) << "alpha " << tuning.alpha << ", beta " << tuning.beta;
            EXPECT_GE(ourMs, paperMs * (1 - 1.1e-4) - 1.5);
        }
    }
}

class LifeguardTest : public NodeTest
{
  protected:
    static constexpr std::uint32_t RELAYS = 10;

    LifeguardTest()
    {
        config.indirectChecks = RELAYS;
        config.streamFallback = false;
        config.suspicionMult = 1000; // who fails probes stays a target
        config.gossipInterval = 0s;
        config.pushPullInterval = 0s;
    }

    /// Moves to a probe under way that no earlier call has ended. @return its sequence number
    std::uint32_t NextProbe()
    {
        // A failed round ends at the instant the next one begins, which then runs already.
        while (node->Count().probes == m_ended)
        {
            AdvanceTo(node->NextDeadline());
        }
        ++m_ended;
        return static_cast<std::uint32_t>(node->Count().probes);
    }

    void Succeed()
    {
        HearMessage(wire::Ack{NextProbe(), {}});
    }

    /// Fails a probe with so many of the nacks missing. @return how long the round took
    Duration Fail(std::uint32_t missing)
    {
        const std::uint32_t seqNo = NextProbe();
        const Instant start = now;
        AdvanceBy(config.probeTimeout);
        for (std::uint32_t nack = missing; nack < RELAYS; ++nack)
        {
            HearMessage(wire::Nack{seqNo});
        }
        for (const std::uint64_t before = node->Count().probesFailed;
             node->Count().probesFailed == before;)
        {
            AdvanceTo(node->NextDeadline());
        }
        return now - start;
    }

  private:
    std::uint64_t m_ended = 0;
};

TEST_F(LifeguardTest, HealthFollowsMemberlistsVector)
{
    // awareness_test.go: changes, the score after each, and the interval of one second at it.
    Start("abcdefghijklmnopqrstuvwxyz");
    const auto change = [&](int delta) {
        for (; delta < 0; ++delta)
        {
            Succeed();
        }
        if (delta > 0)
        {
            Fail(static_cast<std::uint32_t>(delta));
        }
    };
    int row = 0;
    for (const auto& [delta, score] : {std::pair{0, 0u},
                                       {-1, 0u},
                                       {-10, 0u},
                                       {1, 1u},
                                       {-1, 0u},
                                       {10, 7u},
                                       {-1, 6u},
                                       {-1, 5u},
                                       {-1, 4u},
                                       {-1, 3u},
                                       {-1, 2u},
                                       {-1, 1u},
                                       {-1, 0u},
                                       {-1, 0u}})
    {
        change(delta);
        EXPECT_EQ(node->HealthScore(), score) << "row " << row;
        EXPECT_EQ(Fail(0), (score + 1) * 1s) << "row " << row << ", without change of health";
        ++row;
    }
}

TEST_F(LifeguardTest, DogpileOfConfirmationsBuriesOnTime)
{
    // state_test.go's Dogpile; it writes 604 ms and allows for the scheduler, its formula floors
    // 603.76.
    struct Row
    {
        std::string_view members;
        std::string_view confirmers;
        Duration death;
    };

    config.suspicionMult = 5;
    config.suspicionMaxTimeoutMult = 2;
    config.probeInterval = 100ms;
    config.probeTimeout = 50ms;
    for (const Row& row : {Row{"ab", "", 500ms},
                           Row{"abc", "c", 500ms},
                           Row{"abcd", "cd", 500ms},
                           Row{"abcde", "", 1000ms},
                           Row{"abcdef", "", 1000ms},
                           Row{"abcdef", "c", 750ms},
                           Row{"abcdef", "cd", 603ms},
                           Row{"abcdef", "cde", 500ms},
                           Row{"abcdef", "cdef", 500ms}})
    {
        Start(row.members);
        Hear(Suspect('b', 1, 'a')); // our own word, so that our own probes confirm nothing
        for (const char confirmer : row.confirmers)
        {
            Hear(Suspect('b', 1, confirmer));
        }
        while (StateOf('b') == "suspect@1")
        {
            AdvanceTo(node->NextDeadline());
        }
        EXPECT_EQ(StateOf('b'), "dead@1");
        EXPECT_EQ(now - Instant{}, row.death) << row.members << ", confirmed by " << row.confirmers;
    }
}

} // namespace

} // namespace swim
