// SPDX-License-Identifier: GPL-2.0-only
//
// Every kind of mistake in a scenario, and the whole text of the message: it is what a user has to
// go by.
#include "scenario-fixture.h"

namespace swimlab
{
namespace
{

class ScenarioErrors : public ScenarioTest
{
};

TEST_F(ScenarioErrors, OfFilesThatAreNoScenarios)
{
    EXPECT_EQ(ErrorOfFile("none.toml"), "none.toml: there is no such file");
    std::filesystem::create_directory("folder.toml");
    EXPECT_EQ(ErrorOfFile("folder.toml"),
              "folder.toml: is a folder; a file was expected; a scenario is a few lines of TOML");
    Write("large.toml", std::string((4 << 20) + 1, '#'));
    EXPECT_EQ(ErrorOfFile("large.toml"),
              "large.toml: is larger than 4 MiB; a scenario is a few lines of TOML");
    EXPECT_EQ(ErrorOf("title = \"a\"\ntitle = \"b\"\n").substr(0, 29),
              "s.toml:2: is not valid TOML: ");
    EXPECT_EQ(ErrorOf("title = 1979-05-27\n"),
              "s.toml:1: a date or a time of day has no meaning in a scenario");
}

TEST_F(ScenarioErrors, OfKeysThatAreMissing)
{
    EXPECT_EQ(ErrorOf(""),
              "s.toml: duration: is missing; say how long to simulate, such as \"60s\"");
    EXPECT_EQ(ErrorOf("duration = \"60s\"\n"),
              "s.toml: cluster.members: is missing; say how many members the cluster has");
    EXPECT_EQ(ErrorOf("duration = \"60s\"\n[cluster]\nstart = \"join\"\n"),
              "s.toml:2: cluster.members: is missing; say how many members the cluster has");
}

TEST_F(ScenarioErrors, OfKeysThatNobodyKnows)
{
    EXPECT_EQ(ErrorOf(std::string("titel = \"x\"\n") + BASE),
              "s.toml:1: titel: unknown key; did you mean title?");
    EXPECT_EQ(ErrorOf(std::string(BASE) + "[protocol]\nprobe_intervall = \"1s\"\n"),
              "s.toml:9: protocol.probe_intervall: unknown key; did you mean "
              "protocol.probe_interval?");
    EXPECT_EQ(ErrorOf(std::string("members = 20\n") + BASE),
              "s.toml:1: members: unknown key; did you mean cluster.members?");
    EXPECT_EQ(ErrorOf(std::string(BASE) + "[network]\nzzzzzz = 1\n"),
              "s.toml:9: network.zzzzzz: unknown key; known here: model, loss, datagram_loss, "
              "delay, delay_distribution, delay_spread, delay_samples, jitter, duplication, "
              "reorder, reorder_by, queue_discs, access_queue");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";crahs = 7"})),
              "s.toml:10: event.0.crahs: unknown key; did you mean event.0.crash?");
}

TEST_F(ScenarioErrors, OfTheShapeOfTables)
{
    EXPECT_EQ(ErrorOf("duration = \"60s\"\ncluster = 20\n"),
              "s.toml:2: cluster: must be a table; write [cluster] on a line of its own");
    EXPECT_EQ(ErrorOf(std::string(BASE) + "[event]\nat = \"1s\"\n"),
              "s.toml:8: event: must be a list of tables; write [[event]], in two brackets, over "
              "each");
}

TEST_F(ScenarioErrors, OfMetadataThatFitsNoDatagram)
{
    const auto file = [](const std::string& protocol, std::size_t size) {
        return std::string(BASE) + "[protocol]\n" + protocol +
               "\n[[event]]\nat = \"1s\"\nupdate = 3\nmeta = \"" + std::string(size, 'y') + "\"\n";
    };
    EXPECT_EQ(ErrorOf(file("udp_buffer_size = \"1400B\"", 512)), "no error");
    const std::string small = ErrorOf(file("udp_buffer_size = \"576B\"", 512));
    EXPECT_EQ(
        small.find("s.toml:13: event.0.meta: metadata of 512 bytes is too long; the most is "),
        0u)
        << small;
    EXPECT_NE(small.find("in datagrams of udp_buffer_size = 576B"), std::string::npos) << small;
    const std::string labelled =
        "udp_buffer_size = \"576B\"\nlabel = \"" + std::string(99, 'l') + "\"";
    EXPECT_EQ(ErrorOf(file(labelled, 300)), "no error");
    EXPECT_NE(ErrorOf(file(labelled, 450)).find("of which label and encryption leave 475B"),
              std::string::npos);
}

