// SPDX-License-Identifier: GPL-2.0-only
//
// Networks from GraphML files: hand-made ones with every gap that the Topology Zoo's files have,
// and three of the Zoo's own, whose numbers were worked out apart from this code (chord formula for
// distances, SciPy for paths).
#include "lab/topology/geography.h"
#include "lab/topology/paths.h"
#include "source-folder.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

constexpr double EARTH_RADIUS_KM = 6371.0088;
constexpr double PI = 3.14159265358979;

double Ns(std::chrono::nanoseconds delay)
{
    return static_cast<double>(delay.count());
}

/// A file of this test alone, gone when it is over.
class TopologyFileTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        m_file = std::filesystem::temp_directory_path() /
                 ("swimlab-" + std::to_string(getpid()) + "-" + test->name() + ".graphml");
        m_spec.kind = TopologyKind::GRAPH_FILE;
        m_spec.file = m_file;
    }

    void TearDown() override
    {
        std::filesystem::remove(m_file);
    }

    void Write(const std::string& text)
    {
        std::ofstream(m_file) << text;
    }

    /// A graph in an envelope with the Zoo's keys; `long` and `int` where a double would be
    /// expected.
    Topology BuildGraph(const std::string& graph, const std::string& direction = "undirected")
    {
        Write(R"(<?xml version="1.0"?><graphml>
            <key attr.name="Latitude" attr.type="double" for="node" id="lat"/>
            <key attr.name="Longitude" attr.type="string" for="node" id="lon"/>
            <key attr.name="Country" attr.type="string" for="node" id="country"/>
            <key attr.name="label" attr.type="string" for="node" id="label"/>
            <key attr.name="Network" attr.type="string" for="graph" id="network"/>
            <key attr.name="LinkSpeedRaw" attr.type="long" for="edge" id="speed"/>
            <graph edgedefault=")" +
              direction + R"("><data key="network">Test</data>)" + graph + "</graph></graphml>");
        return BuildTopology(m_spec);
    }

    std::string Error()
    {
        try
        {
            BuildTopology(m_spec);
        }
        catch (const TopologyError& error)
        {
            EXPECT_EQ(error.Field(), "file");
            const std::string text = error.what();
            const std::string prefix = "file = " + m_spec.file.string() + ": ";
            EXPECT_EQ(text.substr(0, prefix.size()), prefix);
            return text.substr(std::min(prefix.size(), text.size()));
        }
        return "no error";
    }

    std::string ErrorOfGraph(const std::string& graph, const std::string& direction = "undirected")
    {
        EXPECT_THROW(BuildGraph(graph, direction), TopologyError);
        return Error();
    }

    std::filesystem::path m_file;
    TopologySpec m_spec;
};

std::string Node(const std::string& id,
                 const std::string& latitude = "",
                 const std::string& longitude = "")
{
    std::string text = "<node id=\"" + id + "\"><data key=\"label\">" + id + "</data>";
    text += latitude.empty() ? "" : "<data key=\"lat\">" + latitude + "</data>";
    text += longitude.empty() ? "" : "<data key=\"lon\">" + longitude + "</data>";
    return text + "</node>";
}

std::string Edge(const std::string& source,
                 const std::string& target,
                 const std::string& speed = "")
{
    return "<edge source=\"" + source + "\" target=\"" + target + "\">" +
           (speed.empty() ? "" : "<data key=\"speed\">" + speed + "</data>") + "</edge>";
}

std::filesystem::path ZooFile(const std::string& name)
{
    return std::filesystem::path(SWIMLAB_SOURCE_DIR) / ".." / "shared" / "data" / "topologies" /
           name;
}

struct ZooAnswer
{
    const char* name;
    std::size_t routers;
    std::size_t links;
    std::size_t notes;
    std::uint32_t diameterHops;
    std::size_t articulationPoints;
    double meanPathDelayNs; ///< one member on each router, with 50 us of access at both ends
    double maxPathDelayNs;

    friend std::ostream& operator<<(std::ostream& out, const ZooAnswer& answer)
    {
        return out << answer.name;
    }
};

class ZooTest : public ::testing::TestWithParam<ZooAnswer>
{
};

} // namespace

