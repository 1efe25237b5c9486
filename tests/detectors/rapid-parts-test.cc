// SPDX-License-Identifier: MIT
//
// Rapid's parts alone: cut detection, consensus, rings.
#include "accuracy.h"
#include "detectors/cut-detector.h"
#include "detectors/fast-paxos.h"
#include "detectors/rapid-view.h"
#include "swim/rng.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace swim::detectors
{
namespace
{

constexpr std::uint32_t K = 10;

TEST(CutDetector, ProposesAtTheReportThatMakesAMemberStable)
{
    CutDetector detector(K, 8, 2);
    for (std::uint32_t ring = 0; ring < 7; ++ring)
    {
        EXPECT_TRUE(detector.Report(5, ring).empty()) << ring;
        EXPECT_TRUE(detector.Report(5, ring).empty()) << "each ring counts once";
    }
    EXPECT_EQ(detector.Report(5, 7), std::vector<CutDetector::Subject>{5});
}

TEST(CutDetector, WaitsForWhoeverIsUnstable)
{
    for (const std::uint32_t others : {1u, 2u})
    {
        CutDetector detector(K, 8, 2);
        std::vector<CutDetector::Subject> expected;
        for (std::uint32_t subject = 0; subject <= others; ++subject)
        {
            expected.push_back(subject);
            for (std::uint32_t ring = 0; ring < 7; ++ring)
            {
                EXPECT_TRUE(detector.Report(subject, ring).empty());
            }
        }
        for (std::uint32_t subject = 0; subject < others; ++subject)
        {
            EXPECT_TRUE(detector.Report(subject, 7).empty()) << "somebody is between L and H";
        }
        EXPECT_EQ(detector.Report(others, 7), expected);
    }
}

TEST(CutDetector, IsHeldUpByWhomTooFewReport)
{
    CutDetector detector(K, 9, 4);
    for (std::uint32_t ring = 0; ring < 4; ++ring)
    {
        detector.Report(1, ring);
    }
    for (std::uint32_t ring = 0; ring < K; ++ring)
    {
        EXPECT_TRUE(detector.Report(2, ring).empty()) << "without reinforcement nobody is removed";
    }
}

TEST(CutDetector, TakesTheReportsOfObserversThatAreGoneThemselvesAsGiven)
{
    CutDetector detector(K, 9, 4);
    for (std::uint32_t ring = 0; ring < 8; ++ring)
    {
        detector.Report(1, ring);
        EXPECT_TRUE(detector.Report(2, ring).empty());
    }
    // Each is the other's observer on the last two rings.
    const auto proposal =
        detector.ReportImplicitly([](CutDetector::Subject subject, std::uint32_t ring) {
            return ring < 8 ? 99 : 3 - subject;
        });
    EXPECT_EQ(proposal, (std::vector<CutDetector::Subject>{1, 2}));
}

double Choose(int n, int k)
{
    double product = 1;
    for (int i = 1; i <= k; ++i)
    {
        product = product * (n - k + i) / i;
    }
    return product;
}

TEST(CutDetector, ConflictsAsOftenAsTheClosedForm)
{
    constexpr int RUNS = 200'000;
    Rng rng(1, 1);
    for (const auto& [high, low] :
         {std::pair(6, 1), {6, 3}, {7, 4}, {8, 2}, {8, 4}, {9, 3}, {9, 4}})
    {
        double expected = 0;
        for (int j = 0; j < low; ++j)
        {
            expected += 2 * Choose(K, high - 1) * Choose(K, j) / Choose(2 * K, high - 1 + j) *
                        (double(K) - high + 1) / (2.0 * K - high + 1 - j);
        }
        int conflicts = 0;
        for (int run = 0; run < RUNS; ++run)
        {
            std::vector<std::pair<std::uint32_t, std::uint32_t>> alerts;
            for (std::uint32_t i = 0; i < 2 * K; ++i)
            {
                alerts.emplace_back(i % 2, i / 2);
            }
            for (std::size_t i = alerts.size(); i > 1; --i)
            {
                std::swap(alerts[i - 1], alerts[rng.Below(i)]);
            }
            CutDetector detector(K,
                                 static_cast<std::uint32_t>(high),
                                 static_cast<std::uint32_t>(low));
            for (const auto& [subject, ring] : alerts)
            {
                const auto proposal = detector.Report(subject, ring);
                if (!proposal.empty())
                {
                    conflicts += proposal.size() < 2 ? 1 : 0;
                    break;
                }
            }
        }
        const double error = std::sqrt(expected * (1 - expected) / RUNS);
        EXPECT_NEAR(static_cast<double>(conflicts) / RUNS, expected, 3 * error)
            << "H " << high << ", L " << low;
    }
}

TEST(FastPaxos, NeedsTheQuorumsOfTheCodesTests)
{
    constexpr std::pair<std::uint32_t, std::uint32_t> QUORUMS[] = {{5, 4},
                                                                   {6, 5},
                                                                   {48, 37},
                                                                   {49, 37},
                                                                   {50, 38},
                                                                   {51, 39},
                                                                   {99, 75},
                                                                   {100, 76},
                                                                   {101, 76},
                                                                   {102, 77}};
    for (const auto& [members, quorum] : QUORUMS)
    {
        EXPECT_EQ(FastPaxos::FastQuorum(members), quorum) << members;
        FastPaxos paxos(members, 7);
        for (std::uint32_t voter = 0; voter + 1 < quorum; ++voter)
        {
            EXPECT_FALSE(paxos.OnVote(voter, {1}));
            EXPECT_FALSE(paxos.OnVote(voter, {1})) << "a member votes once";
        }
        EXPECT_TRUE(paxos.OnVote(quorum, {1}));
    }
}

TEST(FastPaxos, BearsAsManyConflictingVotesAsTheCode)
{
    const auto decides = [](std::uint32_t members, std::uint32_t conflicting) {
        FastPaxos paxos(members, 7);
        bool decided = false;
        for (std::uint32_t voter = 0; voter < members; ++voter)
        {
            const FastPaxos::Value value{voter < conflicting ? 2u : 1u};
            decided = paxos.OnVote(voter, value).has_value() || decided;
        }
        return decided;
    };
    EXPECT_TRUE(decides(48, 11));
    EXPECT_FALSE(decides(48, 14));
    EXPECT_TRUE(decides(100, 24));
    EXPECT_FALSE(decides(100, 25));
}

TEST(FastPaxos, ChoosesInAClassicRoundWhatMayHaveBeenDecided)
{
    using Promise = FastPaxos::Promise;
    const auto voted = [](const FastPaxos::Value& value) { return Promise{{2, 9}, {1, 1}, value}; };
    std::vector<Promise> promises(3, voted({1}));
    promises.insert(promises.end(), 2, voted({2}));
    promises.push_back(Promise{{2, 9}, {}, {}});
    EXPECT_EQ(FastPaxos::Choose(promises, 10), FastPaxos::Value{1}) << "more than a quarter";
    promises.push_back(Promise{{2, 9}, {2, 3}, {5}});
    EXPECT_EQ(FastPaxos::Choose(promises, 10), FastPaxos::Value{5}) << "the highest round";
    EXPECT_TRUE(FastPaxos::Choose({Promise{{2, 9}, {}, {}}}, 10).empty());
}

TEST(FastPaxos, CountsAPromiseOnceHoweverOftenItComes)
{
    FastPaxos paxos(5, 9);
    const auto rank = paxos.StartClassic();
    ASSERT_TRUE(rank);
    EXPECT_FALSE(paxos.StartClassic()) << "one classic round a member";
    for (int i = 0; i < 4; ++i)
    {
        EXPECT_FALSE(paxos.OnPromise(1, {*rank, {1, 1}, {4}}));
    }
    EXPECT_FALSE(paxos.OnPromise(2, {*rank, {}, {}}));
    EXPECT_EQ(paxos.OnPromise(3, {*rank, {}, {}}), FastPaxos::Value{4});
}

TEST(RapidView, GivesEverybodyKObserversAndKSubjects)
{
    constexpr std::uint32_t MEMBERS = 100;
    std::vector<RapidView::Member> members;
    for (std::uint32_t i = 0; i < MEMBERS; ++i)
    {
        members.push_back({NameId(i), RapidHash("m" + std::to_string(i))});
    }
    const RapidView view(members, K);
    std::map<NameId, int> observed;
    double distinct = 0;
    for (const auto& member : members)
    {
        std::set<NameId> observers;
        for (std::uint32_t ring = 0; ring < K; ++ring)
        {
            const NameId subject = view.Subject(member.hash, ring);
            ++observed[subject];
            EXPECT_EQ(view.Observer(members[subject.Value()].hash, ring), member.name);
            observers.insert(view.Observer(member.hash, ring));
        }
        distinct += static_cast<double>(observers.size()) / MEMBERS;
    }
    for (const auto& [name, count] : observed)
    {
        EXPECT_EQ(count, int{K});
    }
    EXPECT_NEAR(distinct, 9.56, 0.2);
}

} // namespace
} // namespace swim::detectors
