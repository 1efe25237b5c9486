// SPDX-License-Identifier: GPL-2.0-only
//
// Other detectors in a simulation: each finds a crash and a restart on either network, and one seed has
// one run.
#include "lab/ns3/runner.h"
#include "lab/record/recorder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace swimlab
{
namespace
{

class DetectorRun : public testing::TestWithParam<std::tuple<std::string, std::string>>
{
  protected:
    DetectorRun()
        : m_folder(std::filesystem::path(testing::TempDir()) /
                   ("swimlab-detector-" + std::to_string(getpid())))
    {
        std::filesystem::create_directories(m_folder);
    }

    ~DetectorRun() override
    {
        std::filesystem::remove_all(m_folder);
    }

    /// @return events.csv
    std::string EventsOf(const std::string& text, std::uint64_t seed)
    {
        std::ofstream(m_folder / "s.toml") << text;
        const Plan plan = MakePlan(LoadScenario(m_folder / "s.toml"), seed);
        const auto out = m_folder / ("run-" + std::to_string(++m_runs));
        std::filesystem::create_directories(out);
        Recorder recorder(out, plan);
        RunOnNs3(plan, recorder, [](const RunProgress&) {});
        recorder.Finish();
        std::ifstream file(out / "events.csv");
        return {std::istreambuf_iterator<char>(file), {}};
    }

    static std::size_t Count(const std::string& text, const std::string& part)
    {
        std::size_t count = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        {
            ++count;
        }
        return count;
    }

  private:
    std::filesystem::path m_folder;
    int m_runs = 0;
};

std::string Faults(const std::string& detector, const std::string& model)
{
    return "duration = \"200s\"\n"
           "[cluster]\n"
           "members = 12\n"
           "detector = \"" +
           detector +
           "\"\n"
           "[topology]\n"
           "kind = \"star\"\n"
           "[network]\n"
           "model = \"" +
           model +
           "\"\n"
           "[[event]]\n"
           "at = \"30s\"\n"
           "crash = 7\n"
           "[[event]]\n"
           "at = \"110s\"\n"
           "restart = 7\n" +
           // As often as the others send: packets of ten times as many take a minute.
           (detector == "phi" ? "[detector]\ninterval = \"1s\"\n" : "");
}

TEST_P(DetectorRun, FindsACrashAndARestart)
{
    const auto& [detector, model] = GetParam();
    const std::string text = Faults(detector, model);
    const std::string events = EventsOf(text, 1);
    const auto* kind = swim::detectors::FindKind(detector);
    EXPECT_EQ(Count(events, ",dead,m07,"), kind->buries ? 11u : 0u) << events;
    const std::size_t found = Count(events, kind->buries ? ",joined,m07," : ",refuted,m07,");
    EXPECT_GE(found, 11u) << events;
    if (!kind->suspects)
    {
        EXPECT_EQ(Count(events, ",suspect,"), 0u);
    }
    for (const char* other : {"m00", "m05", "m11"})
    {
        EXPECT_EQ(Count(events, std::string(",dead,") + other + ","), 0u) << events;
    }
    EXPECT_EQ(Count(events, ",rejected,"), 0u) << events;
    EXPECT_EQ(EventsOf(text, 1), events) << "one seed, one run";
    EXPECT_NE(EventsOf(text, 2), events);
}

INSTANTIATE_TEST_SUITE_P(All,
                         DetectorRun,
                         testing::Combine(testing::Values("heartbeat",
                                                          "heartbeat-ring",
                                                          "gossip-heartbeat",
                                                          "phi",
                                                          "phi-pekko",
                                                          "phi-cassandra",
                                                          "rapid",
                                                          "redis"),
                                          testing::Values("path", "packet")),
                         [](const auto& row) {
                             std::string name =
                                 std::get<0>(row.param) + "_" + std::get<1>(row.param);
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

} // namespace
} // namespace swimlab
