// SPDX-License-Identifier: MIT
//
// See socket-thread.h.
#include "agent/socket-thread.h"

#include "agent/asio-loop.h"

#include <thread>

namespace swim
{

SocketThread::SocketThread()
    : m_loop(std::make_unique<Loop>())
{
    m_loop->thread = std::thread([&io = m_loop->io] { io.run(); });
}

SocketThread::~SocketThread()
{
    m_loop->work.reset();
    m_loop->thread.join();
}

bool SocketThread::OnThread() const
{
    return m_loop->thread.get_id() == std::this_thread::get_id();
}

} // namespace swim
