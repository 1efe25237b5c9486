// SPDX-License-Identifier: GPL-2.0-only
//
// Runs that end with an event: which of its ends, and what no run can end with.
#include "scenario-fixture.h"

namespace swimlab
{
namespace
{

using namespace std::chrono_literals;

class RunEnd : public ScenarioTest
{
  protected:
    /// A stall of three members from the fifth second on. @param keys of the event
    static std::string WithStall(const std::string& keys, const std::string& endsWith = "slow")
    {
        return "ends_with = \"" + endsWith + "\"\n" + BASE +
               "[[event]]\nname = \"slow\"\nat = \"5s\"\nstall = \"random 3\"\n" + keys;
    }

    static std::string ErrorOf(const std::string& text)
    {
        try
        {
            Load(text);
        }
        catch (const ScenarioError& error)
        {
            return error.what();
        }
        return "no error";
    }
};

TEST_F(RunEnd, IsTheFirstEndOfTheEventFromTheDurationOn)
{
    // BASE lasts for 60 s; ends come at 15, 26, 37, 48, 59 and 70 s.
    EXPECT_EQ(MakePlanOf(WithStall("for = \"10s\"\ngap = \"1s\"\n")).duration, 70s);
    // At 15, 30, 45 and 60 s: an end at the very moment is one.
    EXPECT_EQ(MakePlanOf(WithStall("for = \"10s\"\nevery = \"15s\"\n")).duration, 60s);
    EXPECT_EQ(MakePlanOf(WithStall("for = \"100s\"\n")).duration, 105s);
}

TEST_F(RunEnd, IsTheDurationWhereTheEventEndsForGoodBefore)
{
    EXPECT_EQ(MakePlanOf(WithStall("for = \"10s\"\n")).duration, 60s);
    EXPECT_EQ(MakePlanOf(WithStall("for = \"10s\"\ngap = \"1s\"\ntimes = 5\n")).duration, 60s);
    EXPECT_EQ(MakePlanOf(WithStall("for = \"10s\"\ngap = \"1s\"\ntimes = 6\n")).duration, 70s);
}

TEST_F(RunEnd, BoundsTheWindowOfTheMetrics)
{
    const std::string window = "[measure]\nto = \"70s\"\n";
    EXPECT_EQ(ErrorOf(WithStall("for = \"10s\"\ngap = \"1s\"\n") + window), "no error");
    EXPECT_NE(ErrorOf(WithStall("for = \"10s\"\n") + window).find("after the end of the run (1m)"),
              std::string::npos);
}

TEST_F(RunEnd, NeedsAnEventThatEndsAtOneTime)
{
    EXPECT_NE(ErrorOf(WithStall("for = \"10s\"\n", "fast"))
                  .find("ends_with: no event has the name \"fast\"; there is slow"),
              std::string::npos);
    EXPECT_NE(ErrorOf(WithStall("")).find("\"slow\" never ends; add for"), std::string::npos);
    EXPECT_NE(ErrorOf(WithStall("for = \"10s\"\ngap = \"1s\"\nphase = \"own\"\n"))
                  .find("ends at another time for each member; leave out phase = \"own\""),
              std::string::npos);
    EXPECT_NE(ErrorOf(WithStall("for = \"10s\"\nover = \"2s\"\n")).find("leave out over"),
              std::string::npos);
    EXPECT_NE(ErrorOf("ends_with = \"slow\"\n" + std::string(BASE)).find("give one a name"),
              std::string::npos);
}

} // namespace
} // namespace swimlab
