// SPDX-License-Identifier: MIT
//
// Serf's tags and messages, against bytes that Serf's codec wrote.
#include "agent/serf.h"

#include <gtest/gtest.h>

namespace swim::serf
{

namespace
{

TEST(SerfTags, AreWrittenAsSerfWritesThem)
{
    EXPECT_EQ(EncodeTags({{"role", "web"}}), "\xff\x81\xa4role\xa3web");
    EXPECT_EQ(EncodeTags({}), "");
}

TEST(SerfTags, ComeBackAsTheyWere)
{
    Tags many;
    for (int i = 0; i < 20; ++i) // more than a short map holds
    {
        many["key" + std::to_string(i)] = std::string(i * 3, 'v');
    }
    EXPECT_EQ(DecodeTags(EncodeTags(many)), many);
}

TEST(SerfTags, OtherMetadataIsARole)
{
    EXPECT_EQ(DecodeTags("rack-7"), (Tags{{"role", "rack-7"}}));
    EXPECT_EQ(DecodeTags(""), (Tags{{"role", ""}}));
}

TEST(SerfTags, DamagedOnesAreNone)
{
    const std::string whole = EncodeTags({{"role", "web"}});
    for (std::size_t size = 1; size < whole.size(); ++size)
    {
        EXPECT_EQ(DecodeTags(whole.substr(0, size)), std::nullopt) << size;
    }
}

} // namespace

} // namespace swim::serf
