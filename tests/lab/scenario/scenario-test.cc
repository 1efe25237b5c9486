// SPDX-License-Identifier: GPL-2.0-only
//
// What scenario files mean: defaults, values in force, overrides, sweeps.
#include "scenario-fixture.h"
#include "source-folder.h"

#include <set>

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

class ScenarioFiles : public ScenarioTest
{
  protected:
    static std::string Resolved(const Scenario& scenario, const std::string& key)
    {
        for (const auto& [name, text] : scenario.resolved)
        {
            if (name == key)
            {
                return text;
            }
        }
        return "none";
    }
};

TEST_F(ScenarioFiles, HaveDefaultsForAllButDurationAndMembers)
{
    const Scenario scenario = Load("duration = \"10s\"\n[cluster]\nmembers = 3\n");
    EXPECT_EQ(scenario.title, "s");
    EXPECT_EQ(scenario.seed, 1u);
    EXPECT_EQ(scenario.runs, 1u);
    EXPECT_EQ(scenario.duration, 10s);
    EXPECT_EQ(scenario.members, 3u);
    EXPECT_TRUE(scenario.startsConverged);
    EXPECT_TRUE(scenario.startsSettled);
    EXPECT_TRUE(scenario.restartKeepsIncarnation);
    EXPECT_EQ(Resolved(scenario, "cluster.join_retry"), "1s") << "for ever";
    EXPECT_EQ(Resolved(scenario, "topology.attach_seed"), "none") << "no draw";
    EXPECT_EQ(scenario.protocol, swim::Preset("memberlist-lan"));
    EXPECT_EQ(scenario.topology.kind, TopologyKind::LEAF_SPINE);
    EXPECT_EQ(scenario.network.model, NetworkModel::PACKET);
    EXPECT_EQ(scenario.network.loss, 0);
    EXPECT_TRUE(scenario.events.empty());
    EXPECT_EQ(Resolved(scenario, "cluster.preset"), "memberlist-lan");
    EXPECT_EQ(Resolved(scenario, "cluster.seeds"), "0");
}

