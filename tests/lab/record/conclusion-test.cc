// SPDX-License-Identifier: GPL-2.0-only
//
// Conclusions come in with names or numbers, and go out as rows of events.csv.
#include "lab/record/conclusion.h"
#include "lab/record/recorder.h"
#include "tests/lab/scenario/scenario-fixture.h"

#include <iterator>

namespace swimlab
{

namespace
{

using swim::EventKind;

class ConclusionTest : public ScenarioTest
{
  protected:
    /// The rows of some conclusions, without the header.
    std::string Rows(const std::vector<Conclusion>& conclusions) const
    {
        Recorder recorder(".", plan);
        for (const Conclusion& conclusion : conclusions)
        {
            recorder.Conclude(conclusion);
        }
        recorder.Finish();
        std::ifstream file("events.csv");
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        return text.substr(text.find('\n') + 1);
    }

    Plan plan = MakePlanOf(BASE);
};

} // namespace

TEST_F(ConclusionTest, NamesOfMembersBecomeNumbersAndOthersStay)
{
    EXPECT_EQ(Party(plan, "m07"), Party(7));
    EXPECT_TRUE(Party(plan, "").IsNobody());
    for (const std::string name : {"m7", "m20", "m007", "n07", "m", "m07 ", "m-1", "stranger"})
    {
        const Party party(plan, name);
        EXPECT_EQ(party.member, std::nullopt) << name;
        EXPECT_EQ(party.stranger, name);
    }
}

TEST_F(ConclusionTest, IsARowInTheWordsOfTheRecords)
{
    EXPECT_EQ(Rows({{1, 0, EventKind::DEAD, 7, 3, 2},
                    {2, 19, EventKind::JOINED, Party(plan, "stranger"), 1, Party(plan, "guest")},
                    {3, 1, EventKind::SUSPECT, 7, 0, {}},
                    {4, 1, EventKind::SUSPECT, 7, {}, {}},
                    {.timeNs = 5,
                     .observer = 1,
                     .kind = EventKind::REJECTED,
                     .incarnation = 0,
                     .rejection = swim::Rejection::WRONG_CRC}}),
              "1,m00,dead,m07,3,m02\n"
              "2,m19,joined,stranger,1,guest\n"
              "3,m01,suspect,m07,0,\n"
              "4,m01,suspect,m07,,\n"
              "5,m01,rejected,,,wrong CRC\n");
}

TEST_F(ConclusionTest, KindsAreThoseThatMembersConclude)
{
    for (const std::string_view event :
         {"joined", "suspect", "refuted", "dead", "left", "updated", "conflict", "rejected"})
    {
        const auto kind = FindConclusion(event);
        ASSERT_TRUE(kind) << event;
        EXPECT_EQ(swim::EventKindName(*kind), event);
    }
    EXPECT_EQ(FindConclusion("join-failed"), std::nullopt) << "that is told to who asked";
    EXPECT_EQ(FindConclusion("traffic"), std::nullopt);
}

} // namespace swimlab