TEST_F(ScenarioErrors, OfValuesAndUnits)
{
    const std::string base = BASE;
    const std::string network = base + "[network]\n";
    EXPECT_EQ(ErrorOf("duration = 60\n"),
              "s.toml:1: duration: 60 is no duration; write a number with its unit (ns, us, ms, "
              "s, m or h), such as \"200ms\"");
    EXPECT_EQ(ErrorOf("duration = \"-60s\"\n"),
              "s.toml:1: duration: -60s is negative; time starts at 0s");
    EXPECT_EQ(ErrorOf("duration = \"0s\"\n"), "s.toml:1: duration: 0s must be from 1ms to 10000h");
    EXPECT_EQ(ErrorOf("title = 7\n"), "s.toml:1: title: 7 must be a text in quotes");
    EXPECT_EQ(ErrorOf("runs = 0\n"),
              "s.toml:1: runs: 0 must be a whole number from 1 to 100000, without a unit");
    EXPECT_EQ(ErrorOf("runs = 6.0\n"), "s.toml:1: runs: write 6, not 6.0");
    EXPECT_EQ(ErrorOf("runs = \"6\"\n"), "s.toml:1: runs: write 6 without quotes");
    EXPECT_EQ(ErrorOf("duration = \"20 s\"\n"),
              "s.toml:1: duration: write \"20s\", without a space");
    EXPECT_EQ(ErrorOf(network + "loss = \"1 %\"\n"),
              "s.toml:9: network.loss: write \"1%\", without a space");
    EXPECT_EQ(ErrorOf("seed = -1\n"),
              "s.toml:1: seed: -1 must be a whole number from 0 to 9007199254740991, without a "
              "unit");
    EXPECT_EQ(ErrorOf(network + "loss = 1\n"),
              "s.toml:9: network.loss: 1 must be a percentage from \"0%\" to \"100%\", with the "
              "sign, such as \"1%\"");
    EXPECT_EQ(ErrorOf(network + "loss = \"101%\"\n"),
              "s.toml:9: network.loss: 101% must be a percentage from \"0%\" to \"100%\", with "
              "the sign, such as \"1%\"");
    EXPECT_EQ(ErrorOf(network + "jitter = \"11m\"\n"),
              "s.toml:9: network.jitter: 11m must be from 0s to 10m");
    EXPECT_EQ(ErrorOf(network + "queue_discs = \"no\"\n"),
              "s.toml:9: network.queue_discs: no must be true or false");
    EXPECT_EQ(
        ErrorOf(network + "model = \"path\"\nqueue_discs = true\n"),
        "s.toml:10: network.queue_discs: only network.model = \"packet\" has it, and here it is "
        "\"path\"");
    EXPECT_EQ(
        ErrorOf(network + "access_queue = true\n"),
        "s.toml:9: network.access_queue: only network.model = \"path\" has it, and here it is "
        "\"packet\"");
    EXPECT_EQ(ErrorOf(base + "access_rate = \"1GB\"\n"),
              "s.toml:8: topology.access_rate: 1GB must be a data rate above 0 with its unit (bps, "
              "kbps, Mbps, Gbps or Tbps), such as \"10Gbps\"");
    EXPECT_EQ(ErrorOf(base + "alpha = \"15%\"\n"),
              "s.toml:8: topology.alpha: 15% must be a number, without a unit");
}

