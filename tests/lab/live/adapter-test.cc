// SPDX-License-Identifier: GPL-2.0-only
//
// Adapters: what a file says is what is read, and a mistake is told by its line.
#include "lab/live/adapter.h"
#include "source-folder.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

/// Complete, and no more than that; line 1 is the kind.
constexpr const char* PLAIN_ADAPTER = R"(kind = "plain"
[start]
command = ["plain", "--at={address}"]
[ready]
log = "listening"
[[log]]
pattern = 'up (?P<subject>\S+)'
event = "joined"
[[log]]
pattern = 'down (?P<subject>\S+)'
event = "dead"
)";

Adapter ReadWith(const std::string& more)
{
    return ReadAdapter(PLAIN_ADAPTER + more, "plain.toml");
}

/// What is said of a text; "none" where it is right.
std::string MistakeOf(const std::string& text)
{
    try
    {
        ReadAdapter(text, "plain.toml");
        return "none";
    }
    catch (const ScenarioError& error)
    {
        return error.what();
    }
}

std::string MistakeWith(const std::string& more)
{
    return MistakeOf(PLAIN_ADAPTER + more);
}

/// With one text for another.
std::string MistakeInstead(const std::string& of, const std::string& by)
{
    std::string text = PLAIN_ADAPTER;
    text.replace(text.find(of), of.size(), by);
    return MistakeOf(text);
}

TextContext ThreeMembers()
{
    TextContext context;
    context.all = {{"m0", 1, "10.0.0.1"}, {"m1", 2, "10.0.0.2"}, {"m2", 3, "10.0.0.3"}};
    context.self = context.all[1];
    context.seeds = {context.all[0]};
    context.folder = "/tmp/m1";
    context.words = {{"port.client", "6379"}, {"timeout", "5000"}};
    return context;
}

AdapterText TextOf(const std::string& text)
{
    const std::vector<std::string> words = {"port.client", "timeout"};
    return {Value{text, {"plain.toml", 7, ""}}, "start.command", words};
}

std::string MistakeInText(const std::string& text)
{
    try
    {
        TextOf(text);
        return "none";
    }
    catch (const ScenarioError& error)
    {
        return error.what();
    }
}

Value Written(const std::string& text)
{
    return {text, {"s.toml", 12, ""}};
}

} // namespace

TEST(AdapterTest, WhatIsNotSaidIsAsDocumented)
{
    const Adapter adapter = ReadWith("");
    EXPECT_EQ(adapter.kind, "plain");
    EXPECT_EQ(adapter.readyWithin, 10s);
    EXPECT_EQ(adapter.meetWithin, 60s);
    EXPECT_EQ(adapter.spacing, 20ms);
    EXPECT_TRUE(adapter.keepsFolder);
    EXPECT_EQ(adapter.identity, Adapter::Identity::NAME);
    EXPECT_EQ(adapter.forming, Adapter::Forming::NONE);
    EXPECT_FALSE(adapter.CanLeave());
    EXPECT_FALSE(adapter.needsMajority);
}

TEST(AdapterTest, WhatNothingTellsIsNotObservable)
{
    EXPECT_EQ(ReadWith("").NotObservable(),
              (std::vector<std::string>{"suspect", "refuted", "left", "incarnation"}));
    const Adapter polled = ReadWith(R"([poll]
command = ["ask"]
row = '(?P<subject>\w+) (?P<flags>\w+)'
state = [{flags = "slow", is = "suspect"}, {is = "alive"}]
)");
    EXPECT_EQ(polled.NotObservable(), (std::vector<std::string>{"left", "incarnation"}));
}

TEST(AdapterTest, ThoseThatComeAlongAreRight)
{
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(SWIMLAB_SOURCE_DIR "/adapters"))
    {
        std::ifstream file(entry.path());
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        const std::string name = entry.path().filename().string();
        EXPECT_EQ(ReadAdapter(text, name).kind + ".toml", name);
        ++count;
    }
    EXPECT_GE(count, 5);
}

TEST(AdapterTest, AnUnknownKeyIsToldWithTheNearest)
{
    EXPECT_EQ(MistakeWith("[strat]\n"), "plain.toml:12: strat: unknown key; did you mean start?");
    EXPECT_EQ(MistakeInstead("log = \"listening\"", "log = \"x\"\nwithni = \"1s\""),
              "plain.toml:6: ready.withni: unknown key; did you mean ready.within?");
}

