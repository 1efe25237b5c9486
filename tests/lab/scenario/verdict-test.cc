// SPDX-License-Identifier: GPL-2.0-only
//
// What a scenario expects: it is handed on as written, with its lines, and its form is checked.
#include "lab/plan/plan-json.h"
#include "scenario-fixture.h"

#include <nlohmann/json.hpp>

namespace swimlab
{
namespace
{

using nlohmann::json;

class VerdictTable : public ScenarioTest
{
  protected:
    static json VerdictOf(const std::string& text, const std::vector<std::string>& overrides = {})
    {
        return json::parse(PlanJson(Load(BASE + text, overrides), "x", {}))["verdict"];
    }
};

TEST_F(VerdictTable, IsHandedOnWithItsLines)
{
    EXPECT_EQ(VerdictOf("[verdict]\n"                                 // line 8
                        "about = \"a crash\"\n"                       // line 9
                        "false_positives.each = 0\n"                  // line 10
                        "[verdict.crashes_known]\n"                   // line 11
                        "recommended-lan = \">= memberlist-lan\"\n"), // line 12
              json::parse(R"({"about": "a crash", "expectations": [
                  {"measure": "false_positives", "point": "each", "condition": "0",
                   "place": "s.toml:10"},
                  {"measure": "crashes_known", "point": "recommended-lan",
                   "condition": ">= memberlist-lan", "place": "s.toml:12"}]})"));
}

TEST_F(VerdictTable, CanBeOverridden)
{
    const json verdict = VerdictOf("[verdict]\nabout = \"a\"\nfalse_positives.each = \"= 0\"\n",
                                   {"verdict.false_positives.each=< 3"});
    EXPECT_EQ(verdict["expectations"][0]["condition"], "< 3");
    EXPECT_EQ(verdict["expectations"][0]["place"], "--set verdict.false_positives.each=< 3");
}

TEST_F(VerdictTable, MayBeMissing)
{
    EXPECT_TRUE(VerdictOf("").is_null());
}

TEST_F(VerdictTable, ChangesNothingInARun)
{
    const std::string verdict = "[verdict]\nabout = \"a\"\nfalse_positives.each = \"= 0\"\n";
    EXPECT_EQ(RunPlanJson(MakePlanOf(BASE + verdict)), RunPlanJson(MakePlanOf(BASE)));
}

TEST_F(VerdictTable, MistakesHaveAPlace)
{
    const std::string base = BASE;
    EXPECT_EQ(ErrorOf("verdict = 3\n" + base),
              "s.toml:1: verdict: must be a table; write [verdict] on a line of its own");
    EXPECT_EQ(ErrorOf(base + "[verdict]\nfalse_positives.each = 0\n"),
              "s.toml:8: verdict.about: is missing; say in a few words what is compared, such as "
              "\"after a partition of 10 minutes\"");
    EXPECT_EQ(ErrorOf(base + "[verdict]\nabout = \"a\"\n"),
              "s.toml:8: verdict: expects nothing; add a measure, such as false_positives.each = "
              "\"= 0\"");
    EXPECT_EQ(ErrorOf(base + "[verdict]\nabout = \"a\"\nfalse_positives = 0\n"),
              "s.toml:10: verdict.false_positives: must say what is expected at which point of the "
              "sweep, such as false_positives.each = \"= 0\"");
    EXPECT_EQ(ErrorOf(base + "[verdict]\nabout = \"a\"\nfalse_positives.each = [0]\n"),
              "s.toml:10: verdict.false_positives.each: must be one condition, such as "
              "false_positives.each = \"= 0\"");
    EXPECT_EQ(ErrorOf(base + "[sweep]\n\"verdict.about\" = [\"a\", \"b\"]\n"),
              "s.toml:9: verdict.about: cannot be swept: each point has the same");
}

} // namespace
} // namespace swimlab
