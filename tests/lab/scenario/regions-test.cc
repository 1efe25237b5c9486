// SPDX-License-Identifier: GPL-2.0-only
//
// Scenarios between regions: what they say of them, who is meant by their names, what is refused.
#include "lab/scenario/inputs.h"
#include "scenario-fixture.h"

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

class RegionScenarios : public ScenarioTest
{
  protected:
    RegionScenarios()
    {
        Write("m.csv",
              "round-trip ms,eu-west,us east,asia\n"
              "eu-west,1,80,200\nus east,,2,160\nasia,,,3\n");
    }

    /// Line 7 and on are the test's.
    static std::string With(const std::string& topology, const std::string& more = "")
    {
        return "duration = \"60s\"\n[cluster]\nmembers = 30\n[topology]\nkind = \"regions\"\n"
               "matrix = \"m.csv\"\n" +
               topology + more;
    }

    static std::string Error(const std::string& topology, const std::string& more = "")
    {
        return ErrorOf(With(topology, more));
    }
};

TEST_F(RegionScenarios, SayEverythingTheyCanSay)
{
    Write("l.csv",
          "loss %,eu-west,us east,asia\n"
          "eu-west,0,1,2\nus east,1,0,2\nasia,2,2,0\n");
    const Scenario scenario =
        Load(With("loss_matrix = \"l.csv\"\nmembers = {asia = 5, \"us east\" = 25}\nzones = 2\n"
                  "zone_delay = \"90us\"\ndelay_distribution = \"normal\"\ndelay_spread = \"10%\"\n"
                  "[[topology.pair]]\nbetween = [\"asia\", \"eu-west\"]\ndelay = \"90ms\"\n"
                  "loss = \"3%\"\ndistribution = \"exponential\"\n"));
    const Topology topology = MakePlan(scenario, 1).topology;
    EXPECT_EQ(topology.routers.size(), 6U);
    EXPECT_EQ(topology.Pair(0, 0).delay, 90us);
    EXPECT_EQ(topology.Pair(0, 2).delay, 40ms);
    EXPECT_EQ(topology.Pair(0, 4).delay, 90ms);
    EXPECT_DOUBLE_EQ(topology.Pair(4, 0).loss, 0.03);
    EXPECT_DOUBLE_EQ(topology.Pair(4, 2).loss, 0.02);
    EXPECT_EQ(topology.shapes[topology.Pair(4, 0).shape].distribution,
              DelayDistribution::EXPONENTIAL);
    EXPECT_EQ(topology.shapes[topology.Pair(4, 2).shape].distribution, DelayDistribution::NORMAL);
    std::vector<std::string> inputs;
    for (const auto& [name, input] : scenario.inputs->All())
    {
        inputs.push_back(name);
    }
    EXPECT_EQ(inputs, (std::vector<std::string>{"l.csv", "m.csv", "scenario.toml"}));

    std::vector<std::string> settings;
    for (const auto& [key, text] : scenario.resolved)
    {
        settings.push_back(key + "=" + text);
    }
    const Scenario again = LoadScenario("s.toml", settings);
    EXPECT_EQ(again.resolved, scenario.resolved);
    EXPECT_EQ(MakePlan(again, 1).routerOfMember, MakePlan(scenario, 1).routerOfMember);
}

TEST_F(RegionScenarios, NameTheirRegionsInVerbs)
{
    const std::string crash = "[[event]]\nat = \"1s\"\ncrash = {region = ";
    const Plan plan = MakePlanOf(With("", crash + "\"us east\"}\n"));
    EXPECT_EQ(plan.timeline[0].members.size(), 10U);
    EXPECT_EQ(plan.timeline[0].members.front(), 10U);
    EXPECT_EQ(MakePlanOf(With("zones = 2\n",
                              "[[event]]\nat = \"1s\"\nblock = {router = \"asia-b\"}\n"
                              "to = {region = [\"eu-west\"]}\n"))
                  .timeline[0]
                  .members.size(),
              5U);
    EXPECT_EQ(
        Error("", crash + "\"mars\"}\n"),
        "s.toml:9: event.0.crash: there is no region \"mars\"; there are \"asia\", \"eu-west\", "
        "\"us east\"");
    const Plan cut =
        MakePlanOf(With("", "[[event]]\nat = \"1s\"\npartition = {region = \"asia\"}\n"));
    EXPECT_EQ(cut.timeline[0].sides[0].size(), 10U);
}

