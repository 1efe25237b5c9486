// SPDX-License-Identifier: MIT
//
// See socket-thread.h.
#include "agent/socket-thread.h"

#include "agent/asio-loop.h"

#include <thread>

namespace swim
{

SocketThread::SocketThread()
    : m_loop(std::make_shared<Loop>()),
      m_thread([loop = m_loop] { loop->io.run(); })
{
}

SocketThread::~SocketThread()
{
    m_loop->work.reset();
    if (OnThread())
    {
        m_thread.detach(); // the last agent went in an answer of its own; the thread ends behind it
    }
    else
    {
        m_thread.join();
    }
}

bool SocketThread::OnThread() const
{
    return m_thread.get_id() == std::this_thread::get_id();
}

} // namespace swim