TEST_F(ScenarioErrors, OfTheCluster)
{
    const std::string cluster = "duration = \"10s\"\n[cluster]\n";
    EXPECT_EQ(ErrorOf(cluster + "members = 0\n"),
              "s.toml:3: cluster.members: 0 must be a whole number from 1 to 1000000, without a "
              "unit");
    EXPECT_EQ(ErrorOf(cluster + "members = 5\nstart = \"cold\"\n"),
              "s.toml:4: cluster.start: cold must be one of \"converged\", \"join\"");
    EXPECT_EQ(ErrorOf(cluster + "members = 5\nage = \"old\"\n"),
              "s.toml:4: cluster.age: old must be one of \"settled\", \"fresh\"");
    EXPECT_EQ(ErrorOf(cluster + "members = 5\njoin_retry = \"twice\"\n"),
              "s.toml:4: cluster.join_retry: twice must be \"never\", \"once\", or how long a "
              "member waits each time, such as \"1s\"");
    EXPECT_EQ(ErrorOf(cluster + "members = 5\njoin_retry = \"0s\"\n"),
              "s.toml:4: cluster.join_retry: 0s must be from 1ms to 10000h");
    EXPECT_EQ(ErrorOf(cluster + "members = 5\n[topology]\nattach_seed = \"random\"\n"),
              "s.toml:5: topology.attach_seed: random must be a whole number from 0 to "
              "9007199254740991, or \"run\"");
    EXPECT_EQ(ErrorOf(cluster + "members = 5\npreset = \"memberlist-len\"\n"),
              "s.toml:4: cluster.preset: there is no preset \"memberlist-len\"; did you mean "
              "memberlist-lan?");
    EXPECT_EQ(ErrorOf(cluster + "members = 5\npreset = \"rapid and stable\"\n"),
              "s.toml:4: cluster.preset: there is no preset \"rapid and stable\"; presets are "
              "swim-basic, swim, memlist, memberlist-lan, memberlist-wan, memberlist-local, "
              "lifeguard-paper, recommended-lan, recommended-wan");
    EXPECT_EQ(ErrorOf(cluster + "members = 5\nseeds = 5\n"),
              "s.toml:4: cluster.seeds: 5 is out of range; the cluster has members 0 to 4");
    EXPECT_EQ(ErrorOf(cluster + "members = 11\nstart = \"join\"\njoin_spacing = \"1s\"\n"),
              "s.toml:5: cluster.join_spacing: 1s lets the last of 11 members join at 10s, after "
              "the end (10s); shorten it or make duration longer");
}

TEST_F(ScenarioErrors, OfTheProtocol)
{
    const std::string protocol = std::string(BASE) + "[protocol]\n";
    EXPECT_EQ(ErrorOf(protocol + "probe_interval = 200\n"),
              "s.toml:9: protocol.probe_interval: 200 is no duration; write a number with its unit "
              "(ns, us, ms, s, m or h), such as 200ms");
    EXPECT_EQ(ErrorOf(protocol + "gossip_nodes = \"3s\"\n"),
              "s.toml:9: protocol.gossip_nodes: 3s must be a whole number from 1 to 64, without "
              "a unit");
    EXPECT_EQ(ErrorOf(protocol + "udp_buffer_size = 1400\n"),
              "s.toml:9: protocol.udp_buffer_size: 1400 needs a unit: 1400B");
    EXPECT_EQ(ErrorOf(protocol + "udp_buffer_size = 14\n"),
              "s.toml:9: protocol.udp_buffer_size: 14 must be a whole number from 576B to 65507B");
    EXPECT_EQ(ErrorOf(protocol + "nack_delay = 80\n"),
              "s.toml:9: protocol.nack_delay: 80 needs a unit: 80%");
    EXPECT_EQ(ErrorOf(protocol + "gossip_nodes = 3.0\n"),
              "s.toml:9: protocol.gossip_nodes: write 3, not 3.0");
    EXPECT_EQ(ErrorOf(protocol + "gossip_nodes = 3.5\n"),
              "s.toml:9: protocol.gossip_nodes: 3.5 must be a whole number from 1 to 64, without a "
              "unit");
    EXPECT_EQ(ErrorOf(protocol + "nack = true\nprobe_interval = \"0.5s\"\n"),
              "s.toml:10: protocol: probe_timeout = 500ms: must be less than probe_interval "
              "(500ms), which has to leave time for indirect probes");
}