TEST(GeographyTest, KnownDistances)
{
    // A quarter of a meridian, half the equator across the date line, and London to New York
    // (airports LHR and JFK), for which tables say 5540 km.
    EXPECT_NEAR(GreatCircleKm({0, 12}, {90, -50}), EARTH_RADIUS_KM * PI / 2, 1e-6);
    EXPECT_NEAR(GreatCircleKm({0, 100}, {0, -80}), EARTH_RADIUS_KM * PI, 1e-3);
    EXPECT_NEAR(GreatCircleKm({0, 179}, {0, -179}), EARTH_RADIUS_KM * PI / 90, 1e-6);
    EXPECT_NEAR(GreatCircleKm({51.4700, -0.4543}, {40.6413, -73.7781}), 5540, 5);
    EXPECT_EQ(GreatCircleKm({47, 11}, {47, 11}), 0);
}

TEST(GeographyTest, LightTakesFiveMicrosecondsAKilometre)
{
    EXPECT_EQ(PropagationDelay(1, 1), 5us);
    EXPECT_EQ(PropagationDelay(1000, 1.5), 7500us);
}

TEST(GeographyTest, MeanCrossesTheDateLineAndSurvivesOpposites)
{
    const std::array<Position, 2> dateLine{Position{10, 170}, Position{10, -150}};
    EXPECT_NEAR(std::abs(Mean(dateLine).longitude), 170, 1e-9);
    const std::array<Position, 2> opposite{Position{0, 30}, Position{0, -150}};
    EXPECT_NEAR(Mean(opposite).longitude, 30, 1e-9);
}

TEST_F(TopologyFileTest, DistanceBecomesDelay)
{
    m_spec.stretch = 1;
    const Topology topology =
        BuildGraph(Node("equator", "0.0", "0") + Node("pole", "90", "0") + Edge("pole", "equator"));
    ASSERT_EQ(topology.links.size(), 1U);
    EXPECT_EQ(topology.links[0].a, 0U);
    EXPECT_NEAR(Ns(topology.links[0].delay), EARTH_RADIUS_KM * PI / 2 * 5000, 1);
    EXPECT_EQ(topology.routers[1].latitude, 90);
    EXPECT_TRUE(topology.notes.empty());
    EXPECT_EQ(topology.routers[1].y, 1);
    EXPECT_EQ(topology.routers[0].y, 0);
}

TEST_F(TopologyFileTest, ParallelEdgesBecomeOneAndSelfLoopsNone)
{
    const Topology topology =
        BuildGraph(Node("a", "0", "0") + Node("b", "0", "1") + Edge("a", "b", "1000000") +
                   Edge("b", "a", "2500000") + Edge("a", "b") + Edge("b", "b"));
    ASSERT_EQ(topology.links.size(), 1U);
    EXPECT_EQ(topology.links[0].bitsPerSecond, 2'500'000U) << "the highest that the file gives";
    EXPECT_EQ(topology.notes,
              (std::vector<std::string>{
                  "1 link was dropped: from a router to itself.",
                  "2 links were dropped: beside another of the same two routers. The highest data "
                  "rate is kept."}));
}

TEST_F(TopologyFileTest, LinksWithoutSpeedHaveTheDefault)
{
    m_spec.linkRate = 123;
    const Topology topology =
        BuildGraph(Node("a") + Node("b") + Node("c") + Edge("a", "b") + Edge("b", "c", "unknown"));
    EXPECT_EQ(topology.links[0].bitsPerSecond, 123U);
    EXPECT_EQ(topology.links[1].bitsPerSecond, 123U);
}

TEST_F(TopologyFileTest, MissingCoordinatesAreTheMiddleOfTheNeighbours)
{
    m_spec.stretch = 1;
    const Topology topology = BuildGraph(
        Node("west", "0", "0") + Node("east", "0", "20") + Node("middle") + Node("spur", "none") +
        Edge("west", "middle") + Edge("middle", "east") + Edge("middle", "spur"));
    const auto tenDegreesNs = EARTH_RADIUS_KM * PI / 18 * 5000;
    EXPECT_NEAR(Ns(topology.links[0].delay), tenDegreesNs, 1);
    EXPECT_NEAR(Ns(topology.links[1].delay), tenDegreesNs, 1);
    EXPECT_EQ(topology.links[2].delay, m_spec.linkDelay)
        << "the spur stands where its neighbour is";
    EXPECT_NEAR(topology.routers[2].x, 0.5, 1e-9);
    EXPECT_EQ(topology.routers[2].latitude, std::nullopt) << "an estimate is not the file's word";
    EXPECT_EQ(topology.notes,
              (std::vector<std::string>{"2 routers were placed in the middle of their neighbours: "
                                        "the file gives no coordinates."}));
}

