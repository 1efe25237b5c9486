// SPDX-License-Identifier: MIT
//
// The paper's precedence of news (SWIM section 4.2) as two other implementations test it: foca's
// can_change and scalecube's override matrix, which agree in every cell. A node with
// `precedence = total` and `dead_is_final` has to agree with both.
#include "node-fixture.h"
#include "swim/precedence.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// Rows: what is held, at incarnations 1, 2 and 3. Columns: the state that is said, at incarnation
/// 2. Whether it overrides.
struct Row
{
    MemberState held;
    bool byAlive[3];
    bool bySuspect[3];
    bool byDead[3];
};

constexpr Row MATRIX[] = {
    {MemberState::ALIVE, {true, false, false}, {true, true, false}, {true, true, true}},
    {MemberState::SUSPECT, {true, false, false}, {true, false, false}, {true, true, true}},
    {MemberState::DEAD, {false, false, false}, {false, false, false}, {false, false, false}},
};

class PrecedenceMatrix : public NodeTest
{
  protected:
    PrecedenceMatrix()
    {
        config.precedence = Precedence::TOTAL;
        config.deadIsFinal = true;
    }

    void HearOfB(MemberState state, std::uint32_t incarnation)
    {
        switch (state)
        {
        case MemberState::ALIVE:
            Hear(Alive('b', incarnation));
            return;
        case MemberState::SUSPECT:
            Hear(Suspect('b', incarnation, 'c'));
            return;
        default:
            Hear(Dead('b', incarnation, 'c'));
            return;
        }
    }

    PeerRecord HeldOfB() const
    {
        return node->Members().At(node->Members().Find(directory.FindName("b")));
    }

    void Check(const Row& row, const bool (&overrides)[3], MemberState said)
    {
        constexpr std::uint32_t SAID = 2;
        for (std::uint32_t incarnation = 1; incarnation <= 3; ++incarnation)
        {
            Start("abcd");
            HearOfB(row.held, incarnation);
            ASSERT_EQ(HeldOfB().State(), row.held);
            ASSERT_EQ(HeldOfB().incarnation, incarnation);
            HearOfB(said, SAID);
            const bool expected = overrides[incarnation - 1];
            const MemberState state = expected ? said : row.held;
            EXPECT_EQ(HeldOfB().State(), state)
                << "held " << static_cast<int>(row.held) << '@' << incarnation << ", said "
                << static_cast<int>(said) << '@' << SAID;
            // Only a death takes over incarnations that it does not answer, so that no delayed
            // word from between can pass for news.
            const bool joined = expected || state == MemberState::DEAD;
            EXPECT_EQ(HeldOfB().incarnation, joined ? std::max(incarnation, SAID) : incarnation);
        }
    }
};

TEST_F(PrecedenceMatrix, IsThatOfFocaAndScalecube)
{
    for (const Row& row : MATRIX)
    {
        Check(row, row.byAlive, MemberState::ALIVE);
        Check(row, row.bySuspect, MemberState::SUSPECT);
        Check(row, row.byDead, MemberState::DEAD);
    }
}

} // namespace

} // namespace swim
