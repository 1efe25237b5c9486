// SPDX-License-Identifier: MIT
//
// Cases of memberlist's own tests that hold for any implementation of its rules: which versions may
// meet (TestVerifyProtocol), which of the gone are forgotten (TestMoveDeadNodes), and whom a random
// choice may take (TestKRandomNodes). Its other vectors stand beside the parts that they concern.
#include "node-fixture.h"
#include "swim/random-peers.h"

#include <set>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

class MemberlistOracle : public NodeTest
{
  protected:
    MemberlistOracle()
    {
        config.probeInterval = 24h; // silence does not count
        config.gossipInterval = 0s;
        config.pushPullInterval = 0s;
    }
};

/// The least and the most version that a member understands, and the one that it speaks.
using Speaks = std::array<std::uint8_t, 3>;

struct Meeting
{
    std::vector<Speaks> ours;
    std::vector<Speaks> theirs;
    bool compatible;
};

const Meeting MEETINGS[] = {
    {{{0, 0, 0}}, {{0, 0, 0}}, true},                       // identical
    {{{0, 0, 0}}, {{0, 1, 0}}, true},                       // one understands newer
    {{{0, 0, 0}}, {{1, 1, 1}}, false},                      // one speaks outside the range
    {{{0, 1, 0}, {0, 2, 1}}, {{1, 3, 1}}, false},           // and so does one of three
    {{{0, 3, 2}, {0, 2, 0}}, {{0, 2, 1}, {0, 5, 0}}, true}, // four who all understand 0 to 2
};

/// memberlist's cases have no node of their own; ours understands {1, 5} and speaks 2 on the wire,
/// understands {2, 5} and speaks 5 to its delegate. Shifted by two its word is theirs.
Versions AsProtocol(const Speaks& versions)
{
    const auto shifted = [&](std::size_t i) { return static_cast<std::uint8_t>(versions[i] + 2); };
    return {shifted(0), shifted(1), shifted(2), 2, 5, 5};
}

/// A range keeps its relations when it is mirrored, and 5 - 0 is what our delegate speaks.
Versions AsDelegate(const Speaks& versions)
{
    const auto mirrored = [&](std::size_t i) { return static_cast<std::uint8_t>(5 - versions[i]); };
    return {1, 5, 2, mirrored(1), mirrored(0), mirrored(2)};
}

TEST_F(MemberlistOracle, VerifyProtocolLetsMeetWhoUnderstandsAll)
{
    for (const auto place : {AsProtocol, AsDelegate})
    {
        int row = 0;
        for (const Meeting& meeting : MEETINGS)
        {
            Start("a");
            char member = 'b';
            for (const Speaks& versions : meeting.ours)
            {
                Hear(Alive({&member, 1}, 1, AddressOf(member), {}, place(versions)));
                ++member;
            }
            wire::Bytes table;
            const auto told = static_cast<std::uint32_t>(meeting.theirs.size());
            wire::Encode(wire::PushPullHeader{told, 0, false}, table);
            const char first = member;
            for (const Speaks& versions : meeting.theirs)
            {
                const Versions wide = place(versions);
                wire::Encode(wire::PushNodeState{{1, {&member, 1}, AddressOf(member), {}, wide}, 0},
                             table);
                ++member;
            }
            outbox.Clear();
            node->ReceiveStream(now, table, outbox);
            for (char theirs = first; theirs < member; ++theirs)
            {
                EXPECT_EQ(StateOf(theirs), meeting.compatible ? "alive@1" : "unknown")
                    << "row " << row;
            }
            EXPECT_EQ(node->Count().rejected, meeting.compatible ? 0u : 1u) << "row " << row;
            ++row;
        }
    }
}

TEST_F(MemberlistOracle, MoveDeadNodesForgetsTheLongDeadAndTheLongGone)
{
    // Dead or left for 20 s go, for 10 s stay, if 15 s is the limit.
    config.gossipToTheDeadTime = 15s;
    config.reapTime = 15s;
    config.probeInterval = 1s;
    config.suspicionMult = 1000;
    Start("abcdefghi");
    for (const char longDead : {'b', 'h'})
    {
        Hear(Dead(longDead, 1, 'c'));
    }
    for (const char longGone : {'f', 'i'})
    {
        Hear(Dead(longGone, 1, longGone));
    }
    // Who is alive is suspected by then, for none answers: that is not to be gone.
    AdvanceBy(10s);
    Hear(Dead('d', 1, 'c'));
    Hear(Dead('e', 1, 'e'));
    while (now < Instant(20s))
    {
        AdvanceTo(node->NextDeadline());
    }
    for (const char forgotten : {'b', 'f', 'h', 'i'})
    {
        EXPECT_EQ(StateOf(forgotten), "unknown") << forgotten;
    }
    EXPECT_EQ(StateOf('d'), "dead@1");
    EXPECT_EQ(StateOf('e'), "left@1");
    EXPECT_EQ(StateOf('a'), "alive@1");
    for (const char living : {'c', 'g'})
    {
        EXPECT_EQ(StateOf(living), "suspect@1") << living;
    }
}

TEST(MemberlistRandomNodes, TakeWhomTheFilterLeaves)
{
    // 90 members, a third of them each alive, suspect and dead; the first is oneself.
    for (const std::uint32_t size : {90u, 8u})
    {
        Directory directory;
        MemberTable table(directory, nullptr);
        constexpr MemberState STATES[] = {MemberState::ALIVE,
                                          MemberState::SUSPECT,
                                          MemberState::DEAD};
        for (std::uint32_t i = 0; i < size; ++i)
        {
            const NameId name = directory.InternName("test" + std::to_string(i));
            const IdentityId identity = directory.Intern(name, {}, {}, OUR_VERSIONS);
            table.Insert({identity, 1, STATES[i % 3], Instant{}});
        }
        Rng rng(1, 1);
        std::set<std::set<Slot>> choices;
        for (int choice = 0; choice < 3; ++choice)
        {
            const PickedSlots picked =
                PickRandom(table, rng, 3, [](Slot slot, const PeerRecord& record) {
                    return slot != Slot(0) && record.State() == MemberState::ALIVE;
                });
            const std::set<Slot> slots(picked.begin(), picked.end());
            EXPECT_EQ(slots.size(), size == 8 ? 2u : 3u) << "of 8 only test3 and test6 are left";
            EXPECT_FALSE(slots.contains(Slot(0)));
            for (const Slot slot : slots)
            {
                EXPECT_EQ(slot.Value() % 3, 0u) << "not alive";
            }
            choices.insert(slots);
        }
        EXPECT_EQ(choices.size(), size == 8 ? 1u : 3u) << "of 29 the same three never come twice";
    }
}

} // namespace

} // namespace swim
