// SPDX-License-Identifier: GPL-2.0-only
//
// See member-process.h.
#include "lab/live/member-process.h"

#include "swim/assert.h"

#include <chrono>
#include <csignal>

namespace swimlab
{

namespace
{

/// Bytes of a process's standard error that are kept for people.
constexpr std::size_t LAST_WORDS = 2000;

} // namespace

MemberProcess::MemberProcess(MemberSetup setup)
    : m_setup(std::move(setup))
{
}

void MemberProcess::Start(const Launch& launch)
{
    m_process.reset();
    m_paused = false;
    m_lastWords.clear();
    const Process::Start start{Command(launch), launch.enter};
    m_process = std::make_unique<Process>(
        m_setup.loop,
        start,
        Process::Handlers{[this](std::string_view line) { OnLine(line); },
                          [this](std::string_view line) { OnErrorLine(line); },
                          [this](const std::string& how) { OnEnd(how); }});
    Greet(launch);
}

bool MemberProcess::IsRunning() const
{
    return m_process && m_process->IsRunning();
}

void MemberProcess::Kill()
{
    if (IsRunning())
    {
        m_process->Signal(SIGKILL);
    }
}

void MemberProcess::Pause()
{
    if (IsRunning())
    {
        m_process->Signal(SIGSTOP);
        m_paused = true;
    }
}

void MemberProcess::Resume()
{
    if (IsRunning())
    {
        m_process->Signal(SIGCONT);
    }
    m_paused = false;
}

void MemberProcess::Leave()
{
    if (IsRunning())
    {
        m_process->Signal(SIGTERM);
    }
}

void MemberProcess::Finish()
{
    Kill();
}

void MemberProcess::Join(const std::vector<swim::Address>& /*seeds*/)
{
}

void MemberProcess::UpdateMeta(const std::string& /*meta*/)
{
    SWIM_ASSERT(false, "a kind that can update its metadata says how");
}

void MemberProcess::Greet(const Launch& /*launch*/)
{
}

std::int64_t MemberProcess::NowNs()
{
    return std::chrono::steady_clock::now().time_since_epoch().count(); // CLOCK_MONOTONIC
}

void MemberProcess::OnErrorLine(std::string_view line)
{
    m_lastWords.append(line).append("\n");
    if (m_lastWords.size() > LAST_WORDS)
    {
        m_lastWords.erase(0, m_lastWords.size() - LAST_WORDS);
    }
}

void MemberProcess::OnEnd(const std::string& how)
{
    m_paused = false;
    m_setup.listener.OnEnded(m_setup.member,
                             m_lastWords.empty() ? how : how + "; it said:\n" + m_lastWords);
}

} // namespace swimlab
