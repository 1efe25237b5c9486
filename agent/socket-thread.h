// SPDX-License-Identifier: MIT
//
// The thread on which sockets are served. Each agent has one of its own, or many share one.
#pragma once

#include <memory>
#include <thread>

namespace swim
{

/// A thread that serves sockets for as long as somebody holds it.
class SocketThread
{
  public:
    /// What only the transport sees.
    struct Loop;

    SocketThread();

    /// Ends the thread; nobody's sockets are open on it any more.
    ~SocketThread();

    SocketThread(const SocketThread&) = delete;
    SocketThread& operator=(const SocketThread&) = delete;

    /// @return whether the caller runs on this thread
    bool OnThread() const;

    Loop& GetLoop()
    {
        return *m_loop;
    }

  private:
    std::shared_ptr<Loop> m_loop; ///< the thread holds it too, so it may outlive us
    std::thread m_thread;
};

} // namespace swim
