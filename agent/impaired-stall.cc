// SPDX-License-Identifier: MIT
//
// A stall of the impaired transport: sends and receives block, the timer runs on (swim/stall.h).
//
// It stands where the sockets are, so an agent stalls as a simulated member does: what it sends is
// kept here in order, what arrives too, as much of it as a socket would keep.
#include "agent/impaired-transport.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace swim
{

namespace
{

/// What memberlist asks the system to keep of datagrams.
constexpr std::size_t RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024;

} // namespace

/// The handler first, which may still send what is due by now.
void ImpairedTransport::BeginStall()
{
    m_handler->OnStall(true);
    m_stalled = true;
    m_inner->HoldRequests(true);
}

void ImpairedTransport::EndStall()
{
    m_stalled = false;
    for (const Task& send : std::exchange(m_blocked, {}))
    {
        send();
    }
    m_handler->OnStall(false);
    m_waitingBytes = 0;
    for (const Task& receive : std::exchange(m_waiting, {}))
    {
        receive();
    }
    m_inner->HoldRequests(false);
}

void ImpairedTransport::Deliver(const Address& from, ByteView datagram)
{
    if (!m_stalled)
    {
        m_handler->OnDatagram(from, datagram);
        return;
    }
    if (m_waitingBytes + datagram.size() > RECEIVE_BUFFER_BYTES)
    {
        ++m_overflows;
        return;
    }
    m_waitingBytes += datagram.size();
    m_waiting.push_back([this, from, bytes = Bytes(datagram.begin(), datagram.end())] {
        m_handler->OnDatagram(from, bytes);
    });
}

void ImpairedTransport::End(std::uint32_t id, Task tell)
{
    if (m_stalled)
    {
        m_waiting.push_back([this, id, tell = std::move(tell)] { End(id, tell); });
    }
    else if (m_streams.erase(id) > 0)
    {
        tell();
    }
}

} // namespace swim
