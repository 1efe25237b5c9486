// SPDX-License-Identifier: MIT
//
// See line-output.h.
#include "agent/program/line-output.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace swim::program
{

namespace
{

constexpr auto LAST_WAIT = std::chrono::seconds(1);

/// How often a write that waits for room looks whether it should end.
constexpr int POLL_MS = 100;

/// A pipe takes so much at once, or says that it has no room.
constexpr std::size_t CHUNK = 4096;

/// The three standard ones are not ours.
void CloseUnlessStandard(int descriptor)
{
    if (descriptor > STDERR_FILENO)
    {
        close(descriptor);
    }
}

} // namespace

LineOutput::LineOutput(int descriptor, Notice notice)
    : m_descriptor(descriptor),
      m_notice(std::move(notice)),
      m_thread([this] { Run(); })
{
}

LineOutput::~LineOutput()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
        m_end = std::chrono::steady_clock::now() + LAST_WAIT;
    }
    m_changed.notify_one();
    m_thread.join();
    CloseUnlessStandard(m_descriptor);
}

void LineOutput::Continue(int descriptor)
{
    const std::lock_guard lock(m_mutex);
    CloseUnlessStandard(std::exchange(m_next, descriptor).value_or(STDERR_FILENO));
    m_changed.notify_one();
}

/// What was torn was so in the file before. @pre the mutex is held
void LineOutput::TakeNext()
{
    if (const std::optional<int> next = std::exchange(m_next, std::nullopt))
    {
        CloseUnlessStandard(std::exchange(m_descriptor, *next));
        m_torn = false;
    }
}

void LineOutput::Write(std::string line)
{
    const std::lock_guard lock(m_mutex);
    if (m_queuedBytes + line.size() > QUEUE_BYTES)
    {
        ++m_lost;
        m_reason = "nobody read them";
        return;
    }
    m_queuedBytes += line.size();
    m_queue.push_back(std::move(line));
    m_changed.notify_one();
}

int LineOutput::OpenFile(const std::string& path)
{
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (descriptor < 0)
    {
        throw std::system_error(errno, std::generic_category(), path);
    }
    return descriptor;
}

void LineOutput::Run()
{
    std::unique_lock lock(m_mutex);
    while (true)
    {
        m_changed.wait(lock, [this] { return !m_queue.empty() || m_next || m_ending; });
        TakeNext();
        if (m_queue.empty() && m_ending)
        {
            return;
        }
        if (m_queue.empty())
        {
            continue;
        }
        std::string text = std::move(m_queue.front());
        m_queue.pop_front();
        const std::size_t size = text.size();
        if (m_lost > 0)
        {
            text.insert(0, (m_torn ? "\n" : "") + m_notice(m_lost, m_reason));
        }
        const std::uint64_t told = m_lost;
        lock.unlock();
        const bool written = WriteAll(text);
        const int error = errno;
        lock.lock();
        m_queuedBytes -= size;
        if (written)
        {
            m_lost -= told;
            m_torn = false;
        }
        else
        {
            ++m_lost;
            m_reason = std::generic_category().message(error);
        }
    }
}

/// The descriptor is left blocking, since others may share it; so each write is of a size for which
/// poll promises room.
bool LineOutput::WriteAll(const std::string& text)
{
    for (std::size_t written = 0; written < text.size();)
    {
        if (!WaitWritable())
        {
            return false;
        }
        const std::size_t size = std::min(text.size() - written, CHUNK);
        const ssize_t count = write(m_descriptor, text.data() + written, size);
        if (count < 0 && errno != EINTR && errno != EAGAIN)
        {
            m_torn = m_torn || written > 0;
            return false;
        }
        written += count < 0 ? 0 : static_cast<std::size_t>(count);
    }
    return true;
}

bool LineOutput::WaitWritable()
{
    pollfd wanted{.fd = m_descriptor, .events = POLLOUT, .revents = 0};
    while (poll(&wanted, 1, POLL_MS) == 0)
    {
        const std::lock_guard lock(m_mutex);
        if (m_ending && std::chrono::steady_clock::now() > m_end)
        {
            errno = ETIMEDOUT;
            return false;
        }
    }
    return true;
}

} // namespace swim::program
