// SPDX-License-Identifier: MIT
//
// Reasons to reject have one list of names, and whoever tells reasons uses its words.
#include "source-folder.h"
#include "swim/rejection.h"

#include <cstddef>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <regex>
#include <string>

namespace swim
{

TEST(RejectionTest, EveryReasonIsFoundByItsName)
{
    constexpr auto LAST = static_cast<std::size_t>(Rejection::ROUND_TRIP_IMPLAUSIBLE);
    for (std::size_t i = 0; i <= LAST; ++i)
    {
        const auto rejection = static_cast<Rejection>(i);
        EXPECT_EQ(FindRejection(RejectionName(rejection)), rejection) << RejectionName(rejection);
    }
    EXPECT_EQ(FindRejection(""), std::nullopt);
    EXPECT_EQ(FindRejection("wrong checksum"), std::nullopt);
}

TEST(RejectionTest, MemberlistsOwnMemberSaysItInTheSameWords)
{
    std::ifstream file(SWIMLAB_SOURCE_DIR "/peers/memberlist/table.go");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const std::size_t begin = text.find("func rejection(");
    ASSERT_NE(begin, std::string::npos);
    const std::string list = text.substr(begin, text.find("\n\t} {", begin) - begin);
    const std::regex row(R"re(\{"([^"]+)", "([^"]+)"\})re");
    int rows = 0;
    for (std::sregex_iterator match(list.begin(), list.end(), row); match != std::sregex_iterator();
         ++match, ++rows)
    {
        EXPECT_TRUE(FindRejection((*match)[2].str())) << (*match)[0];
    }
    EXPECT_EQ(rows, 10);
}

} // namespace swim
