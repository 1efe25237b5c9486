// SPDX-License-Identifier: MIT
//
// A table read beside the reader's own says what it says read by itself: whole, in any order, with members
// that nobody knows, and cut anywhere.
#include "swim/rng.h"
#include "swim/state-line.h"
#include "swim/table-reader.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <tuple>
#include <vector>

namespace swim
{

namespace
{

constexpr std::uint32_t KNOWN = 40;
constexpr std::uint32_t STRANGERS = 5;

/// A directory and a table of members.
class TableReaderTest : public ::testing::Test
{
  protected:
    TableReaderTest()
    {
        for (std::uint32_t i = 0; i < KNOWN; ++i)
        {
            const NameId name = m_directory.InternName(NameOf(i));
            const IdentityId identity =
                m_directory.Intern(name, AddressOf(i), i % 3 == 0 ? "dc=1" : "", SPOKEN);
            m_members.Insert({identity, 1, MemberState::ALIVE, Instant{}});
        }
        for (const std::uint32_t gone : {3U, 4U, 17U})
        {
            m_members.Remove(Slot(gone));
        }
    }

    static std::string NameOf(std::uint32_t i)
    {
        return "member-" + std::to_string(i);
    }

    static Address AddressOf(std::uint32_t i)
    {
        const std::uint8_t bytes[] = {10, 0, 0, static_cast<std::uint8_t>(i)};
        return Address(bytes, 7946);
    }

    /// A line about a known member or a stranger, as known or otherwise.
    void AppendLine(std::uint32_t i, wire::Bytes& bytes)
    {
        static constexpr std::uint32_t INCARNATIONS[] = {0, 1, 2, 127, 128, 300, UINT32_MAX};
        const std::string name = NameOf(i);
        wire::PushNodeState line{{INCARNATIONS[m_rng.Below(std::size(INCARNATIONS))],
                                  name,
                                  AddressOf(m_rng.Below(8) == 0 ? i + 100 : i),
                                  {},
                                  SPOKEN},
                                 static_cast<std::uint32_t>(m_rng.Below(5))};
        const std::string meta = i % 3 == 0 ? "dc=1" : "";
        line.member.meta = {reinterpret_cast<const std::uint8_t*>(meta.data()), meta.size()};
        wire::Encode(line, bytes);
    }

    wire::Bytes RandomTable()
    {
        std::vector<std::uint32_t> who(KNOWN + STRANGERS);
        for (std::uint32_t i = 0; i < who.size(); ++i)
        {
            who[i] = i;
        }
        for (std::uint64_t swaps = m_rng.Below(2) * m_rng.Below(40); swaps > 0; --swaps)
        {
            std::swap(who[m_rng.Below(who.size())], who[m_rng.Below(who.size())]);
        }
        who.resize(1 + m_rng.Below(who.size()));
        wire::Bytes bytes;
        wire::Encode(wire::PushPullHeader{static_cast<std::uint32_t>(who.size()), 0, false}, bytes);
        for (const std::uint32_t i : who)
        {
            AppendLine(i, bytes);
        }
        return bytes;
    }

    /// All that a line says.
    static auto Words(const wire::PushNodeState& state)
    {
        const wire::Alive& member = state.member;
        return std::tuple(std::string(member.node),
                          member.incarnation,
                          member.address,
                          std::vector(member.meta.begin(), member.meta.end()),
                          std::vector(member.versions.begin(), member.versions.end()),
                          state.state);
    }

    static constexpr Versions SPOKEN{1, 5, 2, 2, 5, 4};

    Directory m_directory;
    MemberTable m_members{m_directory, nullptr};
    Rng m_rng{7, 0};
};

TEST_F(TableReaderTest, SaysWhatTheTableSays)
{
    std::size_t known = 0;
    std::size_t decoded = 0;
    for (int round = 0; round < 300; ++round)
    {
        wire::Bytes bytes = RandomTable();
        if (m_rng.Below(2) == 0)
        {
            bytes.resize(1 + m_rng.Below(bytes.size()));
        }
        wire::PushPullReader alone(bytes);
        TableReader beside(bytes, m_members, m_directory);
        wire::PushNodeState expected;
        while (alone.Next(expected))
        {
            ASSERT_TRUE(beside.Next());
            ASSERT_EQ(Words(beside.Said()), Words(expected));
            if (beside.Known() == NONE)
            {
                ++decoded;
                continue;
            }
            ++known;
            const PeerRecord held = m_members.At(beside.Known());
            EXPECT_EQ(m_directory.NameOf(held.identity), expected.member.node);
            EXPECT_EQ(beside.IsOld(),
                      expected.state == 0 && expected.member.incarnation <= held.incarnation);
        }
        ASSERT_FALSE(beside.Next());
        EXPECT_EQ(beside.Message().Valid(), alone.Valid());
    }
    EXPECT_GT(known, 1000U);
    EXPECT_GT(decoded, 1000U);
}

TEST_F(TableReaderTest, ALineIsWhatEncodeWouldWrite)
{
    for (std::uint32_t i = 0; i < m_directory.Identities(); ++i)
    {
        for (const std::uint32_t incarnation : {0U, 1U, 127U})
        {
            for (std::uint32_t state = 0; state < 4; ++state)
            {
                wire::Bytes expected;
                wire::Encode(
                    wire::PushNodeState{m_directory.AliveOf(IdentityId(i), incarnation), state},
                    expected);
                wire::Bytes line;
                m_directory.Line(IdentityId(i)).Append(incarnation, state, line);
                EXPECT_EQ(line, expected);
            }
        }
    }
    EXPECT_FALSE(wire::StateLine::Fits(128));
}

} // namespace

} // namespace swim
