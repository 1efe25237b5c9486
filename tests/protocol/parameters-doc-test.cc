// SPDX-License-Identifier: MIT
//
// docs/parameters.md is the table of all parameters with the presets side by side, written from the
// code that obeys it; this test writes it again and compares.
#include "swim/config.h"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>

namespace swim
{
namespace
{

/// A value in a Markdown table, where a bar would end the cell.
std::string Escaped(std::string_view text)
{
    std::string escaped;
    for (const char c : text)
    {
        escaped += c == '|' ? ", " : std::string(1, c);
    }
    return escaped;
}

std::string Document()
{
    std::ostringstream text;
    text << "# Parameters of the protocol\n\n"
            "Keys of `[protocol]` in a scenario; attributes of `ns3::SwimApplication` under the "
            "same names "
            "in CamelCase. `memberlist-lan` has the defaults. The code writes this file: run the "
            "tests with "
            "`SWIMLAB_REWRITE_DOCS=1` after a change.\n";
    for (const Parameter& parameter : Parameters())
    {
        text << "\n## " << parameter.name << "\n\n"
             << parameter.meaning << "\n\nUnit: " << Escaped(parameter.unit)
             << ". Source: " << parameter.source << ".\n\n|";
        for (const std::string_view preset : PresetNames())
        {
            text << ' ' << preset << " |";
        }
        text << "\n|";
        for (std::size_t i = 0; i < PresetNames().size(); ++i)
        {
            text << "---|";
        }
        text << "\n|";
        for (const std::string_view preset : PresetNames())
        {
            text << ' ' << parameter.get(Preset(preset).value()) << " |";
        }
        text << '\n';
    }
    return text.str();
}

TEST(ParametersDocument, SaysWhatTheCodeSays)
{
    const std::string path = std::string(SWIMLAB_SOURCE_DIR) + "/docs/parameters.md";
    if (std::getenv("SWIMLAB_REWRITE_DOCS"))
    {
        std::ofstream(path, std::ios::binary) << Document();
    }
    std::ifstream file(path, std::ios::binary);
    const std::string written{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(written, Document()) << "run again with SWIMLAB_REWRITE_DOCS=1";
}

} // namespace
} // namespace swim