TEST_F(TopologyFileTest, WithoutAnyCoordinatesEveryLinkHasTheDefaultDelay)
{
    m_spec.linkDelay = 3ms;
    const Topology topology =
        BuildGraph(Node("a") + Node("b") + Node("c", "95", "0") + Edge("a", "b") + Edge("b", "c"));
    EXPECT_EQ(topology.links[0].delay, 3ms);
    EXPECT_EQ(topology.links[1].delay, 3ms);
    EXPECT_NE(topology.routers[0].x, topology.routers[1].x);
    ASSERT_EQ(topology.notes.size(), 1U);
    EXPECT_EQ(topology.notes[0].substr(0, 27), "No router has coordinates: ");
}

TEST_F(TopologyFileTest, LabelsTellRoutersApart)
{
    const Topology topology = BuildGraph(
        R"(<node id="x"><data key="label">York</data><data key="country">UK</data></node>
           <node id="y"><data key="label">York</data></node><node id="z"/>)" +
        Edge("x", "y") + Edge("y", "z"));
    EXPECT_EQ(topology.routers[0].label, "York");
    EXPECT_EQ(topology.routers[0].region, "UK");
    EXPECT_EQ(topology.routers[1].label, "York-1");
    EXPECT_EQ(topology.routers[1].region, "");
    EXPECT_EQ(topology.routers[2].label, "router-2");
}

TEST_F(TopologyFileTest, DirectionsDoNotMatter)
{
    const Topology topology =
        BuildGraph(Node("a") + Node("b") + Edge("a", "b") + Edge("b", "a"), "directed");
    EXPECT_EQ(topology.links.size(), 1U);
}

TEST_F(TopologyFileTest, ADisconnectedGraphIsAnErrorThatNamesTheParts)
{
    EXPECT_EQ(
        ErrorOfGraph(Node("a") + Node("b") + Node("c") + Edge("a", "c")),
        "the network is in 2 parts with no link between them: {a, c} (2 routers), {b} (1 "
        "router); every router must reach every other, or parts = \"largest\" leaves out what "
        "the largest part does not reach");
}

TEST_F(TopologyFileTest, TheLargestPartKeepsItsRoutersAndLinksAndTellsWhatIsLeftOut)
{
    m_spec.parts = MapParts::LARGEST;
    const Topology topology =
        BuildGraph(Node("lone") + Node("a") + Node("b") + Node("x") + Node("c") + Node("y") +
                   Edge("a", "b") + Edge("x", "y") + Edge("b", "c"));
    ASSERT_EQ(topology.routers.size(), 3U);
    EXPECT_EQ(topology.routers[0].label, "a");
    EXPECT_EQ(topology.routers[1].label, "b");
    EXPECT_EQ(topology.routers[2].label, "c");
    ASSERT_EQ(topology.links.size(), 2U);
    EXPECT_EQ(std::pair(topology.links[0].a, topology.links[0].b), std::pair(0U, 1U));
    EXPECT_EQ(std::pair(topology.links[1].a, topology.links[1].b), std::pair(1U, 2U));
    EXPECT_EQ(topology.notes.front(),
              "3 of 6 routers left out: they are not linked to the largest part of the map.");
    EXPECT_EQ(Attach(2, topology, AttachPolicy::EVEN), (std::vector<RouterId>{0, 1}))
        << "nobody is attached to what was left out";
}

TEST_F(TopologyFileTest, OfEqualPartsTheFirstOfTheFileIsTaken)
{
    m_spec.parts = MapParts::LARGEST;
    const Topology topology =
        BuildGraph(Node("a") + Node("b") + Node("c") + Node("d") + Edge("c", "d") + Edge("b", "a"));
    ASSERT_EQ(topology.routers.size(), 2U);
    EXPECT_EQ(topology.routers[0].label, "a");
}

