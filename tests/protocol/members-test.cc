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

constexpr std::uint16_t MEMBER_PORT = 7946;

IdentityId Intern(Directory& directory, std::uint32_t number)
{
    const std::uint8_t address[] = {10,
                                    1,
                                    static_cast<std::uint8_t>(number >> 8),
                                    static_cast<std::uint8_t>(number)};
    return directory.Intern(directory.InternName("m" + std::to_string(number)),
                            Address(address, MEMBER_PORT),
                            {},
                            OUR_VERSIONS);
}

std::shared_ptr<const Baseline> MakeBaseline(Directory& directory, std::uint32_t size)
{
    std::vector<IdentityId> identities;
    for (std::uint32_t number = 0; number < size; ++number)
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
    Pair(std::uint32_t baseline, std::uint32_t names)
        : m_names(names),
          m_table(m_directory, baseline == 0 ? nullptr : MakeBaseline(m_directory, baseline))
    {
        for (std::uint32_t number = 0; number < names; ++number)
        {
            m_identities.push_back(Intern(m_directory, number));
        }
        for (std::uint32_t number = 0; number < baseline; ++number)
        {
            m_model[number] = {1, MemberState::ALIVE, Instant{}};
        }
    }

    /// Inserts the member if it is not there, else updates it.
    void Set(std::uint32_t number, const Known& known)
    {
        const PeerRecord record(m_identities[number], known.incarnation, known.state, known.since);
        const Slot slot = m_table.Find(NameId(number));
        if (slot == NONE)
        {
            m_table.Insert(record);
        }
        else
        {
            m_table.Update(slot, record);
        }
        m_model[number] = known;
    }

    void Remove(std::uint32_t number)
    {
        if (m_model.erase(number) > 0)
        {
            m_table.Remove(m_table.Find(NameId(number)));
        }
    }

    /// @return what differs between the two, or nothing
    std::string Difference() const
    {
        std::array<std::uint32_t, 4> counts{};
        for (std::uint32_t number = 0; number < m_names; ++number)
        {
            const auto expected = m_model.find(number);
            const Slot slot = m_table.Find(NameId(number));
            const std::string name(m_directory.Name(NameId(number)));
            if ((slot == NONE) != (expected == m_model.end()))
            {
                return name + ": the table is wrong whether it is there";
            }
            if (slot == NONE)
            {
                continue;
            }
            const PeerRecord record = m_table.At(slot);
            if (slot.Value() >= m_table.Slots() || record.identity != m_identities[number] ||
                record.incarnation != expected->second.incarnation ||
                record.State() != expected->second.state ||
                record.Since() != expected->second.since)
            {
                return name + ": another record";
            }
            ++counts[static_cast<std::size_t>(record.State())];
        }
        std::uint32_t present = 0;
        for (const Slot slot : FirstIds<Slot>(m_table.Slots()))
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

    std::uint32_t Slots() const
    {
        return m_table.Slots();
    }

  private:
    std::uint32_t m_names;
    Directory m_directory;
    MemberTable m_table;
    std::vector<IdentityId> m_identities;
    std::map<std::uint32_t, Known> m_model;
};

MemberState StateOf(std::uint32_t number)
{
    return static_cast<MemberState>(number % 4);
}

RC_GTEST_PROP(Members, EqualTheNaiveTableAfterAnyCommands, ())
{
    const auto baseline = *rc::gen::element<std::uint32_t>(0, 1, 20, 100, 200);
    const std::uint32_t names = baseline + 20;
    Pair pair(baseline, names);
    const auto steps = *rc::gen::inRange(1, 150);
    for (int step = 0; step < steps; ++step)
    {
        const auto number = *rc::gen::inRange<std::uint32_t>(0, names);
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
    constexpr std::uint32_t SIZE = 400; // sparse up to 50 differences
    Pair pair(SIZE, SIZE);
    for (std::uint32_t step = 0; step < SIZE; ++step)
    {
        const std::uint32_t number = step * 7 % SIZE;
        pair.Set(number, {step, StateOf(step), Instant(Duration(step))});
        ASSERT_EQ(pair.Difference(), "") << "after " << step + 1 << " differences";
    }
}

TEST(Members, AFreedSlotIsUsedAgain)
{
    Pair pair(0, 100);
    for (std::uint32_t number = 0; number < 100; ++number)
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
    const PeerRecord before = table.At(Slot(3));
    table.Remove(Slot(3));
    EXPECT_EQ(table.Find(NameId(3)), NONE);
    EXPECT_EQ(table.Size(), 4u);
    EXPECT_EQ(table.Insert(before), Slot(3));
    EXPECT_EQ(table.Slots(), 5u);
}

TEST(Members, TablesOfOneBaselineDoNotShareChanges)
{
    Directory directory;
    const auto baseline = MakeBaseline(directory, 5);
    MemberTable one(directory, baseline);
    const MemberTable other(directory, baseline);
    one.Update(Slot(2), {one.At(Slot(2)).identity, 9, MemberState::DEAD, Instant{}});
    one.Remove(Slot(4));
    EXPECT_EQ(other.At(Slot(2)).State(), MemberState::ALIVE);
    EXPECT_EQ(other.Size(), 5u);
}

TEST(Members, ARecordKeepsTimesOfMoreThanACentury)
{
    const Instant late(std::chrono::hours(24 * 365 * 140));
    const PeerRecord record(IdentityId(1), 2, MemberState::LEFT, late);
    EXPECT_EQ(record.Since(), late);
    EXPECT_EQ(record.State(), MemberState::LEFT);
}

TEST(MembersDeathTest, ANameIsInsertedOnce)
{
    Directory directory;
    MemberTable table(directory, MakeBaseline(directory, 2));
    EXPECT_DEATH(table.Insert(table.At(Slot(1))), "a name is inserted once");
}

} // namespace

} // namespace swim
