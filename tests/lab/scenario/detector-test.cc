// SPDX-License-Identifier: GPL-2.0-only
//
// cluster.detector and [detector]: what they set, and what is refused beside another detector than SWIM.
#include "scenario-fixture.h"

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

class DetectorKeys : public ScenarioTest
{
  protected:
    static std::string With(const std::string& detector, const std::string& more = "")
    {
        return "duration = \"60s\"\n" // line 1
               "[cluster]\n"          // line 2
               "members = 20\n"       // line 3
               "detector = \"" +
               detector + "\"\n" + // line 4
               more;               // from line 5 on
    }

    static std::string Resolved(const Scenario& scenario, const std::string& key)
    {
        for (const auto& [name, value] : scenario.resolved)
        {
            if (name == key)
            {
                return value;
            }
        }
        return "none";
    }
};

TEST_F(DetectorKeys, SetParametersByTheNamesThatUsersKnow)
{
    const Scenario scenario = Load(With("redis", "[detector]\nnode_timeout = \"5s\"\n"));
    ASSERT_NE(scenario.detector.kind, nullptr);
    EXPECT_EQ(scenario.detector.values.Time("node_timeout"), 5s);
    EXPECT_EQ(Resolved(scenario, "cluster.detector"), "redis");
    EXPECT_EQ(Resolved(scenario, "detector.node_timeout"), "5s");
    EXPECT_EQ(Resolved(scenario, "detector.replicas"), "1");
    EXPECT_EQ(Resolved(scenario, "protocol.probe_interval"), "none") << "of SWIM";
    EXPECT_EQ(Resolved(scenario, "cluster.preset"), "none");
    const Scenario phi = Load(With("phi", "[detector]\nthreshold = 8.5\nwindow = 200\n"));
    EXPECT_EQ(phi.detector.values.Number("threshold"), 8.5);
    EXPECT_EQ(Resolved(phi, "detector.window"), "200");
}

TEST_F(DetectorKeys, LeaveSwimAsItIs)
{
    const Scenario scenario = Load(With("swim", "[protocol]\nprobe_interval = \"2s\"\n"));
    EXPECT_EQ(scenario.detector.kind, nullptr);
    EXPECT_EQ(Resolved(scenario, "cluster.detector"), "none");
    EXPECT_EQ(Resolved(scenario, "protocol.probe_interval"), "2s");
}

TEST_F(DetectorKeys, MayBeSwept)
{
    const Scenario scenario =
        Load(With("heartbeat", "[sweep]\ncluster.detector = [\"heartbeat\", \"rapid\"]\n"));
    const auto points = SweepPoints(scenario);
    ASSERT_EQ(points.size(), 2u);
    EXPECT_EQ(AtPoint(scenario, points[1]).detector.kind->name, "rapid");
}

TEST_F(DetectorKeys, AreRefusedWithWhatWouldBeRight)
{
    const std::pair<std::string, std::string> REFUSALS[] = {
        {With("redys"),
         "s.toml:4: cluster.detector: there is no detector \"redys\"; did you mean redis?"},
        {With("redis", "[detector]\nnode_time = \"5s\"\n"), "s.toml:6: detector.node_time: "},
        {With("redis", "[detector]\nnode_timeout = 5\n"),
         "s.toml:6: detector.node_timeout: 5 must be a duration with its unit, such as \"15s\", "
         "from 400ms to 24h"},
        {With("phi-cassandra", "[detector]\nphi_convict_threshold = 20\n"),
         "s.toml:6: detector.phi_convict_threshold: 20 must be a number from 5 to 16"},
        {With("phi-cassandra", "[detector]\ngossip_interval = \"5s\"\n"),
         "s.toml:5: detector: gossip_interval must be shorter than max_local_pause"},
        {With("phi-cassandra", "[detector]\ngossip_interval = \"2001ms\"\n"),
         "s.toml:5: detector: fd_max_interval must not be shorter than gossip_interval"},
        {With("rapid", "[detector]\nl = 5\nh = 4\n"),
         "s.toml:5: detector: l = 5, h = 4, k = 10: must be l <= h <= k"},
        {With("heartbeat", "[detector]\nrule = \"nfd\"\n"),
         "s.toml:6: detector.rule: nfd must be one of restart|nfd-s|nfd-e"},
        {With("redis", "[protocol]\nprobe_interval = \"2s\"\n"),
         "s.toml:5: protocol: is of SWIM, and there is cluster.detector = \"redis\""},
        {With("redis", "preset = \"swim\"\n"), "s.toml:5: cluster.preset: is of SWIM"},
        {With("redis", "[trace]\n"), "s.toml:5: trace: tells of SWIM's messages"},
        {With("swim", "[detector]\nwindow = 3\n"), "s.toml:5: detector: is for detectors beside"},
        {With("redis", "[[event]]\nat = \"1s\"\nleave = 3\n"),
         "s.toml:7: event.0.leave: cannot be done to members with cluster.detector = \"redis\""},
        {With("phi", "[[event]]\nat = \"1s\"\nupdate = 3\nmeta = \"x\"\n"),
         "s.toml:7: event.0.update: cannot be done"},
        {With("phi", "[[cluster.group]]\nmembers = \"0-4\"\nprotocol = {gossip_nodes = 4}\n"),
         "s.toml:7: cluster.group.0.protocol: is of SWIM"},
    };
    for (const auto& [text, message] : REFUSALS)
    {
        const std::string error = ErrorOf(text);
        EXPECT_EQ(error.substr(0, message.size()), message) << error;
    }
    EXPECT_EQ(ErrorOf(With("phi", "[[event]]\nat = \"1s\"\nleave = 3\n")), "no error");
}

} // namespace
} // namespace swimlab
