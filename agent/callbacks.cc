// SPDX-License-Identifier: MIT
//
// See callbacks.h.
#include "agent/callbacks.h"

#include <deque>
#include <exception>
#include <utility>

namespace swim
{

struct CallbackThread::Queue
{
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Task> tasks;
    bool ended = false;

    void Run()
    {
        std::unique_lock lock(mutex);
        while (true)
        {
            changed.wait(lock, [this] { return ended || !tasks.empty(); });
            if (ended)
            {
                return;
            }
            Task task = std::move(tasks.front());
            tasks.pop_front();
            lock.unlock();
            task();
            task = nullptr; // what it holds may be the last of an agent
            lock.lock();
        }
    }
};

CallbackThread::CallbackThread()
    : m_queue(std::make_shared<Queue>()),
      m_thread([queue = m_queue] { queue->Run(); })
{
}

CallbackThread::~CallbackThread()
{
    {
        const std::lock_guard lock(m_queue->mutex);
        m_queue->ended = true;
    }
    m_queue->changed.notify_one();
    if (m_thread.get_id() == std::this_thread::get_id())
    {
        m_thread.detach(); // it ends when the task that destroys us does
    }
    else
    {
        m_thread.join();
    }
}

void CallbackThread::Post(Task task)
{
    {
        const std::lock_guard lock(m_queue->mutex);
        m_queue->tasks.push_back(std::move(task));
    }
    m_queue->changed.notify_one();
}

struct Callbacks::State
{
    State(std::size_t mostWaiting, Complaints what)
        : most(mostWaiting),
          complaints(std::move(what))
    {
    }

    /// Runs a call that was counted as waiting. @param lostBefore calls that should have come before
    void Run(const Task& call, std::size_t bytes, std::uint64_t lostBefore)
    {
        {
            const std::lock_guard lock(mutex);
            --counters.waiting;
            bytesWaiting -= bytes;
            if (closed)
            {
                return;
            }
            runner = std::this_thread::get_id();
        }
        TellLost(lostBefore);
        const bool called = !IsClosed(); // by what was just told
        const bool failed = called && !Guarded(call);
        std::uint64_t lostBehind = 0;
        {
            const std::lock_guard lock(mutex);
            counters.made += called ? 1 : 0;
            counters.failed += failed ? 1 : 0;
            lostBehind = !closed && counters.waiting == 0 ? std::exchange(lostUntold, 0) : 0;
        }
        TellLost(lostBehind);
        const std::lock_guard lock(mutex);
        runner = {};
        returned.notify_all();
    }

    bool IsClosed()
    {
        const std::lock_guard lock(mutex);
        return closed;
    }

    void TellLost(std::uint64_t calls)
    {
        for (const auto& tell : complaints.lost)
        {
            if (calls > 0 && !IsClosed())
            {
                Guarded([&tell, calls] { tell(calls); });
            }
        }
    }

    /// @return whether nothing was thrown
    bool Guarded(const Task& call) const
    {
        std::string what = "something that is no std::exception";
        try
        {
            call();
            return true;
        }
        catch (const std::exception& error)
        {
            what = error.what();
        }
        catch (...) // whatever an application throws must not end the process
        {
        }
        try
        {
            complaints.threw(what);
        }
        catch (...) // nobody is left to tell
        {
        }
        return false;
    }

    const std::size_t most;
    const Complaints complaints;
    std::mutex mutex; ///< guards all below
    std::condition_variable returned;
    CallbackCounters counters;
    std::uint64_t lostUntold = 0;
    std::size_t bytesWaiting = 0;
    std::thread::id runner; ///< of the call under way
    bool closed = false;
};

Callbacks::Callbacks(std::function<void(Task)> post, std::size_t most, Complaints complaints)
    : m_post(std::move(post)),
      m_state(std::make_shared<State>(most, std::move(complaints)))
{
}

Callbacks::~Callbacks()
{
    Close();
}

void Callbacks::Call(Task call, std::size_t bytes)
{
    std::uint64_t lostBefore = 0;
    {
        const std::lock_guard lock(m_state->mutex);
        if (m_state->closed)
        {
            return;
        }
        const std::uint64_t waiting = m_state->counters.waiting;
        if (waiting >= m_state->most || (waiting > 0 && m_state->bytesWaiting + bytes > MOST_BYTES))
        {
            ++m_state->counters.lost;
            ++m_state->lostUntold;
            return;
        }
        ++m_state->counters.waiting;
        m_state->bytesWaiting += bytes;
        lostBefore = std::exchange(m_state->lostUntold, 0);
    }
    m_post([state = m_state, call = std::move(call), bytes, lostBefore] {
        state->Run(call, bytes, lostBefore);
    });
}

void Callbacks::Forbid()
{
    const std::lock_guard lock(m_state->mutex);
    m_state->closed = true;
}

void Callbacks::Close()
{
    std::unique_lock lock(m_state->mutex);
    m_state->closed = true;
    m_state->returned.wait(lock, [this] {
        return m_state->runner == std::thread::id() ||
               m_state->runner == std::this_thread::get_id();
    });
}

std::function<bool()> Callbacks::WhetherClosed() const
{
    return [state = m_state] { return state->IsClosed(); };
}

CallbackCounters Callbacks::Count() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->counters;
}

} // namespace swim
