// SPDX-License-Identifier: MIT
//
// The directory of names and identities: it finds what it was given and nothing else.
#include "swim/directory.h"

#include <gtest/gtest.h>
#include <map>
#include <string>

namespace swim
{

namespace
{

/// Names are hashed and compared eight bytes at a time: of any length, differing in any byte.
TEST(Directory, TellsNamesOfAnyLengthApartByAnyByte)
{
    Directory directory;
    std::map<std::string, NameId> ids;
    const auto intern = [&](const std::string& name) {
        const NameId before = directory.FindName(name);
        EXPECT_EQ(before, NONE) << name.size();
        ids[name] = directory.InternName(name);
    };
    for (std::size_t size = 0; size <= 40; ++size)
    {
        const std::string plain(size, 'm');
        intern(plain);
        for (std::size_t at = 0; at < size; ++at)
        {
            std::string other = plain;
            other[at] = '\0';
            intern(other);
        }
    }
    EXPECT_EQ(directory.Names(), ids.size());
    for (const auto& [name, id] : ids)
    {
        EXPECT_EQ(directory.FindName(name), id);
        EXPECT_EQ(directory.InternName(name), id);
        EXPECT_EQ(directory.Name(id), name);
    }
}

TEST(Directory, AppendsOfAMemberWhatEncodingItWouldAppend)
{
    Directory directory;
    const std::uint8_t bytes[16] = {10, 0, 0, 1};
    for (const std::size_t length : {4, 16})
    {
        for (const std::string meta : {"", "dc=1"})
        {
            const Address address({bytes, length}, 7946);
            const NameId name = directory.InternName("m1");
            const IdentityId id = directory.Intern(name, address, meta, OUR_VERSIONS);
            for (const std::uint32_t incarnation : {0U, 1U, 127U, 128U, 1U, UINT32_MAX})
            {
                wire::Bytes said{7};
                directory.AppendAlive(id, incarnation, said);
                wire::Bytes expected{7};
                wire::Encode(directory.AliveOf(id, incarnation), expected);
                EXPECT_EQ(said, expected) << incarnation;
            }
        }
    }
}

} // namespace

} // namespace swim
