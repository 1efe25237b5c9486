// SPDX-License-Identifier: GPL-2.0-only
//
// Texts that are no TOML are told by their line and by what to write instead; none ends the program.
#include "lab/scenario/toml-text.h"
#include "scenario-fixture.h"

namespace swimlab
{
namespace
{

class TomlText : public ScenarioTest
{
};

TEST_F(TomlText, WithoutQuotesIsToldWhatToQuote)
{
    EXPECT_EQ(ErrorOf("title = \"x\"\nduration = 20s\n"), "s.toml:2: put 20s in quotes: \"20s\"");
    EXPECT_EQ(ErrorOf("duration = \"9s\"\n[network]\nloss = 1%   # lossy\n"),
              "s.toml:3: put 1% in quotes: \"1%\"");
    EXPECT_EQ(ErrorOf("[[event]]\nat = \"1s\"\ncrash = random 3\n"),
              "s.toml:3: put random 3 in quotes: \"random 3\"");
    EXPECT_EQ(ErrorOf("[sweep]\n\"protocol.probe_interval\" = [\"1s\", 2s]\n"),
              "s.toml:2: put 2s in quotes: \"2s\"");
    EXPECT_EQ(ErrorOf("event = [{at = \"1s\", crash = 0-9}]\n"),
              "s.toml:1: put 0-9 in quotes: \"0-9\"");
    EXPECT_EQ(ErrorOf("title = \"a\n").substr(0, 29), "s.toml:1: is not valid TOML: ");
}

TEST_F(TomlText, OfLettersBeyondAsciiNeedsQuotes)
{
    // toml++ 3 takes U+00A1 to U+0499 for letters of a bare key that cannot be there.
    for (const std::string letter : {"ü", "¡", "ҙ", "é", "ж", "東", "😀"})
    {
        const std::string message = "s.toml:1: " + letter +
                                    " stands outside of quotes; put texts and keys with such "
                                    "letters in quotes: \"" +
                                    letter + "\"";
        EXPECT_EQ(ErrorOf("title = " + letter + "\n"), message);
        EXPECT_EQ(ErrorOf(letter + " = 1\n"), message);
        EXPECT_EQ(ErrorOf("a." + letter + " = 1\n"), message);
        EXPECT_EQ(Load("title = \"" + letter + "\"  # " + letter + "\n" + BASE).title, letter);
        EXPECT_EQ(Load("title = '''\n" + letter + "'''\n" + BASE).title, letter);
        EXPECT_EQ(Load(BASE, {"title=" + letter}).title, letter);
        EXPECT_EQ(Load(BASE, {"title=1" + letter + "2"}).title, "1" + letter + "2");
    }
    EXPECT_EQ(ErrorOf("title = “x”\n"), "s.toml:1: “ is no quote that TOML knows; write \"");
    EXPECT_EQ(ErrorOf("\ntitle =\u00a0\"x\"\n"),
              "s.toml:2: has a space that looks like one and is none; write a plain one");
}

TEST_F(TomlText, IsUtf8)
{
    EXPECT_EQ(
        ErrorOf("title = \"ok\"\ntitle = \"Z\xfcrich\"\n"),
        "s.toml:2: has a byte that is no UTF-8 (0xfc); a scenario is UTF-8, so save it as that");
    EXPECT_EQ(ErrorOf(std::string("\xff\xfet\0=\0", 6)),
              "s.toml:1: is UTF-16; a scenario is UTF-8, so save it as that");
    EXPECT_EQ(Load("\xef\xbb\xbftitle = \"mark\"\n" + std::string(BASE)).title, "mark");
    EXPECT_EQ(Load(BASE, {"title=Z\xfcrich"}).title, "Z\xfcrich");
}

TEST_F(TomlText, MayEndItsLinesAsWindowsDoes)
{
    std::string text = std::string("title = \"lines\"\n") + BASE;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
    {
        text.insert(at, "\r");
    }
    EXPECT_EQ(Load(text).title, "lines");
    EXPECT_EQ(ErrorOf("duration = 20s\r\n"), "s.toml:1: put 20s in quotes: \"20s\"");
}

TEST_F(TomlText, OfEndlessDepthIsRefused)
{
    std::string dots = "a";
    std::string brackets;
    std::string tables;
    for (int i = 0; i < 100'000; ++i)
    {
        dots += ".a";
        brackets += "[";
        tables += "{a=";
    }
    EXPECT_EQ(ErrorOf(dots + " = 1\n"),
              "s.toml:1: has a key of more than 32 steps; no key of a scenario has");
    EXPECT_EQ(ErrorOf("[" + dots + "]\n"),
              "s.toml:1: has a key of more than 32 steps; no key of a scenario has");
    EXPECT_NE(ErrorOf("a = " + brackets + "\n"), "no error");
    EXPECT_NE(ErrorOf("a = " + tables + "\n"), "no error");
    EXPECT_NE(ErrorOf(BASE, {dots + "=1"}).find("has more than 32 steps"), std::string::npos);
    EXPECT_NE(ErrorOf(BASE, {"title=" + brackets}), "");
}

TEST_F(TomlText, MayHaveManyDotsThatNestNothing)
{
    std::string numbers = "0.5";
    for (int i = 0; i < 100; ++i)
    {
        numbers += ", 0.5";
    }
    EXPECT_FALSE(FindTomlMistake("a = [" + numbers + "]\nb = \"" + std::string(99, '.') + "\"\n"));
}

} // namespace
} // namespace swimlab
