// SPDX-License-Identifier: GPL-2.0-only
//
// See live-member.h.
#include "lab/live/live-member.h"

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

LiveMember::LiveMember(MemberSetup setup)
    : m_setup(std::move(setup))
{
}

void LiveMember::Start(const Launch& launch)
{
    m_process.reset();
    m_paused = false;
    m_lastWords.clear();
    Process::Start start{Command(launch), {}};
    start.enter = Entrance(launch);
    m_process = std::make_unique<Process>(
        m_setup.loop,
        start,
        Process::Handlers{[this](std::string_view line) { OnLine(line); },
                          [this](std::string_view line) {
                              Remember(line);
                              OnErrorLine(line);
                          },
                          [this](const std::string& how) { OnEnd(how); }});
    Greet(launch);
}

bool LiveMember::IsRunning() const
{
    return m_process && m_process->IsRunning();
}

void LiveMember::Kill()
{
    if (IsRunning())
    {
        m_process->Signal(SIGKILL);
    }
}

void LiveMember::Pause()
{
    if (IsRunning())
    {
        m_process->Signal(SIGSTOP);
        SignalRest(SIGSTOP);
        m_paused = true;
    }
}

void LiveMember::Resume()
{
    if (IsRunning())
    {
        m_process->Signal(SIGCONT);
        SignalRest(SIGCONT);
    }
    m_paused = false;
}

void LiveMember::Leave()
{
    if (IsRunning())
    {
        m_process->Signal(SIGTERM);
    }
}

void LiveMember::Finish()
{
    Kill();
}

void LiveMember::Join(const std::vector<swim::Address>& /*seeds*/)
{
}

void LiveMember::Form(const std::vector<MemberId>& /*members*/, std::function<void()> /*onFormed*/)
{
    SWIM_ASSERT(false, "a kind that has to be formed says how");
}

std::function<bool()> LiveMember::Entrance(const Launch& launch)
{
    return launch.enter;
}

void LiveMember::OnErrorLine(std::string_view /*line*/)
{
}

void LiveMember::OnGone()
{
}

void LiveMember::SignalRest(int /*number*/)
{
}

void LiveMember::Signal(int number)
{
    if (IsRunning())
    {
        m_process->Signal(number);
    }
}

void LiveMember::UpdateMeta(const std::string& /*meta*/)
{
    SWIM_ASSERT(false, "a kind that can update its metadata says how");
}

void LiveMember::Greet(const Launch& /*launch*/)
{
}

std::int64_t LiveMember::NowNs()
{
    return std::chrono::steady_clock::now().time_since_epoch().count(); // CLOCK_MONOTONIC
}

void LiveMember::Remember(std::string_view line)
{
    m_lastWords.append(line).append("\n");
    if (m_lastWords.size() > LAST_WORDS)
    {
        m_lastWords.erase(0, m_lastWords.size() - LAST_WORDS);
    }
}

std::string LiveMember::LastWordsText() const
{
    return m_lastWords.empty() ? "" : "; it said:\n" + m_lastWords;
}

void LiveMember::OnEnd(const std::string& how)
{
    m_paused = false;
    OnGone();
    m_setup.listener.OnEnded(m_setup.member, how + LastWordsText());
}

} // namespace swimlab