TEST_F(TopologyFileTest, AMapInOnePartIsTheSameEitherWay)
{
    const std::string graph = Node("a") + Node("b") + Edge("a", "b");
    const Topology all = BuildGraph(graph);
    m_spec.parts = MapParts::LARGEST;
    const Topology largest = BuildGraph(graph);
    EXPECT_EQ(largest.routers.size(), all.routers.size());
    EXPECT_EQ(largest.notes, all.notes);
}

TEST_F(TopologyFileTest, BrokenFilesSayWhatIsWrongAndWhere)
{
    EXPECT_EQ(Error(), "cannot be read: No such file or directory");
    Write("");
    EXPECT_EQ(Error(), "line 1: is empty");
    Write("<graphml>\n<graph>\n</graphml>");
    EXPECT_EQ(Error(), "line 2: <graph> has no edgedefault");
    Write("<svg/>");
    EXPECT_EQ(Error(),
              "line 1: is XML but not GraphML: it begins with <svg>, and <graphml> was expected");
    Write("<graphml/>");
    EXPECT_EQ(Error(), "has 0 nodes; must be from 1 to 2000");
    EXPECT_EQ(ErrorOfGraph(Node("a") + Node("b") + Edge("a", "b") + Edge("a", "bb")),
              "line 8: the edge names a node \"bb\" that the file does not declare");
    EXPECT_EQ(ErrorOfGraph(Node("a") + Node("b") + Edge("a", "b") +
                           "<edge source=\"b\" target=\"a\" directed=\"true\"/>"),
              "line 8: has directed and undirected edges; all of one sort were expected");
    m_spec.file = std::filesystem::temp_directory_path();
    EXPECT_EQ(Error(), "is a folder; a GraphML file was expected");
}

TEST_F(TopologyFileTest, AFileThatIsNotNamedIsAnError)
{
    m_spec.file.clear();
    try
    {
        BuildTopology(m_spec);
        FAIL() << "accepted";
    }
    catch (const TopologyError& error)
    {
        EXPECT_STREQ(error.what(),
                     "file: missing; kind = \"file\" needs the path of a GraphML file");
    }
}

TEST_P(ZooTest, HasTheKnownNumbers)
{
    const ZooAnswer& answer = GetParam();
    TopologySpec spec;
    spec.kind = TopologyKind::GRAPH_FILE;
    spec.file = ZooFile(std::string(answer.name) + ".graphml");
    if (!std::filesystem::exists(spec.file))
    {
        GTEST_SKIP() << spec.file << " is not on this machine";
    }
    const Topology topology = BuildTopology(spec);
    EXPECT_EQ(topology.routers.size(), answer.routers);
    EXPECT_EQ(topology.links.size(), answer.links);
    EXPECT_EQ(topology.notes.size(), answer.notes);
    const auto routerOfMember =
        Attach(static_cast<std::uint32_t>(answer.routers), topology, AttachPolicy::EVEN);
    const TopologyStatistics statistics =
        ComputeStatistics(topology, Paths(topology), routerOfMember);
    EXPECT_EQ(statistics.diameterHops, answer.diameterHops);
    EXPECT_EQ(statistics.articulationPoints.size(), answer.articulationPoints);
    EXPECT_NEAR(Ns(statistics.meanPathDelay), answer.meanPathDelayNs, 30);
    EXPECT_NEAR(Ns(statistics.maxPathDelay), answer.maxPathDelayNs + 100'000, 30);
}

// Notes: nothing; parallel edges, labels and places; the same.
INSTANTIATE_TEST_SUITE_P(
    Zoo,
    ZooTest,
    ::testing::Values(ZooAnswer{"Abilene", 11, 14, 0, 5, 0, 17'386'166, 36'173'282},
                      ZooAnswer{"TataNld", 145, 186, 3, 28, 12, 10'514'070, 25'678'358},
                      ZooAnswer{"Cogentco", 197, 243, 3, 28, 33, 40'284'431, 101'548'742}),
    [](const ::testing::TestParamInfo<ZooAnswer>& test) { return std::string(test.param.name); });

} // namespace swimlab