TEST_F(ScenarioErrors, OfTheTopology)
{
    const std::string start = "duration = \"60s\"\n[cluster]\nmembers = 4\n[topology]\n";
    EXPECT_EQ(ErrorOf(start + "kind = \"ring\"\n"),
              "s.toml:5: topology.kind: ring must be one of \"star\", \"leaf-spine\", "
              "\"fat-tree\", \"waxman\", \"barabasi-albert\", \"file\", \"regions\"");
    EXPECT_EQ(ErrorOf(start + "leaves = 0\n"),
              "s.toml:5: topology.leaves: 0: must be from 1 to 1000");
    EXPECT_EQ(ErrorOf(start + "kind = \"file\"\n"),
              "s.toml:4: topology.file: is missing; kind = \"file\" needs the path of a GraphML "
              "file");
    EXPECT_EQ(ErrorOf(start + "kind = \"file\"\nfile = \"a.graphml\"\n"),
              "s.toml:6: topology.file: there is no file a.graphml; the path counts from the "
              "scenario's folder, then from the working directory");
    Write("a.graphml",
          "<graphml><graph edgedefault=\"undirected\"><node id=\"0\"/><node id=\"1\"/>"
          "<node id=\"2\"/><edge source=\"0\" target=\"1\"/></graph></graphml>");
    const std::string disconnected = ErrorOf(start + "kind = \"file\"\nfile = \"a.graphml\"\n");
    EXPECT_TRUE(disconnected.starts_with("s.toml:6: topology.file: ")) << disconnected;
    EXPECT_TRUE(disconnected.find("in 2 parts") != std::string::npos) << disconnected;
}

TEST_F(ScenarioErrors, OfTheShapeOfEvents)
{
    EXPECT_EQ(ErrorOf(WithEvents({"crash = 7"})),
              "s.toml:8: event.0.at: is missing; say when, such as at = \"10s\"");
    EXPECT_TRUE(ErrorOf(WithEvents({"at = \"1s\""}))
                    .starts_with("s.toml:8: event.0: does nothing; add one of crash, restart, "
                                 "pause, resume, stall, unstall, leave, join, partition, heal, "));
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";crash = 1", "at = \"1s\";crash = 7;pause = 8"})),
              "s.toml:14: event.1: has two verbs, crash and pause; an event does one thing, so "
              "write two events");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"-1s\";crash = 7"})),
              "s.toml:9: event.0.at: -1s is negative; time starts at 0s");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"60s\";crash = 7"})),
              "s.toml:9: event.0.at: 1m is not before the end of the run; duration is 1m");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";crash = 7;for = \"0s\""})),
              "s.toml:11: event.0.for: 0s must be from 1ns to 10000h");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";restart = 7;for = \"1s\""})),
              "s.toml:11: event.0.for: has no meaning for restart, which nothing undoes");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";crash = 7;members = 8"})),
              "s.toml:11: event.0.members: has no meaning for crash; it goes with loss, "
              "datagram_loss, delay, jitter, duplication and reorder");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";heal = false"})),
              "s.toml:10: event.0.heal: must be true, or be left out");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";loss = \"5\""})),
              "s.toml:10: event.0.loss: \"5\" must be a percentage from \"0%\" to \"100%\", with "
              "the sign, such as \"1%\"");
}

TEST_F(ScenarioErrors, OfTargets)
{
    const auto errorOf = [](const std::string& targets) {
        const std::string text = ErrorOf(WithEvents({"at = \"1s\";crash = " + targets}));
        const std::string prefix = "s.toml:10: event.0.crash: ";
        return text.starts_with(prefix) ? text.substr(prefix.size()) : "elsewhere: " + text;
    };
    EXPECT_EQ(errorOf("20"), "20 is out of range; the cluster has members 0 to 19");
    EXPECT_EQ(errorOf("-1"), "-1 is out of range; the cluster has members 0 to 19");
    EXPECT_EQ(errorOf("[1, 99]"), "99 is out of range; the cluster has members 0 to 19");
    EXPECT_EQ(errorOf("\"10-20\""), "10-20 is out of range; the cluster has members 0 to 19");
    EXPECT_EQ(errorOf("\"9-5\""), "9-5 runs backwards; write the smaller index first");
    EXPECT_EQ(errorOf("\"random 0\""),
              "random 0 must draw from 1 to 20 members, such as \"random 1\" or \"random 1 of "
              "0-9\"");
    EXPECT_EQ(errorOf("\"random 21\""),
              "random 21 must draw from 1 to 20 members, such as \"random 1\" or \"random 1 of "
              "0-9\"");
    EXPECT_EQ(errorOf("\"random 3 of 5-6\""),
              "random 3 of 5-6 finds 2 members to draw from that are running then; draw no more "
              "than these");
    EXPECT_EQ(errorOf("\"random 1 of random 2\""),
              "random 2 cannot be part of other targets; write an event of its own for it");
    EXPECT_EQ(errorOf("[1, \"random 2\"]"),
              "random 2 cannot be part of other targets; write an event of its own for it");
    const std::string forms =
        " names nobody; targets are an index (7), a range (\"100-199\"), \"all\", \"random 10\", "
        "\"random 10 of 100-199\", {router = \"…\"}, {region = \"…\"} or a list of these";
    EXPECT_EQ(errorOf("\"some\""), "some" + forms);
    EXPECT_EQ(errorOf("1.5"), "1.5" + forms);
    EXPECT_EQ(errorOf("[]"), "[]" + forms);
    EXPECT_EQ(errorOf("{rooter = \"leaf-0\"}"), "{rooter = \"leaf-0\"}" + forms);
    EXPECT_EQ(errorOf("{router = []}"), "{router = []} names nobody; give at least one router");
    EXPECT_EQ(errorOf("{router = true}"),
              "{router = true} must give a label, or a list of labels, in quotes");
    EXPECT_EQ(errorOf("{router = \"leaf-9\"}"),
              "there is no router \"leaf-9\"; the leaf-spine topology has \"spine-0\" to "
              "\"leaf-3\"");
    EXPECT_EQ(errorOf("{region = \"mars\"}"),
              "there is no region \"mars\"; there are \"leaf\", \"spine\"");
}

