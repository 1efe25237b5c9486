// SPDX-License-Identifier: GPL-2.0-only
//
// What documentation is told of the format: all of it, and nothing that reading would deny.
#include "lab/scenario/event-keys.h"
#include "lab/scenario/reference.h"
#include "scenario-fixture.h"

#include <cctype>
#include <set>

namespace swimlab
{
namespace
{

using swim::KeyReference;
using swim::TableReference;

class Reference : public ScenarioTest
{
  protected:
    static const KeyReference& KeyOf(const std::string& table, const std::string& name)
    {
        static const auto tables = ScenarioReference();
        return *swim::FindRow(swim::FindRow(tables, table)->keys, name);
    }

    /// The file of a kind that takes the key, with one value.
    static std::string WithTopology(const KeyReference& key, const std::string& value)
    {
        const std::string kind = key.onlyFor.empty() ? "star" : key.onlyFor.front();
        Write("m.csv", "one-way ms,a\na,1\n");
        const std::string matrix = kind == "regions" ? "matrix = \"m.csv\"\n" : "";
        return "duration = \"60s\"\n[cluster]\nmembers = 4\n[topology]\nkind = \"" + kind + "\"\n" +
               matrix + key.name + " = " + value + "\n";
    }
};

/// Whether a text is one sentence or more, or begins with a key.
bool IsProse(const std::string& text)
{
    return !text.empty() && text.back() == '.' &&
           (std::isupper(static_cast<unsigned char>(text.front())) != 0 || text.front() == '`');
}

TEST_F(Reference, HasAMeaningATypeAndADefaultOfEveryKey)
{
    std::set<std::string> names;
    for (const TableReference& table : ScenarioReference())
    {
        EXPECT_TRUE(IsProse(table.meaning)) << table.name;
        for (const KeyReference& key : table.keys)
        {
            SCOPED_TRACE(table.name + "." + key.name);
            names.insert(table.name + "." + key.name);
            EXPECT_FALSE(key.type.empty());
            EXPECT_TRUE(IsProse(key.meaning)) << key.meaning;
            const bool hasDefault = key.standard && !key.standard->empty();
            EXPECT_EQ(key.isRequired + hasDefault + !key.absent.empty(), 1)
                << "must be given, or has a default, or it is said what holds without it";
        }
    }
    EXPECT_GT(names.size(), 60U);
}

TEST_F(Reference, NamesEveryKeyThatIsReadAndNoOther)
{
    for (const TableReference& table : ScenarioReference())
    {
        for (const KeyReference& key : table.keys)
        {
            const bool isPattern = std::isupper(static_cast<unsigned char>(key.name.front())) != 0;
            const bool isListed = table.name == "event" || table.name == "cluster.group" ||
                                  table.name == "topology.pair";
            if (isPattern || isListed)
            {
                continue;
            }
            const std::string name = table.name.empty() ? key.name : table.name + "." + key.name;
            const std::string error = ErrorOf(BASE, {name + "=?"});
            EXPECT_EQ(error.find("unknown key"), std::string::npos) << error;
        }
    }
    for (const EventKey& key : EventKeys())
    {
        const std::string error =
            ErrorOf(WithEvents({"at = \"1s\";crash = 1;" + std::string(key.name) + "x = 1"}));
        EXPECT_NE(error.find("unknown key"), std::string::npos) << error;
    }
}

TEST_F(Reference, DefaultsAreWhatAFileWithoutTheKeyHas)
{
    const Scenario scenario = Load(BASE);
    for (const auto& [name, text] : scenario.resolved)
    {
        const std::size_t dot = name.find('.');
        const std::string table = dot == std::string::npos ? "" : name.substr(0, dot);
        if (table != "protocol" &&
            std::string(BASE).find(name.substr(dot + 1)) == std::string::npos)
        {
            EXPECT_EQ(KeyOf(table, name.substr(dot + 1)).standard, text) << name;
        }
    }
}

TEST_F(Reference, RangesOfTheTopologyAreThoseThatItAccepts)
{
    const std::pair<const char*, const char*> wrong[] = {{"count", "0"},
                                                         {"number", "0"},
                                                         {"duration", "\"11s\""}};
    std::size_t tried = 0;
    for (const auto& [type, value] : wrong)
    {
        for (const KeyReference& key : TopologyReference().keys)
        {
            // That one is checked where it is read.
            if (key.type == type && key.name != "runs_per_network")
            {
                ++tried;
                const std::string error = ErrorOf(WithTopology(key, value));
                EXPECT_TRUE(error.ends_with(": must be " + key.range)) << error << key.range;
            }
        }
    }
    EXPECT_EQ(tried, 13U);
}

TEST(VerbReference, HasAMeaningOfEveryVerbAndARowOfEveryKeyThatGoesWithIt)
{
    const auto names = swim::NamesOf(EventKeys());
    for (const VerbInfo& info : VerbTable())
    {
        SCOPED_TRACE(info.name);
        EXPECT_TRUE(IsProse(std::string(info.meaning)));
        for (const std::string_view option : info.options)
        {
            EXPECT_TRUE(option.empty() || std::ranges::find(names, option) != names.end())
                << option;
        }
        EXPECT_EQ(ToString(info.verb), info.name);
    }
}

TEST(VerbReference, TellsOfEveryKeyByWhomItIsTaken)
{
    for (const KeyReference& key : EventReference().keys)
    {
        EXPECT_EQ(key.onlyFor.empty(), IsOfEveryVerb(key.name)) << key.name;
    }
    EXPECT_EQ(swim::FindRow(EventReference().keys, "every")->onlyFor,
              swim::FindRow(EventReference().keys, "for")->onlyFor)
        << "whatever ends may recur, and churn has an every of its own";
}

} // namespace
} // namespace swimlab
