// SPDX-License-Identifier: GPL-2.0-only
//
// Runs read the files that their campaign was planned from, or rather the copies of them, whatever
// becomes of the files.
#include "lab/plan/plan-json.h"
#include "lab/scenario/inputs.h"
#include "lab/scenario/sha256.h"
#include "scenario-fixture.h"

#include <nlohmann/json.hpp>

namespace swimlab
{
namespace
{

class InputsTest : public ScenarioTest
{
  protected:
    static constexpr const char* MAPPED = "duration = \"9s\"\n[cluster]\nmembers = 2\n[topology]\n"
                                          "kind = \"file\"\nfile = \"";

    static std::string Map(const std::string& id)
    {
        return "<graphml><graph edgedefault=\"undirected\"><node id=\"" + id +
               "\"/><node id=\"second\"/><edge source=\"" + id +
               "\" target=\"second\"/></graph></graphml>";
    }

    static std::string TextOf(const std::filesystem::path& file)
    {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
};

TEST_F(InputsTest, AreReadOnceThoughASweepNeedsThemOften)
{
    Write("m.graphml", Map("a"));
    const Scenario scenario =
        Load(std::string(MAPPED) + "m.graphml\"\n[sweep]\n\"protocol.gossip_nodes\" = [1, 2]\n");
    Write("m.graphml", "something else");
    Write("s.toml", "nothing");
    for (const auto& point : SweepPoints(scenario))
    {
        EXPECT_EQ(MakePlan(AtPoint(scenario, point), 1).topology.routers.size(), 2U);
    }
}

TEST_F(InputsTest, AreCopiedAsTheyWereRead)
{
    const std::filesystem::path away = std::filesystem::absolute("away.graphml");
    Write(away, Map("away"));
    std::filesystem::create_directory("maps");
    Write("maps/near one.graphml", Map("near"));
    const std::string text = std::string(MAPPED) + "maps/near one.graphml\"\n[sweep]\n" +
                             "\"topology.file\" = [\"maps/near one.graphml\", \"" + away.string() +
                             "\"]\n";
    const Scenario scenario = Load(text);
    std::filesystem::create_directory("copies");
    scenario.inputs->WriteCopies("copies");

    const std::string awayCopy = "files/" + Sha256OfBytes(away.string()).substr(0, 16) + ".graphml";
    EXPECT_EQ(TextOf("copies/scenario.toml"), text);
    EXPECT_EQ(TextOf("copies/maps/near one.graphml"), Map("near"));
    EXPECT_EQ(TextOf("copies/" + awayCopy), Map("away"));
    const auto plan = nlohmann::json::parse(PlanJson(scenario, "ns3", std::nullopt));
    EXPECT_EQ(plan["inputs"],
              (nlohmann::json{{"scenario.toml", Sha256OfBytes(text)},
                              {"maps/near one.graphml", Sha256OfBytes(Map("near"))},
                              {awayCopy, Sha256OfBytes(Map("away"))}}));

    std::filesystem::remove_all("maps");
    std::filesystem::remove(away);
    Write("s.toml", "edited");
    for (const std::string& file : {std::string("maps/near one.graphml"), away.string()})
    {
        const Scenario again =
            LoadScenario("s.toml", {"topology.file=" + file}, Inputs::OfCopies("s.toml", "copies"));
        EXPECT_EQ(MakePlan(again, 1).topology.routers.size(), 2U) << file;
    }
    EXPECT_EQ(MakePlan(LoadScenario("copies/scenario.toml", {"topology.file=" + away.string()}), 1)
                  .topology.routers.size(),
              2U)
        << "the copies are a scenario of their own";
}

TEST_F(InputsTest, OfCopiesLookNowhereElse)
{
    Write("m.graphml", Map("a"));
    std::filesystem::create_directory("copies");
    Write("copies/scenario.toml", std::string(MAPPED) + "m.graphml\"\n");
    EXPECT_THROW(LoadScenario("s.toml", {}, Inputs::OfCopies("s.toml", "copies")), ScenarioError);
}

TEST_F(InputsTest, MayHaveNamesOfAnyBytes)
{
    const std::string folder = "d \xff'$\n";
    std::filesystem::create_directory(folder);
    Write(folder + "/m \xfe.graphml", Map("a"));
    Write(folder + "/s.toml", std::string(MAPPED) + "none\"\n");
    const Scenario scenario = LoadScenario(folder + "/s.toml", {"topology.file=m \xfe.graphml"});
    std::filesystem::create_directory("copies");
    scenario.inputs->WriteCopies("copies");
    EXPECT_EQ(TextOf("copies/m \xfe.graphml"), Map("a"));
    EXPECT_TRUE(nlohmann::json::accept(PlanJson(scenario, "ns3", std::nullopt)));
}

TEST_F(InputsTest, ThatAreFoldersOrMissingAreErrorsOfTheirKey)
{
    std::filesystem::create_directory("m.graphml");
    EXPECT_EQ(ErrorOf(std::string(MAPPED) + "m.graphml\"\n"),
              "s.toml:6: topology.file: m.graphml is a folder; a file was expected");
}

} // namespace
} // namespace swimlab