TEST_F(ScenarioErrors, OfEventsThatCannotHappen)
{
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";restart = \"3-5\""})),
              "s.toml:10: event.0.restart: 3-5 hits nobody: at 1s none of them is down (crashed or "
              "left)");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";crash = 3", "at = \"2s\";pause = 3"})),
              "s.toml:13: event.1.pause: 3 hits nobody: at 2s none of them is running");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";crash = {router = \"spine-0\"}"})),
              "s.toml:10: event.0.crash: {router = \"spine-0\"} hits nobody: at 1s none of them is "
              "running");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";loss = \"5%\";members = {router = \"spine-0\"}"})),
              "s.toml:10: event.0.loss: {router = \"spine-0\"} has no members; choose others");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";join = 0"})),
              "s.toml:10: event.0.join: m00 is a seed (cluster.seeds), which is there from the "
              "start; let others join");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";join = 5", "at = \"2s\";join = \"4-6\""})),
              "s.toml:13: event.1.join: m05 joins twice; a member that crashed or left comes back "
              "by restart");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";crash = 5", "at = \"2s\";join = 5"})),
              "s.toml:10: event.0.crash: 5 hits nobody: at 1s none of them is running");
}

TEST_F(ScenarioErrors, OfPartitions)
{
    const auto errorOf = [](const std::string& sides) {
        const std::string text = ErrorOf(WithEvents({"at = \"1s\";partition = " + sides}));
        const std::string prefix = "s.toml:10: event.0.partition: ";
        return text.starts_with(prefix) ? text.substr(prefix.size()) : "elsewhere: " + text;
    };
    EXPECT_EQ(errorOf("[\"0-9\", \"9-19\"]"),
              "m09 is in side 9-19 and in one before it; sides must not overlap");
    EXPECT_EQ(errorOf("[\"all\"]"),
              "everybody is on one side; name members for another, or leave some out");
    EXPECT_EQ(errorOf("[]"), "has no sides; write targets for each, such as [\"0-4\", \"5-9\"]");
    EXPECT_EQ(errorOf("[{router = \"spine-1\"}, \"0-5\"]"),
              "side {router = \"spine-1\"} has no members; choose others");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";partition = {cut = \"maximum\"}"})),
              "s.toml:10: event.0.partition.cut: maximum must be \"minimum\"");
    EXPECT_EQ(ErrorOf(WithEvents({"at = \"1s\";heal = true"})),
              "s.toml:10: event.0.heal: there is no partition at 1s that could be healed");
    EXPECT_EQ(
        ErrorOf(WithEvents({"at = \"1s\";partition = \"0-5\"", "at = \"2s\";partition = \"0-9\""})),
        "s.toml:13: event.1.partition: there is a partition already at 2s; heal it before "
        "the next one");
}

