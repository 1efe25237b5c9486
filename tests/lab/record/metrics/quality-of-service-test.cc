// SPDX-License-Identifier: GPL-2.0-only
//
// The quality of service of a failure detector: what is a mistake of it, for how long, and whether the
// estimates hold for a process whose quality is known in closed form.
#include "swim/rng.h"
#include "written-run.h"

#include <cmath>
#include <gtest/gtest.h>

namespace swimlab
{
namespace
{

using Durations = std::vector<double>;

Json QualityOf(WrittenRun& run)
{
    return run.Metrics()["quality_of_service"];
}

TEST(QualityOfService, CountsAMistakeFromTheDeathToTheReturn)
{
    WrittenRun run(3, 100);
    run.Dead(10, 1, 0).Alive(14.5, 1, 0).Dead(50, 1, 0, 2).Alive(52, 1, 0, 3);
    const Json all = QualityOf(run);
    EXPECT_EQ(all["pairs"], 6);
    EXPECT_DOUBLE_EQ(all["exposed_pair_s"].get<double>(), 600);
    EXPECT_DOUBLE_EQ(all["exposed_member_s"].get<double>(), 300);
    const Json& dead = all["dead"];
    EXPECT_EQ(dead["mistakes"], 2);
    EXPECT_DOUBLE_EQ(dead["mistake_pair_s"].get<double>(), 6.5);
    EXPECT_EQ(dead["mistake_durations"]["seconds"], Durations({2, 4.5}));
    EXPECT_EQ(dead["recurrence_times"]["seconds"], Durations({40}));
    EXPECT_EQ(dead["good_periods"]["seconds"], Durations({35.5}));
    EXPECT_EQ(dead["inherited"], 0);
    EXPECT_EQ(dead["pairs_with_mistakes"], 1);
    EXPECT_EQ(dead["worst_pairs"],
              Json::parse(R"([{"observer": "m1", "subject": "m0", "exposed_s": 100.0,
                               "mistakes": 2, "mistake_s": 6.5}])"));
}

TEST(QualityOfService, ASuspicionIsAMistakeOnlyInTheSecondReading)
{
    WrittenRun run(3, 100);
    run.Suspect(10, 1, 0).Dead(14, 1, 0).Alive(20, 1, 0).Suspect(30, 2, 0, 2);
    run.Say(31, 2, swim::EventKind::REFUTED, 0, 3);
    const Json all = QualityOf(run);
    EXPECT_EQ(all["dead"]["mistakes"], 1);
    EXPECT_DOUBLE_EQ(all["dead"]["mistake_pair_s"].get<double>(), 6);
    EXPECT_EQ(all["suspected"]["mistakes"], 2);
    EXPECT_DOUBLE_EQ(all["suspected"]["mistake_pair_s"].get<double>(), 11);
    EXPECT_EQ(all["suspected"]["mistake_durations"]["seconds"], Durations({1, 10}));
}

TEST(QualityOfService, AMistakeThatTheEndCutsOffIsCensored)
{
    WrittenRun run(2, 100);
    run.Dead(90, 1, 0);
    const Json dead = QualityOf(run)["dead"];
    EXPECT_EQ(dead["mistakes"], 1);
    EXPECT_DOUBLE_EQ(dead["mistake_pair_s"].get<double>(), 10);
    EXPECT_EQ(dead["mistake_durations"]["ended"], Json::array({0}));
    EXPECT_EQ(dead["mistake_durations"]["censored"], Json::array({1}));
    EXPECT_TRUE(dead["good_periods"]["seconds"].empty());
}

TEST(QualityOfService, ACrashEndsWhatWasAMistakeAndIsNone)
{
    WrittenRun run(3, 100);
    run.Dead(10, 1, 0).Do(20, Verb::CRASH, 0).Dead(30, 2, 0);
    const Json all = QualityOf(run);
    EXPECT_EQ(all["dead"]["mistakes"], 1);
    EXPECT_DOUBLE_EQ(all["dead"]["mistake_pair_s"].get<double>(), 10);
    EXPECT_EQ(all["dead"]["mistake_durations"]["censored"], Json::array({1}));
    // Six pairs until the crash, two after it.
    EXPECT_DOUBLE_EQ(all["exposed_pair_s"].get<double>(), 6 * 20 + 2 * 80);
}

TEST(QualityOfService, WhatAPauseLeftBehindIsInheritedAndNoMistake)
{
    WrittenRun run(3, 100);
    run.Do(10, Verb::PAUSE, 0).Dead(20, 1, 0).Do(30, Verb::RESUME, 0).Alive(33, 1, 0);
    const Json all = QualityOf(run);
    EXPECT_EQ(all["dead"]["mistakes"], 0);
    EXPECT_EQ(all["dead"]["inherited"], 1);
    EXPECT_DOUBLE_EQ(all["dead"]["inherited_pair_s"].get<double>(), 3);
    EXPECT_EQ(all["dead"]["subject_errors"], 1);
    EXPECT_DOUBLE_EQ(all["dead"]["subject_error_s"].get<double>(), 3);
    EXPECT_DOUBLE_EQ(all["exposed_pair_s"].get<double>(), 6 * 80 + 2 * 20);
}

TEST(QualityOfService, WhatAPartitionLeftBehindIsInheritedByThePairsAcross)
{
    WrittenRun run(4, 100);
    run.Part(10, {0, 0, 1, 1}).Dead(20, 0, 2).Dead(21, 0, 1);
    run.DoToAll(50, Verb::HEAL).Alive(55, 0, 2).Alive(56, 0, 1);
    const Json all = QualityOf(run);
    EXPECT_EQ(all["dead"]["mistakes"], 1) << "within a side it is as without a partition";
    EXPECT_DOUBLE_EQ(all["dead"]["mistake_pair_s"].get<double>(), 35);
    EXPECT_EQ(all["dead"]["inherited"], 1);
    EXPECT_DOUBLE_EQ(all["dead"]["inherited_pair_s"].get<double>(), 5);
    EXPECT_DOUBLE_EQ(all["exposed_pair_s"].get<double>(), 12 * 60 + 4 * 40);
}

TEST(QualityOfService, AMemberIsBuriedAsLongAsAnybodyBuriesIt)
{
    WrittenRun run(4, 100);
    run.Dead(10, 1, 0).Dead(12, 2, 0).Alive(15, 1, 0).Alive(20, 2, 0).Dead(40, 3, 0, 2);
    run.Alive(41, 3, 0, 3);
    const Json dead = QualityOf(run)["dead"];
    EXPECT_EQ(dead["mistakes"], 3);
    EXPECT_EQ(dead["subject_errors"], 2);
    EXPECT_DOUBLE_EQ(dead["subject_error_s"].get<double>(), 11);
    EXPECT_EQ(dead["subject_error_durations"]["seconds"], Durations({1, 10}));
}

TEST(QualityOfService, GoodPeriodsDoNotReachAcrossABreak)
{
    WrittenRun run(3, 100);
    run.Dead(10, 1, 0).Alive(12, 1, 0, 2).Do(20, Verb::CRASH, 1).Restart(30, 1, 2);
    run.Alive(31, 1, 0, 2).Dead(40, 1, 0, 2).Alive(45, 1, 0, 3).Dead(60, 1, 0, 3);
    const Json dead = QualityOf(run)["dead"];
    EXPECT_EQ(dead["mistakes"], 3);
    EXPECT_EQ(dead["good_periods"]["seconds"], Durations({15}));
    EXPECT_EQ(dead["recurrence_times"]["seconds"], Durations({20}));
}

TEST(QualityOfService, AWindowCutsWhatReachesIntoItAndOutOfIt)
{
    WrittenRun run(2, 100);
    run.With("measure.from", "20s").With("measure.to", "60s");
    run.Dead(10, 1, 0).Alive(25, 1, 0).Dead(50, 1, 0, 2).Alive(70, 1, 0, 3).Dead(80, 1, 0, 3);
    const Json all = QualityOf(run);
    EXPECT_DOUBLE_EQ(all["exposed_pair_s"].get<double>(), 2 * 40);
    EXPECT_EQ(all["dead"]["mistakes"], 1) << "only one begins in the window";
    EXPECT_DOUBLE_EQ(all["dead"]["mistake_pair_s"].get<double>(), 5 + 10);
    EXPECT_EQ(all["dead"]["mistake_durations"]["seconds"], Durations({10}));
    EXPECT_EQ(all["dead"]["mistake_durations"]["censored"], Json::array({1}));
    EXPECT_EQ(all["dead"]["good_periods"]["seconds"], Durations({25}));
}

/// Pairs that alternate between right (exponential) and wrong (uniform): E(T_G) = 40 s, E(T_M) = 3 s.
class Renewal
{
  public:
    static constexpr double GOOD_S = 40;
    static constexpr double LEAST_WRONG_S = 1;
    static constexpr double MOST_WRONG_S = 5;
    static constexpr double WRONG_S = (LEAST_WRONG_S + MOST_WRONG_S) / 2;

