// SPDX-License-Identifier: GPL-2.0-only
//
// See adapter-kind.h.
#include "lab/live/adapter-kind.h"

#include "lab/backend/backend.h"
#include "lab/live/adapter-member.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <unistd.h>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

bool IsProgram(const std::string& program)
{
    if (program.find('/') != std::string::npos)
    {
        return access(program.c_str(), X_OK) == 0;
    }
    const char* const path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');)
    {
        if (access((folder + "/" + program).c_str(), X_OK) == 0)
        {
            return true;
        }
    }
    return false;
}

/// What a program prints within a few seconds.
std::string OutputOf(const std::vector<std::string>& command)
{
    constexpr auto PATIENCE = 5s;
    asio::io_context loop;
    std::string output;
    bool ended = false;
    const auto take = [&output](std::string_view line) { output.append(line).append("\n"); };
    try
    {
        const Process process(loop, {command, {}}, {take, take, [&ended](const std::string&) {
                                                        ended = true;
                                                    }});
        const auto end = std::chrono::steady_clock::now() + PATIENCE;
        while (!ended && std::chrono::steady_clock::now() < end)
        {
            loop.run_one_until(end);
        }
    }
    catch (const ProcessError&)
    {
        return {}; // said by Refusal
    }
    return output;
}

} // namespace

AdapterKind::AdapterKind(Adapter adapter)
    : m_adapter(std::move(adapter))
{
}

std::string_view AdapterKind::Name() const
{
    return m_adapter.kind;
}

/// A death by a line is known when the line was read; by a poll, when it was asked.
Duration AdapterKind::TimeResolution() const
{
    const bool byLine = std::ranges::any_of(m_adapter.lines, [](const AdapterLine& line) {
        return line.meaning == LineMeaning::DEAD || line.meaning == LineMeaning::MEMBERS;
    });
    const bool byFile = std::ranges::any_of(m_adapter.lines, [](const AdapterLine& line) {
        return line.from == AdapterLine::From::FILE;
    });
    if (!byLine && m_adapter.poll)
    {
        return m_adapter.poll->every;
    }
    return byFile ? Duration(FileLines::EVERY) : Duration(1ms);
}

Duration AdapterKind::LaunchSpacing() const
{
    return m_adapter.spacing;
}

Duration AdapterKind::ListenPatience() const
{
    return m_adapter.readyWithin;
}

Duration AdapterKind::MeetPatience() const
{
    return m_adapter.meetWithin;
}

bool AdapterKind::CanPerform(Verb verb) const
{
    switch (verb)
    {
    case Verb::LEAVE:
        return m_adapter.CanLeave();
    case Verb::UPDATE:
    case Verb::INJECT:
        return false;
    default:
        return true;
    }
}

bool AdapterKind::CanRememberIncarnation() const
{
    return false;
}

bool AdapterKind::CanSuffer(Verb /*verb*/) const
{
    return false;
}

bool AdapterKind::TellsTraffic() const
{
    return false;
}

std::vector<std::string> AdapterKind::NotObservable() const
{
    return m_adapter.NotObservable();
}

bool AdapterKind::NeedsMajority() const
{
    return m_adapter.needsMajority;
}

MemberKind::Forming AdapterKind::HowFormed() const
{
    switch (m_adapter.forming)
    {
    case Adapter::Forming::ONCE:
        return Forming::ONCE;
    case Adapter::Forming::BY_MEMBER:
        return Forming::BY_MEMBER;
    case Adapter::Forming::NONE:
        break;
    }
    return Forming::NONE;
}

std::optional<std::string> AdapterKind::TooFew(std::uint32_t members) const
{
    if (members >= m_adapter.formLeastMembers)
    {
        return {};
    }
    return ScenarioError(m_adapter.formPlace,
                         "form.least_members",
                         "a cluster takes " + std::to_string(m_adapter.formLeastMembers) +
                             " members that start in it, and the scenario has " +
                             std::to_string(members))
        .what();
}

std::string AdapterKind::Version() const
{
    if (m_adapter.versionCommand.empty())
    {
        return {};
    }
    const std::string output = OutputOf(m_adapter.versionCommand);
    const auto match = m_adapter.versionPattern->Search(output);
    return match ? std::string(match->Find("version").value_or("")) : std::string();
}

double AdapterKind::MemoryMib() const
{
    return m_adapter.memoryMib;
}

std::optional<std::string> AdapterKind::Refusal(const swim::Config& /*protocol*/) const
{
    const auto missing = [this](const SourcePlace& place,
                                const std::string& key,
                                const std::string& program) -> std::string {
        return ScenarioError(place,
                             key,
                             "there is no program " + program +
                                 (m_adapter.packages.empty()
                                      ? std::string("; install it, or put its folder into PATH")
                                      : "; to have it: " + m_adapter.packages))
            .what();
    };
    for (const auto& [program, place] : m_adapter.needs)
    {
        if (!IsProgram(program))
        {
            return missing(place, "program.needs", program);
        }
    }
    return {};
}

void AdapterKind::Check(const Plan& plan) const
{
    const auto words = AdapterWords(m_adapter, SettingsOf(plan, m_adapter.kind));
    TextContext context;
    context.words = words;
    const std::string program = m_adapter.command.front().Fill(context);
    if (!IsProgram(program))
    {
        throw UserError(
            ScenarioError(m_adapter.commandPlace,
                          "start.command",
                          "there is no program " + program + "; install it, or name another")
                .what());
    }
}

std::unique_ptr<LiveMember> AdapterKind::Make(MemberSetup setup) const
{
    return std::make_unique<AdapterMember>(std::move(setup), *this);
}

std::vector<std::pair<std::string, Value>> SettingsOf(const Plan& plan, std::string_view kind)
{
    for (const AdapterSettings& settings : plan.adapters)
    {
        if (settings.kind == kind)
        {
            return settings.values;
        }
    }
    return {};
}

} // namespace swimlab
