// SPDX-License-Identifier: GPL-2.0-only
//
// Events by their names, wherever a key leads to one: overrides, sweeps, values in force, messages.
#include "scenario-fixture.h"

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

class EventNames : public ScenarioTest
{
  protected:
    /// Two events, the second of which has a name.
    static std::string Text(const std::string& more = "")
    {
        return WithEvents({"at = \"1s\";crash = 7",
                           "name = \"outage\";at = \"2s\";pause = 3;for = \"5s\""}) +
               more;
    }
};

TEST_F(EventNames, LeadOverridesToTheirEvents)
{
    for (const char* const key : {"event.outage.for=9s", "event.1.for=9s"})
    {
        const Scenario scenario = Load(Text(), {key});
        EXPECT_EQ(scenario.events[1].lasts, 9s) << key;
        EXPECT_FALSE(scenario.events[0].lasts) << key;
    }
}

TEST_F(EventNames, AreTheSpellingOfValuesInForce)
{
    const Scenario scenario = Load(Text());
    std::vector<std::string> keys;
    std::vector<std::string> settings;
    for (const auto& [key, text] : scenario.resolved)
    {
        settings.push_back(key + "=" + text);
        if (key.starts_with("event."))
        {
            keys.push_back(key);
        }
    }
    EXPECT_EQ(keys,
              (std::vector<std::string>{"event.0.at",
                                        "event.0.crash",
                                        "event.outage.name",
                                        "event.outage.at",
                                        "event.outage.pause",
                                        "event.outage.for"}));
    EXPECT_EQ(LoadScenario("s.toml", settings).resolved, scenario.resolved);
}

TEST_F(EventNames, ChangeNothingThatHappens)
{
    const auto timeline = [](const std::string& name) {
        return TextOf(TimelineOf({name + "at = \"1s\";crash = \"random 3\";over = \"9s\""}));
    };
    EXPECT_EQ(timeline("name = \"outage\";"), timeline(""));
}

TEST_F(EventNames, AreOneAxisWithTheirNumbers)
{
    for (const char* const key : {"event.outage.for", "event.1.for"})
    {
        const std::string sweep = Text("[sweep]\n" + std::string(key) + " = [\"1s\", \"2s\"]\n");
        const Scenario scenario = Load(sweep);
        const auto points = SweepPoints(scenario);
        ASSERT_EQ(points.size(), 2u);
        EXPECT_EQ(points[1].settings, (std::vector<Setting>{{"event.outage.for", "2s"}}));
        EXPECT_EQ(AtPoint(scenario, points[1]).events[1].lasts, 2s);
        for (const char* const other : {"event.outage.for=7s", "event.1.for=7s"})
        {
            const Scenario settled = Load(sweep, {other});
            EXPECT_TRUE(settled.axes.empty());
            EXPECT_EQ(settled.point, (std::vector<Setting>{{"event.outage.for", "7s"}}));
            EXPECT_EQ(settled.events[1].lasts, 7s);
        }
    }
    EXPECT_EQ(ErrorOf(Text("[sweep]\n\"event.1.for\" = [\"1s\"]\nevent.outage.for = [\"2s\"]\n")),
              "s.toml:18: event.outage.for: is swept twice; put all values into one list");
}

TEST_F(EventNames, StandInMessages)
{
    EXPECT_EQ(ErrorOf(Text(), {"event.outage.for=0s"}),
              "--set event.outage.for=0s: 0s must be from 1ns to 10000h");
    EXPECT_EQ(
        ErrorOf(WithEvents({"name = \"back\";at = \"1s\";restart = 3"})),
        "s.toml:11: event.back.restart: 3 hits nobody: at 1s none of them is down (crashed or "
        "left)");
}

TEST_F(EventNames, ThatThereAreNotAreToldFromThoseThatThereAre)
{
    EXPECT_EQ(
        ErrorOf(Text(), {"event.outrage.for=2s"}),
        "--set event.outrage.for=2s: there is no entry \"outrage\"; did you mean \"outage\"?");
    EXPECT_EQ(ErrorOf(Text(), {"event.2.for=2s"}),
              "--set event.2.for=2s: there is no entry \"2\"; entries count from 0 to 1, and have "
              "the names \"outage\"");
    EXPECT_EQ(
        ErrorOf(Text("[sweep]\nevent.heal.at = [\"2s\"]\n")),
        "s.toml:17: event.heal.at: there is no entry \"heal\"; entries count from 0 to 1, and "
        "have the names \"outage\"");
}

TEST_F(EventNames, AreWordsOfWhichEachStandsOnce)
{
    const auto errorOf = [](const std::string& name) {
        return ErrorOf(WithEvents({"name = \"" + name + "\";at = \"1s\";crash = 7"}));
    };
    const std::string rule =
        " must be of letters, digits, - and _, at most 64, and no number, since "
        "numbers count events";
    EXPECT_EQ(errorOf("2nd-cut_B"), "no error");
    EXPECT_EQ(errorOf("12"), "s.toml:9: event.12.name: \"12\"" + rule);
    EXPECT_EQ(errorOf("two words"), "s.toml:9: event.two words.name: two words" + rule);
    EXPECT_TRUE(errorOf("").ends_with(rule));
    EXPECT_TRUE(errorOf("a.b").ends_with(rule));
    EXPECT_TRUE(errorOf(std::string(65, 'x')).ends_with(rule));
    EXPECT_EQ(
        ErrorOf(WithEvents(
            {"name = \"cut\";at = \"1s\";crash = 7", "name = \"cut\";at = \"1s\";crash = 8"})),
        "s.toml:13: event.1.name: \"cut\" is the name of event.0 already; give each event its "
        "own");
    EXPECT_EQ(ErrorOf(Text("[sweep]\nevent.outage.name = [\"a\", \"b\"]\n")),
              "s.toml:17: event.outage.name: cannot be swept: it changes nothing but names");
}

} // namespace
} // namespace swimlab