TEST(AdapterTest, APatternWithoutItsGroupIsToldByItsLine)
{
    EXPECT_EQ(MistakeInstead("down (?P<subject>\\S+)", "down (?P<who>\\S+)"),
              "plain.toml:10: log.1.pattern: needs a group (?P<subject>...); its groups are: who");
    EXPECT_EQ(MistakeWith("[[log]]\npattern = 'members'\nevent = \"members\"\n"),
              "plain.toml:13: log.2.pattern: needs a group (?P<members>...); its groups are: none");
    EXPECT_EQ(MistakeInstead("up (?P<subject>\\S+)", "up (?P<subject>\\S+"),
              "plain.toml:7: log.0.pattern: is no regular expression: missing closing "
              "parenthesis, at character 18");
}

TEST(AdapterTest, PortsAndUnitsAreChecked)
{
    EXPECT_EQ(
        MistakeWith("[ports]\nclient = 70000\n"),
        "plain.toml:13: ports.client: 70000 must be a whole number from 1 to 65535, without a "
        "unit");
    EXPECT_EQ(MistakeWith("[ports]\na = 80\nb = 80\n"),
              "plain.toml:14: ports.b: 80 is the port of a; each has its own");
    EXPECT_NE(MistakeWith("[parameters]\nlimit = {default = \"5\", unit = \"ms\"}\n")
                  .find("plain.toml:13: parameters.limit.default: \"5\" is no duration"),
              std::string::npos);
    EXPECT_NE(MistakeWith("[parameters]\nlimit = {default = \"5s\", unit = \"sec\"}\n")
                  .find("plain.toml:13: parameters.limit.unit: "),
              std::string::npos);
    EXPECT_NE(MistakeWith("[meet]\nwithin = \"60\"\n").find("plain.toml:13: meet.within: "),
              std::string::npos);
}

TEST(AdapterTest, TheVersionIsAskedForWithoutAMember)
{
    const std::string rest = "\"]\nversion_pattern = '(?P<version>.+)'\n"
                             "[parameters]\nlevel = {default = 1}\n[ports]\nclient = 80\n";
    for (const char* const word : {"{level}", "{port.client}", "{name}", "{*all:{name}}"})
    {
        EXPECT_EQ(
            MistakeWith(std::string("[program]\nversion = [\"plain\", \"-v ") + word + rest),
            "plain.toml:13: program.version: is run before there is a member, and has nothing "
            "to put for words in braces; {{ is a brace itself");
    }
    EXPECT_NE(MistakeWith("[program]\nversion = [\"plain\", \"{levle}" + rest)
                  .find("plain.toml:13: program.version: there is nothing to put for {levle}"),
              std::string::npos);
    EXPECT_EQ(MistakeWith("[program]\nversion = [\"plain\", \"f({{level}, { x })" + rest), "none");
}

TEST(AdapterTest, WithoutSignsOfLifeOrDeathNoRunCouldBegin)
{
    EXPECT_NE(MistakeInstead("event = \"joined\"", "event = \"suspect\"")
                  .find("nothing tells that another member is there"),
              std::string::npos);
    EXPECT_NE(MistakeInstead("event = \"dead\"", "event = \"suspect\"")
                  .find("nothing tells that another member is gone"),
              std::string::npos);
}

TEST(AdapterTest, OneWayIsEnough)
{
    EXPECT_EQ(MistakeInstead("log = \"listening\"", "log = \"x\"\ntcp = \"{address}:1\""),
              "plain.toml:4: ready.log: or ready.tcp, one of them, says when a member is ready: a "
              "line of its output, or who takes connections");
    EXPECT_EQ(MistakeWith("[identity]\nby = \"id\"\n"),
              "plain.toml:12: identity.by: \"id\" takes one of template, log and poll, which tell "
              "the id; others take none");
    EXPECT_EQ(MistakeWith("[leave]\nhow = \"none\"\nsignal = \"TERM\"\n"),
              "plain.toml:13: leave.how: is \"none\", and there is a way beside it; keep one");
}

TEST(AdapterTest, AStateThatNoRowReachesIsAMistake)
{
    const std::string poll = "[poll]\ncommand = [\"ask\"]\nrow = '(?P<subject>\\w+)'\n";
    EXPECT_EQ(MistakeWith(poll + "state = [{is = \"alive\"}, {is = \"dead\"}]\n"),
              "plain.toml:15: poll.state: is never reached: the one before fits every row");
    EXPECT_EQ(MistakeWith(poll + "state = [{subjct = \"x\", is = \"dead\"}]\n"),
              "plain.toml:15: poll.state.subjct: the row has no group of that name; did you mean "
              "subject?");
}