TEST_F(RegionScenarios, MayBeSweptOverMembersAndPairs)
{
    const Scenario sweep = Load(With("members = {asia = \"40%\", eu-west = \"60%\"}\n"
                                     "[[topology.pair]]\nbetween = [\"asia\", \"eu-west\"]\n",
                                     "[sweep]\ncluster.members = [10, 20]\n"
                                     "\"topology.pair.0.loss\" = [\"0%\", \"5%\"]\n"));
    const auto points = SweepPoints(sweep);
    ASSERT_EQ(points.size(), 4U);
    const Plan plan = MakePlan(AtPoint(sweep, points[3]), 1);
    EXPECT_EQ(std::ranges::count(plan.routerOfMember, 2U), 8);
    EXPECT_DOUBLE_EQ(plan.topology.Pair(0, 2).loss, 0.05);
}

TEST_F(RegionScenarios, AreRefusedByFileAndLineOfTheMatrix)
{
    Write("m.csv", "round-trip ms,a,b\na,1,\nb,,1\n");
    EXPECT_EQ(Error(""), "s.toml:6: topology.matrix: m.csv:2: the number from a to b is missing");
    std::filesystem::remove("m.csv");
    EXPECT_EQ(Error(""),
              "s.toml:6: topology.matrix: there is no file m.csv; the path counts from the "
              "scenario's folder, then from the working directory");
    EXPECT_EQ(ErrorOf("duration = \"60s\"\n[cluster]\nmembers = 30\n[topology]\nkind = "
                      "\"regions\"\n"),
              "s.toml:4: topology.matrix: is missing; kind = \"regions\" needs the path of a CSV "
              "file");
}

TEST_F(RegionScenarios, HaveAsManyMembersAsTheCluster)
{
    EXPECT_EQ(
        Error("members = {asia = 20, eu-west = 11}\n"),
        "s.toml:7: topology.members: has 31 members in all, and cluster.members is 30; change "
        "one of them, or give shares, such as \"25%\"");
    EXPECT_EQ(Error("members = {asia = \"20%\", eu-west = \"81%\"}\n"),
              "s.toml:7: topology.members: has 101% in all; shares are 100% together");
    EXPECT_EQ(
        Error("members = {asia = \"20%\", eu-west = 24}\n"),
        "s.toml:7: topology.members: mixes numbers and shares; give each region the same kind");
    EXPECT_EQ(
        Error("members = {asia = 20, europe = 10}\n"),
        "s.toml:7: topology.members: there is no region \"europe\"; the matrix has \"eu-west\", "
        "\"us east\", \"asia\"");
}

TEST_F(RegionScenarios, RefusePairsThatSayNothingOrTooMuch)
{
    const std::string pair = "[[topology.pair]]\n";
    EXPECT_EQ(
        Error(pair + "loss = \"1%\"\n"),
        "s.toml:7: topology.pair.0.between: is missing; say which two regions, such as between "
        "= [\"eu-west\", \"us-east\"]");
    EXPECT_EQ(Error(pair + "between = [\"asia\"]\n"),
              "s.toml:8: topology.pair.0.between: [\"asia\"] must be two regions, such as "
              "[\"eu-west\", \"us-east\"]; the same twice is within it");
    EXPECT_EQ(Error(pair + "between = [\"asia\", \"mars\"]\n"),
              "s.toml:8: topology.pair.0.between: there is no region \"mars\"; the matrix has "
              "\"eu-west\", \"us east\", \"asia\"");
    EXPECT_EQ(
        Error(pair + "between = [\"asia\", \"asia\"]\nspread = \"3%\"\n"),
        "s.toml:9: topology.pair.0.spread: says how far the delay varies, and nothing says by "
        "which law; give topology.pair.0.distribution");
    EXPECT_EQ(Error("pair = 3\n"),
              "s.toml:7: topology.pair: must be a list of tables; write [[topology.pair]], in two "
              "brackets, over each");
    EXPECT_EQ(Error("delay_spread = \"3%\"\n"),
              "s.toml:7: topology.delay_spread: says how far the delay varies, and nothing says by "
              "which law; give topology.delay_distribution");
    EXPECT_EQ(Error("", "[network]\nqueue_discs = true\n"),
              "s.toml:8: network.queue_discs: is not for topology.kind = \"regions\", whose links "
              "are no devices of ns-3; leave it out");
}

} // namespace
} // namespace swimlab
