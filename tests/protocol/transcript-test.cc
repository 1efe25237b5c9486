// SPDX-License-Identifier: MIT
//
// Replays every file of transcripts/ and compares all outputs with those in the file.
//
// A change of behaviour shows as a diff to review: run with SWIMLAB_REWRITE_TRANSCRIPTS=1 and look
// at what version control says.
#include "source-folder.h"
#include "transcript.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <set>

namespace swim
{
namespace
{

std::filesystem::path Folder()
{
    return std::filesystem::path(SWIMLAB_SOURCE_DIR) / "tests/protocol/transcripts";
}

std::set<std::string> AllNames()
{
    std::set<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(Folder()))
    {
        if (file.path().extension() == ".txt")
        {
            names.insert(file.path().stem().string());
        }
    }
    return names;
}

std::string ReadAll(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

class Transcripts : public testing::TestWithParam<std::string>
{
};

TEST_P(Transcripts, GiveTheSameOutputsAgain)
{
    const std::filesystem::path path = Folder() / (GetParam() + ".txt");
    const std::string written = ReadAll(path);
    ASSERT_TRUE(written.starts_with("# ")) << path << " has to open with why it exists";
    std::string replayed;
    try
    {
        replayed = Replay(written);
    }
    catch (const std::exception& wrong)
    {
        FAIL() << path.string() << ": " << wrong.what();
    }
    if (std::getenv("SWIMLAB_REWRITE_TRANSCRIPTS"))
    {
        std::ofstream(path, std::ios::binary) << replayed;
        return;
    }
    EXPECT_EQ(replayed, written) << "if the new outputs are right, run again with "
                                    "SWIMLAB_REWRITE_TRANSCRIPTS=1 and review the diff";
}

INSTANTIATE_TEST_SUITE_P(All, Transcripts, testing::ValuesIn(AllNames()), [](const auto& info) {
    return info.param;
});

TEST(TranscriptLanguage, NamesTheLineThatItCannotRead)
{
    try
    {
        Replay("# why\nknow ab\n> from b: pong 3\n");
        FAIL() << "pong is no message";
    }
    catch (const std::runtime_error& wrong)
    {
        EXPECT_STREQ(wrong.what(), "line 3: 'pong' is no message; see transcript.h");
    }
}

} // namespace
} // namespace swim
