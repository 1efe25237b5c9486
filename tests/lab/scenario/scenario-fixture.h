// SPDX-License-Identifier: GPL-2.0-only
//
// Scenarios written in a test: each test has a folder of its own, which is its working directory,
// so that messages name files as `s.toml`.
#pragma once

#include "lab/plan/plan.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace swimlab
{

class ScenarioTest : public testing::Test
{
  protected:
    /// A scenario that works, to which tests add.
    static constexpr const char* BASE = "duration = \"60s\"\n"    // line 1
                                        "[cluster]\n"             // line 2
                                        "members = 20\n"          // line 3
                                        "[topology]\n"            // line 4
                                        "kind = \"leaf-spine\"\n" // line 5
                                        "leaves = 4\n"            // line 6
                                        "spines = 2\n";           // line 7

    /// Not in SetUp: members of a fixture write scenarios too, and are made before it.
    ScenarioTest()
    {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        m_before = std::filesystem::current_path();
        m_folder = std::filesystem::path(testing::TempDir()) /
                   (std::string("swimlab-") + test->test_suite_name() + "-" + test->name());
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(m_folder);
        std::filesystem::current_path(m_folder);
    }

    ~ScenarioTest() override
    {
        std::filesystem::current_path(m_before);
        std::filesystem::remove_all(m_folder);
    }

    static void Write(const std::string& file, const std::string& text)
    {
        std::ofstream(file, std::ios::binary) << text;
    }

    static Scenario Load(const std::string& text, const std::vector<std::string>& overrides = {})
    {
        Write("s.toml", text);
        return LoadScenario("s.toml", overrides);
    }

    static Plan MakePlanOf(const std::string& text, std::uint64_t seed = 1)
    {
        return MakePlan(Load(text), seed);
    }

    /// BASE with events, each a line of its own such as `at = "1s"; crash = 7`, from line 8 on.
    static std::string WithEvents(const std::vector<std::string>& events)
    {
        std::string text = BASE;
        for (const auto& event : events)
        {
            text += "[[event]]\n";
            for (std::size_t from = 0; from < event.size();)
            {
                const std::size_t to = std::min(event.find(';', from), event.size());
                text += event.substr(from, to - from) + "\n";
                from = to + 1;
            }
        }
        return text;
    }

    static std::vector<Action> TimelineOf(const std::vector<std::string>& events,
                                          std::uint64_t seed = 1)
    {
        return MakePlanOf(WithEvents(events), seed).timeline;
    }

    /// `30s crash 7 9`, an action a line.
    static std::string TextOf(const std::vector<Action>& timeline)
    {
        std::string text;
        for (const auto& action : timeline)
        {
            text += swim::FormatDuration(action.at) + " " + std::string(ToString(action.verb));
            text += action.valueText.empty() ? "" : " " + action.valueText;
            for (const auto member : action.members)
            {
                text += " " + std::to_string(member);
            }
            for (const auto& side : action.sides)
            {
                text += " |" + std::to_string(side.size());
            }
            text += "\n";
        }
        return text;
    }

    /// The message that a scenario is refused with, when it is loaded or planned.
    static std::string ErrorOf(const std::string& text,
                               const std::vector<std::string>& overrides = {})
    {
        Write("s.toml", text);
        return ErrorOfFile("s.toml", overrides);
    }

    static std::string ErrorOfFile(const std::string& file,
                                   const std::vector<std::string>& overrides = {})
    {
        try
        {
            const Scenario scenario = LoadScenario(file, overrides);
            for (const auto& point : SweepPoints(scenario))
            {
                MakePlan(AtPoint(scenario, point), scenario.seed);
            }
        }
        catch (const ScenarioError& error)
        {
            return error.what();
        }
        return "no error";
    }

  private:
    std::filesystem::path m_before;
    std::filesystem::path m_folder;
};

} // namespace swimlab