TEST_F(ScenarioFiles, SayEverythingTheyCanSay)
{
    const Scenario scenario = Load("title = \"T\"\n"
                                   "question = \"Q?\"\n"
                                   "seed = 7\n"
                                   "runs = 3\n"
                                   "duration = \"1.5m\"\n"
                                   "[topology]\n"
                                   "kind = \"waxman\"\n"
                                   "routers = 9\n"
                                   "alpha = 0.3\n"
                                   "beta = 1\n"
                                   "side_km = 100\n"
                                   "stretch = 2\n"
                                   "link_delay = \"2ms\"\n"
                                   "access_delay = \"3us\"\n"
                                   "link_rate = \"2.5Gbps\"\n"
                                   "access_rate = \"64kbps\"\n"
                                   "attach = \"weight\"\n"
                                   "seed = 5\n"
                                   "attach_seed = \"run\"\n"
                                   "runs_per_network = 2\n"
                                   "[cluster]\n"
                                   "members = 30\n"
                                   "start = \"join\"\n"
                                   "age = \"fresh\"\n"
                                   "join_retry = \"1500ms\"\n"
                                   "preset = \"swim\"\n"
                                   "seeds = [0, 3]\n"
                                   "join_spacing = \"1ms\"\n"
                                   "restart_incarnation = \"one\"\n"
                                   "[protocol]\n"
                                   "probe_interval = \"3s\"\n"
                                   "nack = true\n"
                                   "udp_buffer_size = \"1000B\"\n"
                                   "piggyback = \"all\"\n"
                                   "[network]\n"
                                   "model = \"packet\"\n"
                                   "loss = \"7%\"\n"
                                   "datagram_loss = \"0.5%\"\n"
                                   "delay = \"1ms\"\n"
                                   "jitter = \"2ms\"\n"
                                   "queue_discs = true\n");
    EXPECT_EQ(scenario.title, "T");
    EXPECT_EQ(scenario.question, "Q?");
    EXPECT_EQ(Seeds(scenario), (std::vector<std::uint64_t>{7, 8, 9}));
    EXPECT_EQ(scenario.duration, 90s);
    const TopologySpec& topology = scenario.topology;
    EXPECT_EQ(topology.kind, TopologyKind::WAXMAN);
    EXPECT_EQ(topology.routers, 9u);
    EXPECT_EQ(topology.alpha, 0.3);
    EXPECT_EQ(topology.beta, 1.0);
    EXPECT_EQ(topology.sideKm, 100.0);
    EXPECT_EQ(topology.stretch, 2.0);
    EXPECT_EQ(topology.linkDelay, 2ms);
    EXPECT_EQ(topology.accessDelay, 3us);
    EXPECT_EQ(topology.linkRate, 2'500'000'000u);
    EXPECT_EQ(topology.accessRate, 64'000u);
    EXPECT_EQ(topology.attach, AttachPolicy::WEIGHT);
    EXPECT_EQ(topology.seed, 5u);
    EXPECT_FALSE(topology.seedOfRun);
    EXPECT_TRUE(topology.attachSeedOfRun);
    EXPECT_EQ(topology.runsPerNetwork, 2u);
    EXPECT_FALSE(scenario.startsConverged);
    EXPECT_FALSE(scenario.startsSettled);
    EXPECT_EQ(scenario.joinRetry.times, UINT32_MAX);
    EXPECT_EQ(scenario.joinRetry.interval, 1500ms);
    EXPECT_FALSE(scenario.restartKeepsIncarnation);
    EXPECT_EQ(scenario.joinSpacing, 1ms);
    swim::Config config = swim::Preset("swim").value();
    config.probeInterval = 3s;
    config.nack = true;
    config.udpBufferSize = 1000;
    config.piggyback = swim::Piggyback::ALL;
    EXPECT_EQ(scenario.protocol, config);
    EXPECT_DOUBLE_EQ(scenario.network.loss, 0.07);
    EXPECT_DOUBLE_EQ(scenario.network.datagramLoss, 0.005);
    EXPECT_EQ(scenario.network.delay, 1ms);
    EXPECT_EQ(scenario.network.jitter, 2ms);
    EXPECT_TRUE(scenario.network.queueDiscs);

    EXPECT_EQ(Resolved(scenario, "topology.link_rate"), "2500Mbps");
    EXPECT_EQ(Resolved(scenario, "topology.leaves"), "none") << "waxman has no leaves";
    EXPECT_EQ(Resolved(scenario, "topology.attach_seed"), "run");
    EXPECT_EQ(Resolved(scenario, "topology.runs_per_network"), "2");
    EXPECT_EQ(Resolved(scenario, "cluster.seeds"), "[0, 3]");
    EXPECT_EQ(Resolved(scenario, "cluster.age"), "fresh");
    EXPECT_EQ(Resolved(scenario, "cluster.join_retry"), "1500ms");
    EXPECT_EQ(Resolved(scenario, "network.loss"), "7%");
    EXPECT_EQ(Resolved(scenario, "network.datagram_loss"), "0.5%");
}

TEST_F(ScenarioFiles, ResolveToSettingsThatMakeThemAgain)
{
    const Scenario scenario = Load(WithEvents({"at = \"1s\";crash = \"random 3\";for = \"5s\"",
                                               "at = \"2s\";loss = \"5%\";members = [1, \"3-5\"]"}),
                                   {"network.loss=0.3%", "protocol.suspicion_mult=5"});
    EXPECT_EQ(Resolved(scenario, "event.0.crash"), "random 3");
    EXPECT_EQ(Resolved(scenario, "event.1.members"), "[1, \"3-5\"]");
    EXPECT_EQ(Resolved(scenario, "network.loss"), "0.3%");
    std::vector<std::string> settings;
    std::set<std::string> keys;
    for (const auto& [key, text] : scenario.resolved)
    {
        EXPECT_TRUE(keys.insert(key).second) << key;
        settings.push_back(key + "=" + text);
    }
    const Scenario again = LoadScenario("s.toml", settings);
    EXPECT_EQ(again.resolved, scenario.resolved);
    EXPECT_EQ(again.protocol, scenario.protocol);
}

TEST_F(ScenarioFiles, AreFoundWithTheirGraphsFromAnyFolder)
{
    std::filesystem::create_directory("sub");
    const std::string graph =
        "<graphml><graph edgedefault=\"undirected\"><node id=\"0\"/><node id=\"1\"/>"
        "<edge source=\"0\" target=\"1\"/></graph></graphml>";
    Write("sub/beside.graphml", graph);
    Write("here.graphml", graph);
    for (const auto* file : {"beside.graphml", "here.graphml"})
    {
        Write("sub/s.toml",
              std::string("duration = \"10s\"\n[cluster]\nmembers = 3\n[topology]\nkind = "
                          "\"file\"\nfile = \"") +
                  file + "\"\n");
        EXPECT_EQ(MakePlan(LoadScenario("sub/s.toml"), 1).topology.routers.size(), 2u);
    }
}

TEST_F(ScenarioFiles, TakeOverridesOfAnyKeyInTomlOrPlainText)
{
    const Scenario scenario = Load(WithEvents({"at = \"1s\";crash = 7"}),
                                   {"cluster.members=5",
                                    "cluster.members=50",
                                    "protocol.probe_interval=2s",
                                    "protocol.probe_timeout=\"0.7s\"",
                                    "title=2030-01-01",
                                    "question=",
                                    "event.0.at=3s",
                                    "event.0.crash=[\"1-2\", 9]",
                                    "network.queue_discs=true"});
    EXPECT_EQ(scenario.members, 50u) << "the last override of a key counts";
    EXPECT_EQ(scenario.protocol.probeInterval, 2s);
    EXPECT_EQ(scenario.protocol.probeTimeout, 700ms);
    EXPECT_EQ(scenario.title, "2030-01-01");
    EXPECT_EQ(scenario.question, "");
    EXPECT_TRUE(scenario.network.queueDiscs);
    const Plan plan = MakePlan(scenario, 1);
    ASSERT_EQ(plan.timeline.size(), 1u);
    EXPECT_EQ(plan.timeline[0].at, 3s);
    EXPECT_EQ(plan.timeline[0].members, (std::vector<MemberId>{1, 2, 9}));
}

TEST_F(ScenarioFiles, WithoutASweepAreOnePoint)
{
    const Scenario scenario = Load(BASE);
    const auto points = SweepPoints(scenario);
    ASSERT_EQ(points.size(), 1u);
    EXPECT_EQ(points[0].key, "");
    EXPECT_TRUE(points[0].settings.empty());
}

/// Two axes whose alphabetical order is not the file's, in both spellings.
class Sweeps : public ScenarioFiles
{
  protected:
    static Scenario LoadSweep(const std::vector<std::string>& overrides = {})
    {
        return Load(std::string(BASE) + "[sweep]\nprotocol.probe_interval = [\"2s\", \"0.9s\"]\n"
                                        "\"network.loss\" = [\"0%\", \"5%\", \"1%\"]\n",
                    overrides);
    }
};

TEST_F(Sweeps, CombineInTheFilesOrderTheLastAxisFastest)
{
    const auto points = SweepPoints(LoadSweep());
    std::vector<std::string> seen;
    for (const auto& point : points)
    {
        std::string text = point.key;
        for (const auto& [key, value] : point.settings)
        {
            text += " " + key + "=" + value;
        }
        seen.push_back(text);
    }
    EXPECT_EQ(seen,
              (std::vector<std::string>{"p000 protocol.probe_interval=2s network.loss=0%",
                                        "p001 protocol.probe_interval=2s network.loss=5%",
                                        "p002 protocol.probe_interval=2s network.loss=1%",
                                        "p003 protocol.probe_interval=0.9s network.loss=0%",
                                        "p004 protocol.probe_interval=0.9s network.loss=5%",
                                        "p005 protocol.probe_interval=0.9s network.loss=1%"}));
}

TEST_F(Sweeps, GiveEachPointItsValuesAndTheSameSeeds)
{
    const Scenario sweep = LoadSweep({"runs=4", "seed=10"});
    const Scenario point = AtPoint(sweep, SweepPoints(sweep)[4]);
    EXPECT_EQ(point.protocol.probeInterval, 900ms);
    EXPECT_DOUBLE_EQ(point.network.loss, 0.05);
    EXPECT_TRUE(point.axes.empty());
    EXPECT_EQ(point.point,
              (std::vector<Setting>{{"protocol.probe_interval", "0.9s"}, {"network.loss", "5%"}}));
    EXPECT_EQ(Seeds(point), Seeds(sweep));
    EXPECT_EQ(MakePlan(point, 10).point, point.point);
    EXPECT_EQ(Resolved(point, "protocol.probe_interval"), "900ms");
    EXPECT_EQ(Resolved(sweep, "network.loss"), "[\"0%\", \"5%\", \"1%\"]");
}

TEST_F(Sweeps, LoseTheAxisThatAnOverrideFixes)
{
    const Scenario scenario = LoadSweep({"network.loss=3%"});
    ASSERT_EQ(scenario.axes.size(), 1u);
    EXPECT_EQ(scenario.axes[0].key, "protocol.probe_interval");
    EXPECT_EQ(scenario.point, (std::vector<Setting>{{"network.loss", "3%"}}));
    EXPECT_EQ(SweepPoints(scenario).size(), 2u);
    for (const auto& point : SweepPoints(scenario))
    {
        EXPECT_DOUBLE_EQ(AtPoint(scenario, point).network.loss, 0.03);
    }
}

TEST_F(Sweeps, GoOverEventsRequiredKeysAndListsToo)
{
    const Scenario sweep =
        Load("duration = \"60s\"\n[sweep]\ncluster.members = [30, 40]\n"
             "event.0.crash = [[7, 9], \"random 2\", \"5\"]\n[[event]]\nat = \"1s\"\ncrash = 1\n");
    const auto points = SweepPoints(sweep);
    ASSERT_EQ(points.size(), 6u);
    EXPECT_EQ(MakePlan(AtPoint(sweep, points[0]), 1).timeline[0].members,
              (std::vector<MemberId>{7, 9}));
    EXPECT_EQ(MakePlan(AtPoint(sweep, points[4]), 1).timeline[0].members.size(), 2u);
    EXPECT_EQ(MakePlan(AtPoint(sweep, points[5]), 1).timeline[0].members,
              (std::vector<MemberId>{5}));
    EXPECT_EQ(AtPoint(sweep, points[5]).members, 40u);
}

TEST_F(Sweeps, MayBeAddedByAnOverride)
{
    const Scenario scenario = Load(BASE, {"sweep.protocol.gossip_nodes=[1, 2, 3]"});
    ASSERT_EQ(SweepPoints(scenario).size(), 3u);
    EXPECT_EQ(AtPoint(scenario, SweepPoints(scenario)[2]).protocol.gossipNodes, 3u);
}

TEST(ShippedScenarios, AreSoundAtEveryPointAndSeed)
{
    const auto folder = std::filesystem::path(SWIMLAB_SOURCE_DIR) / "scenarios";
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
    {
        if (entry.path().extension() == ".toml")
        {
            files.insert(entry.path());
        }
    }
    EXPECT_GE(files.size(), 8u);
    for (const auto& file : files)
    {
        SCOPED_TRACE(file);
        const Scenario scenario = LoadScenario(file);
        for (const auto& point : SweepPoints(scenario))
        {
            const Scenario settled = AtPoint(scenario, point);
            for (const auto seed : Seeds(settled))
            {
                const Plan plan = MakePlan(settled, seed);
                EXPECT_GE(plan.timeline.size(), scenario.events.size());
                EXPECT_TRUE(
                    std::is_sorted(plan.timeline.begin(),
                                   plan.timeline.end(),
                                   [](const Action& a, const Action& b) { return a.at < b.at; }));
            }
        }
    }
}

} // namespace
} // namespace swimlab