    explicit Renewal(std::uint64_t seed)
        : m_rng(seed, 0)
    {
    }

    void Write(WrittenRun& run, MemberId observer, MemberId subject, double seconds)
    {
        double now = 0;
        for (std::uint32_t incarnation = 1; now < seconds; ++incarnation)
        {
            now += -GOOD_S * std::log(1 - m_rng.Unit());
            run.Dead(std::min(now, seconds), observer, subject, incarnation);
            now += LEAST_WRONG_S + (MOST_WRONG_S - LEAST_WRONG_S) * m_rng.Unit();
            run.Alive(std::min(now, seconds), observer, subject, incarnation + 1);
        }
    }

  private:
    swim::Rng m_rng;
};

TEST(QualityOfService, EstimatesOfARenewalProcessAreItsClosedForms)
{
    constexpr int RUNS = 100;
    constexpr std::uint32_t MEMBERS = 8;
    double exposed = 0;
    double wrong = 0;
    double mistakes = 0;
    double goodSum = 0;
    double goodCount = 0;
    for (int i = 0; i < RUNS; ++i)
    {
        // A window hardly longer than a cycle, in which most intervals are cut off.
        WrittenRun run(MEMBERS, 400);
        run.With("measure.from", "300s").With("measure.to", "360s");
        Renewal renewal(static_cast<std::uint64_t>(i) + 1);
        for (MemberId observer = 0; observer < MEMBERS; ++observer)
        {
            for (MemberId subject = 0; subject < MEMBERS; ++subject)
            {
                if (observer != subject)
                {
                    renewal.Write(run, observer, subject, 400);
                }
            }
        }
        const Json all = QualityOf(run);
        exposed += all["exposed_pair_s"].get<double>();
        wrong += all["dead"]["mistake_pair_s"].get<double>();
        mistakes += all["dead"]["mistakes"].get<double>();
        const Json& good = all["dead"]["good_periods"];
        for (std::size_t place = 0; place < good["seconds"].size(); ++place)
        {
            goodSum += good["seconds"][place].get<double>() * good["ended"][place].get<double>();
            goodCount += good["ended"][place].get<double>();
        }
    }
    const double recurrence = exposed / mistakes;
    const double duration = wrong / mistakes;
    const double good = (exposed - wrong) / mistakes;
    const double accuracy = 1 - wrong / exposed;
    // Four standard errors: of a count about its root, as periods between mistakes are exponential.
    const double tolerance = 4 / std::sqrt(mistakes);
    ASSERT_GT(mistakes, 7000);
    EXPECT_NEAR(recurrence / (Renewal::GOOD_S + Renewal::WRONG_S), 1, tolerance);
    EXPECT_NEAR(duration / Renewal::WRONG_S, 1, tolerance);
    EXPECT_NEAR(good / Renewal::GOOD_S, 1, tolerance);
    EXPECT_NEAR(accuracy,
                Renewal::GOOD_S / (Renewal::GOOD_S + Renewal::WRONG_S),
                tolerance * Renewal::WRONG_S / Renewal::GOOD_S);
    EXPECT_NEAR(good, recurrence - duration, 1e-9) << "E(T_G) = E(T_MR) - E(T_M)";
    EXPECT_NEAR(accuracy, good / recurrence, 1e-12) << "P_A = E(T_G) / E(T_MR)";
    EXPECT_LT(goodSum / goodCount, 0.75 * Renewal::GOOD_S)
        << "the mean of complete intervals leans to the short ones: it is not what is told";
}

} // namespace
} // namespace swimlab