TEST_F(ScenarioErrors, OfSweeps)
{
    const std::string sweep = std::string(BASE) + "[sweep]\n";
    EXPECT_EQ(ErrorOf(std::string("sweep = 3\n") + BASE),
              "s.toml:1: sweep: must be a table; write [sweep] on a line of its own");
    EXPECT_EQ(ErrorOf(sweep + "cluster.members = 5\n"),
              "s.toml:9: cluster.members: [sweep] takes a list of the values to try, such as [1, "
              "2]");
    EXPECT_EQ(ErrorOf(sweep + "cluster.members = []\n"),
              "s.toml:9: cluster.members: [sweep] takes a list of the values to try, such as [1, "
              "2]");
    EXPECT_EQ(ErrorOf(sweep + "cluster.members = [5, 6,\n5]\n"),
              "s.toml:10: cluster.members: 5 stands twice in the sweep's list");
    EXPECT_EQ(ErrorOf(sweep + "cluster.members = [5]\n\"cluster.members\" = [6]\n"),
              "s.toml:10: cluster.members: is swept twice; put all values into one list");
    EXPECT_EQ(ErrorOf(sweep + "seed = [1, 2]\n"),
              "s.toml:9: seed: cannot be swept: each point has the same");
    EXPECT_EQ(ErrorOf(sweep + "protocol.gossip_node = [1, 2]\n"),
              "s.toml:9: protocol.gossip_node: unknown key; did you mean protocol.gossip_nodes?");
    EXPECT_EQ(ErrorOf(sweep + "protocol.gossip_nodes = [1,\n2,\n300]\n"),
              "s.toml:11: protocol.gossip_nodes: 300 must be a whole number from 1 to 64, without "
              "a unit");
    EXPECT_EQ(ErrorOf(sweep + "event.0.at = [\"1s\", \"2s\"]\n"),
              "s.toml:9: event: must be a list of tables; write [[event]], in two brackets, over "
              "each");
    std::string hundred;
    for (int i = 1; i <= 101; ++i)
    {
        hundred += std::to_string(i) + ",";
    }
    EXPECT_EQ(ErrorOf(sweep + "protocol.gossip_nodes = [" + hundred + "]\ncluster.members = [" +
                      hundred + "]\n"),
              "s.toml:10: sweep: has more than 10000 combinations; sweep fewer values");
}

TEST_F(ScenarioErrors, OfARunThatIsNoPointOfItsSweep)
{
    const Scenario scenario = Load(std::string(BASE) + "[sweep]\nprotocol.gossip_nodes = [1, 2]\n");
    try
    {
        MakePlan(scenario, 1);
        FAIL() << "planned a run with two values of one key";
    }
    catch (const ScenarioError& error)
    {
        EXPECT_STREQ(error.what(),
                     "s.toml: sweep.protocol.gossip_nodes: has 2 values, and a run takes one; "
                     "choose it with --set protocol.gossip_nodes=1");
    }
}

TEST_F(ScenarioErrors, OfOverridesNameTheOverride)
{
    const auto errorOf = [](const std::string& setting) {
        return ErrorOf(WithEvents({"at = \"1s\";crash = 7"}), {setting});
    };
    EXPECT_EQ(errorOf("cluster.members"),
              "--set cluster.members: must be key=value, such as cluster.members=200");
    EXPECT_EQ(errorOf("=5"), "--set =5: must be key=value, such as cluster.members=200");
    EXPECT_EQ(errorOf("cluster.members=many"),
              "--set cluster.members=many: many must be a whole number from 1 to 1000000, without "
              "a unit");
    EXPECT_EQ(errorOf("cluster.member=5"),
              "--set cluster.member=5: unknown key; did you mean cluster.members?");
    EXPECT_EQ(errorOf("cluster.members=5"),
              "s.toml:10: event.0.crash: 7 is out of range; the cluster has members 0 to 4");
    EXPECT_EQ(errorOf("cluster.members.x=5"),
              "--set cluster.members.x=5: there is no \"x\" inside of a single value");
    EXPECT_EQ(errorOf("event.1.at=5s"),
              "--set event.1.at=5s: there is no entry \"1\"; entries count from 0 to 0");
    EXPECT_EQ(errorOf("event.first.at=5s"),
              "--set event.first.at=5s: there is no entry \"first\"; entries count from 0 to 0");
    EXPECT_EQ(errorOf("event.0.pause=3"),
              "--set event.0.pause=3: event.0: has two verbs, crash and pause; an event does one "
              "thing, so write two events");
    EXPECT_EQ(errorOf("protocol.probe_interval=0.2s"),
              "--set protocol.probe_interval=0.2s: protocol: probe_timeout = 500ms: must be less "
              "than probe_interval (200ms), which has to leave time for indirect probes");
}

} // namespace
} // namespace swimlab