TEST(AdapterTest, ParametersComeInTheProgramsUnits)
{
    const Adapter adapter = ReadWith(R"([parameters]
node_timeout = {default = "15s", unit = "ms"}
tick = {default = "90s", unit = "min"}
level = {default = "debug"}
replicas = {default = "1"}
copies = {default = 2}
[ports]
client = 6379
)");
    auto words = AdapterWords(adapter, {});
    EXPECT_EQ(words["node_timeout"], "15000");
    EXPECT_EQ(words["tick"], "1.5");
    EXPECT_EQ(words["level"], "debug");
    EXPECT_EQ(words["replicas"], "1");
    EXPECT_EQ(words["copies"], "2");
    EXPECT_EQ(words["port.client"], "6379");
    words = AdapterWords(adapter, {{"node_timeout", Written("1000s")}});
    EXPECT_EQ(words["node_timeout"], "1000000");
}

TEST(AdapterTest, AParameterThatItDoesNotHaveIsToldByTheScenariosLine)
{
    const Adapter adapter =
        ReadWith("[parameters]\nnode_timeout = {default = \"15s\", unit = \"ms\"}\n");
    EXPECT_THROW(
        {
            try
            {
                AdapterWords(adapter, {{"node_timout", Written("5s")}});
            }
            catch (const ScenarioError& error)
            {
                EXPECT_STREQ(error.what(),
                             "s.toml:12: adapter.plain.node_timout: plain.toml has no parameter of "
                             "that name; did you mean node_timeout?");
                throw;
            }
        },
        ScenarioError);
    EXPECT_THROW(AdapterWords(adapter, {{"node_timeout", Written("5")}}), ScenarioError);
}

TEST(AdapterTextTest, FillsInWhoItIs)
{
    EXPECT_EQ(
        TextOf("{name} {number} {address}:{port.client} {dir} {timeout}").Fill(ThreeMembers()),
        "m1 2 10.0.0.2:6379 /tmp/m1 5000");
    EXPECT_EQ(TextOf("id-{number:04}").Fill(ThreeMembers()), "id-0002");
    EXPECT_EQ(TextOf("{seed.address}").Fill(ThreeMembers()), "10.0.0.1");
}

TEST(AdapterTextTest, RepeatsForEachMember)
{
    EXPECT_EQ(TextOf("{*others|, :{name}@{address}}").Fill(ThreeMembers()),
              "m0@10.0.0.1, m2@10.0.0.3");
    EXPECT_EQ(TextOf("{*others|; :{self.name}-{name}}").Fill(ThreeMembers()), "m1-m0; m1-m2");
    EXPECT_EQ(TextOf("--peer={*seeds:{address}}").FillArguments(ThreeMembers()),
              std::vector<std::string>{"--peer=10.0.0.1"});
    EXPECT_EQ(TextOf("{*all:{address}:6379}").FillArguments(ThreeMembers()),
              (std::vector<std::string>{"10.0.0.1:6379", "10.0.0.2:6379", "10.0.0.3:6379"}));
    EXPECT_EQ(TextOf("{*all:node { id: {number} }\n}").Fill(ThreeMembers()),
              "node { id: 1 }\nnode { id: 2 }\nnode { id: 3 }\n");
}

TEST(AdapterTextTest, OtherBracesStayAsTheyAre)
{
    EXPECT_EQ(TextOf("system {\n} f({ a = 1 }) {ok, X} {{name}").Fill(ThreeMembers()),
              "system {\n} f({ a = 1 }) {ok, X} {name}");
}

TEST(AdapterTextTest, AWordThatNobodyKnowsIsToldWithTheNearest)
{
    EXPECT_NE(MistakeInText("{adress}")
                  .find("plain.toml:7: start.command: there is nothing to put "
                        "for {adress}; did you mean {address}?"),
              std::string::npos);
    EXPECT_NE(MistakeInText("{*everybody:{name}}").find("nobody is called so"), std::string::npos);
    EXPECT_NE(MistakeInText("{*all:{name}").find("no closing brace"), std::string::npos);
    EXPECT_NE(MistakeInText("{name:04}").find("only a number has a width"), std::string::npos);
}

TEST(PatternTest, FindsItsGroups)
{
    const Pattern pattern("(?P<who>m\\d)(?: by (?P<source>m\\d))?");
    const auto match = pattern.Search("dead: m3");
    ASSERT_TRUE(match);
    EXPECT_EQ(match->Find("who"), "m3");
    EXPECT_FALSE(match->Find("source"));
    EXPECT_EQ(pattern.SearchAll("m1, m2 by m3").size(), 2u);
    EXPECT_EQ(Pattern("x*").SearchAll("ab").size(), 3u); // empty ones do not go on for ever
}

TEST(PatternTest, ASearchThatWouldTakeAgesFindsNothing)
{
    const Pattern pattern("(a+)+$");
    EXPECT_FALSE(pattern.Search(std::string(40, 'a') + "b"));
}

} // namespace swimlab
