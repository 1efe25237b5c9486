// SPDX-License-Identifier: MIT
//
// The member table against a std::map that says the same in the plainest way: with and without a
// baseline, sparse and dense, slots freed and used again.
#include "swim/members.h"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>
#include <string>

namespace swim
{

namespace
{

constexpr std::uint16_t PORT = 7946;

IdentityId Intern(Directory& directory, NameId number)
{
    const std::uint8_t address[] = {10,
                                    1,
                                    static_cast<std::uint8_t>(number >> 8),
                                    static_cast<std::uint8_t>(number)};
    return directory.Intern(directory.InternName("m" + std::to_string(number)),
                            Address(address, PORT),
                            {},
                            OUR_VERSIONS);
}

std::shared_ptr<const Baseline> MakeBaseline(Directory& directory, NameId size)
{
    std::vector<IdentityId> identities;
    for (NameId number = 0; number < size; ++number)
    {
        identities.push_back(Intern(directory, number));
    }
    return std::make_shared<const Baseline>(identities, directory);
}

struct Known
{
    std::uint32_t incarnation;
    MemberState state;
    Instant since;
};

/// A table, the map that it should equal, and the same commands to both.
class Pair
{
  public:
    /// @param baseline how many members both know from the start
    Pair(NameId baseline, NameId names)
        : m_names(names),
          m_table(m_directory, baseline == 0 ? nullptr : MakeBaseline(m_directory, baseline))
    {
        for (NameId number = 0; number < names; ++number)
        {
            m_identities.push_back(Intern(m_directory, number));
        }
        for (NameId number = 0; number < baseline; ++number)
        {
            m_model[number] = {1, MemberState::ALIVE, Instant{}};
        }
    }

    /// Inserts the member if it is not there, else updates it.
    void Set(NameId number, const Known& known)
    {
        const PeerRecord record(m_identities[number], known.incarnation, known.state, known.since);
        const Slot slot = m_table.Find(number);
        slot == NONE ? static_cast<void>(m_table.Insert(record)) : m_table.Update(slot, record);
        m_model[number] = known;
    }

    void Remove(NameId number)
    {
        if (m_model.erase(number) > 0)
        {
            m_table.Remove(m_table.Find(number));
        }
    }

    /// @return what differs between the two, or nothing
    std::string Difference() const
    {
        std::array<std::uint32_t, 4> counts{};
        for (NameId number = 0; number < m_names; ++number)
        {
            const auto expected = m_model.find(number);
            const Slot slot = m_table.Find(number);
            const std::string name(m_directory.Name(number));
            if ((slot == NONE) != (expected == m_model.end()))
            {
                return name + ": the table is wrong whether it is there";
            }
            if (slot == NONE)
            {
                continue;
            }
            const PeerRecord record = m_table.At(slot);
            if (slot >= m_table.Slots() || record.identity != m_identities[number] ||
                record.incarnation != expected->second.incarnation ||
                record.State() != expected->second.state ||
                record.Since() != expected->second.since)
            {
                return name + ": another record";
            }
            ++counts[static_cast<std::size_t>(record.State())];
        }
        std::uint32_t present = 0;
        for (Slot slot = 0; slot < m_table.Slots(); ++slot)
        {
            present += m_table.At(slot).Present();
        }
        for (std::size_t state = 0; state < counts.size(); ++state)
        {
            if (m_table.Count(static_cast<MemberState>(state)) != counts[state])
            {
                return "wrong count of state " + std::to_string(state);
            }
        }
        return present == m_model.size() && m_table.Size() == present ? "" : "wrong size";
    }

    Slot Slots() const
    {
        return m_table.Slots();
    }

  private:
    NameId m_names;
    Directory m_directory;
    MemberTable m_table;
    std::vector<IdentityId> m_identities;
    std::map<NameId, Known> m_model;
};

MemberState StateOf(std::uint32_t number)
{
    return static_cast<MemberState>(number % 4);
}

RC_GTEST_PROP(Members, EqualTheNaiveTableAfterAnyCommands, ())
{
    const auto baseline = *rc::gen::element<NameId>(0, 1, 20, 100, 200);
    const NameId names = baseline + 20;
    Pair pair(baseline, names);
    const auto steps = *rc::gen::inRange(1, 150);
    for (int step = 0; step < steps; ++step)
    {
        const auto number = *rc::gen::inRange<NameId>(0, names);
        if (*rc::gen::inRange(0, 3) == 0)
        {
            pair.Remove(number);
        }
        else
        {
            pair.Set(number,
                     {*rc::gen::inRange<std::uint32_t>(0, 9),
                      StateOf(*rc::gen::inRange(0, 4)),
                      Instant(Duration(*rc::gen::inRange(0, 1000000)))});
        }
        RC_ASSERT(pair.Difference() == "");
    }
}

TEST(Members, TurningDenseLosesNothing)
{
    constexpr NameId SIZE = 400; // sparse up to 50 differences
    Pair pair(SIZE, SIZE);
    for (NameId step = 0; step < SIZE; ++step)
    {
        const NameId number = step * 7 % SIZE;
        pair.Set(number, {step, StateOf(step), Instant(Duration(step))});
        ASSERT_EQ(pair.Difference(), "") << "after " << step + 1 << " differences";
    }
}

TEST(Members, AFreedSlotIsUsedAgain)
{
    Pair pair(0, 100);
    for (NameId number = 0; number < 100; ++number)
    {
        pair.Set(number, {1, MemberState::ALIVE, Instant{}});
        pair.Remove(number);
    }
    EXPECT_EQ(pair.Slots(), 1u);
    EXPECT_EQ(pair.Difference(), "");
}

TEST(Members, ARemovedBaselineMemberComesBackToItsSlot)
{
    Directory directory;
    MemberTable table(directory, MakeBaseline(directory, 5));
    const PeerRecord before = table.At(3);
    table.Remove(3);
    EXPECT_EQ(table.Find(3), NONE);
    EXPECT_EQ(table.Size(), 4u);
    EXPECT_EQ(table.Insert(before), 3u);
    EXPECT_EQ(table.Slots(), 5u);
}

TEST(Members, TablesOfOneBaselineDoNotShareChanges)
{
    Directory directory;
    const auto baseline = MakeBaseline(directory, 5);
    MemberTable one(directory, baseline);
    const MemberTable other(directory, baseline);
    one.Update(2, {one.At(2).identity, 9, MemberState::DEAD, Instant{}});
    one.Remove(4);
    EXPECT_EQ(other.At(2).State(), MemberState::ALIVE);
    EXPECT_EQ(other.Size(), 5u);
}

TEST(Members, ARecordKeepsTimesOfMoreThanACentury)
{
    const Instant late(std::chrono::hours(24 * 365 * 140));
    const PeerRecord record(1, 2, MemberState::LEFT, late);
    EXPECT_EQ(record.Since(), late);
    EXPECT_EQ(record.State(), MemberState::LEFT);
}

TEST(MembersDeathTest, ANameIsInsertedOnce)
{
    Directory directory;
    MemberTable table(directory, MakeBaseline(directory, 2));
    EXPECT_DEATH(table.Insert(table.At(1)), "a name is inserted once");
}

} // namespace

} // namespace swim
