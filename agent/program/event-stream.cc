// SPDX-License-Identifier: MIT
//
// See event-stream.h.
#include "agent/program/event-stream.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <string>
#include <string_view>
#include <unistd.h>

namespace swim::program
{

namespace
{

constexpr std::string_view STANDARD_OUTPUT = "-";

/// @return the time of day, such as 2026-01-31T12:00:00.123456Z
std::string Rfc3339(std::chrono::system_clock::time_point when)
{
    using namespace std::chrono;
    const auto sinceEpoch = duration_cast<microseconds>(when.time_since_epoch());
    const std::time_t seconds = duration_cast<std::chrono::seconds>(sinceEpoch).count();
    std::tm fields{};
    gmtime_r(&seconds, &fields);
    char text[40];
    const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &fields);
    std::snprintf(text + length,
                  sizeof text - length,
                  ".%06dZ",
                  static_cast<int>(sinceEpoch.count() % 1'000'000));
    return text;
}

} // namespace

Instant MonotonicNow()
{
    return Instant(std::chrono::steady_clock::now().time_since_epoch());
}

Json EventLine(std::string_view event, Instant when)
{
    const auto ago =
        std::chrono::duration_cast<std::chrono::system_clock::duration>(MonotonicNow() - when);
    return {{"event", event},
            {"monotonic_ns", when.time_since_epoch().count()},
            {"time", Rfc3339(std::chrono::system_clock::now() - ago)}};
}

EventStream::EventStream(std::unique_ptr<LineOutput> output)
    : m_output(std::move(output))
{
}

void EventStream::Write(const Json& line)
{
    const std::string text = Line(line);
    const std::lock_guard lock(m_mutex);
    for (const auto& [id, watcher] : m_watchers)
    {
        watcher(text);
    }
    if (m_output)
    {
        m_output->Write(text);
    }
}

void EventStream::Reopen(const std::string& path)
{
    if (m_output && path != STANDARD_OUTPUT)
    {
        m_output->Continue(LineOutput::OpenFile(path));
    }
}

std::uint64_t EventStream::Watch(Watcher watcher)
{
    const std::lock_guard lock(m_mutex);
    m_watchers.emplace(m_nextWatcher, std::move(watcher));
    return m_nextWatcher++;
}

void EventStream::Unwatch(std::uint64_t id)
{
    const std::lock_guard lock(m_mutex);
    m_watchers.erase(id);
}

std::unique_ptr<LineOutput> OpenEvents(const std::string& path)
{
    if (path.empty())
    {
        return nullptr;
    }
    const auto notice = [](std::uint64_t lost, const std::string& reason) {
        Json line = EventLine("lost", MonotonicNow());
        line["lines"] = lost;
        line["reason"] = reason;
        return Line(line);
    };
    return std::make_unique<LineOutput>(path == STANDARD_OUTPUT ? STDOUT_FILENO
                                                                : LineOutput::OpenFile(path),
                                        notice);
}

} // namespace swim::program
