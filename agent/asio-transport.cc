// SPDX-License-Identifier: MIT
//
// See asio-transport.h. What any thread may call is here; asio-sockets.cc does the rest.
#include "agent/asio-transport.h"

#include "agent/asio-sockets.h"

#include <asio/post.hpp>
#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace swim
{

namespace
{

class AsioTransport : public Transport
{
  public:
    AsioTransport(const SocketOptions& options, std::shared_ptr<SocketThread> thread)
        : m_thread(std::move(thread)),
          m_sockets(std::make_shared<Sockets>(m_thread->GetLoop(), options))
    {
    }

    ~AsioTransport() override
    {
        Stop();
    }

    Address LocalAddress() const override
    {
        return m_sockets->LocalAddress();
    }

    Instant Now() const override
    {
        return MonotonicNow();
    }

    void Start(Handler& handler) override
    {
        m_sockets->Post([this, &handler] { m_sockets->Start(handler); });
    }

    void Stop() override
    {
        const std::lock_guard stopping(m_stopping);
        if (m_stopped)
        {
            return;
        }
        // What was posted before runs; what is posted behind finds the sockets closed.
        std::promise<void> closed;
        m_sockets->Post([this, &closed] {
            m_sockets->Close();
            closed.set_value();
        });
        closed.get_future().wait();
        m_stopped = true;
    }

    void Post(Task task) override
    {
        if (!m_stopped)
        {
            m_sockets->Post(std::move(task));
        }
    }

    TransportCounters Count() const override
    {
        return m_sockets->Count();
    }

    bool OnThread() const override
    {
        return m_thread->OnThread();
    }

    void SendDatagram(const Address& to, ByteView datagram) override
    {
        m_sockets->SendDatagram(to, datagram);
    }

    void OpenStream(std::uint32_t id, const Address& to, Bytes bytes, bool awaitsAnswer) override
    {
        m_sockets->OpenStream(id, to, std::move(bytes), awaitsAnswer);
    }

    void AbortStream(std::uint32_t id) override
    {
        m_sockets->AbortStream(id);
    }

    bool AnsweredItself(std::uint32_t id) const override
    {
        return m_sockets->AnsweredItself(id);
    }

    void WakeAt(Instant when) override
    {
        m_sockets->WakeAt(when);
    }

    void HoldRequests(bool hold) override
    {
        m_sockets->HoldRequests(hold);
    }

    void Resolve(const std::string& text, OnResolved done) override
    {
        m_sockets->Resolve(text, std::move(done));
    }

  private:
    std::shared_ptr<SocketThread> m_thread; ///< ends after the sockets
    std::shared_ptr<Sockets> m_sockets;
    std::mutex m_stopping; ///< one Stop() at a time
    std::atomic<bool> m_stopped = false;
};

} // namespace

std::unique_ptr<Transport> MakeAsioTransport(const SocketOptions& options,
                                             std::shared_ptr<SocketThread> thread)
{
    return std::make_unique<AsioTransport>(options,
                                           thread ? std::move(thread)
                                                  : std::make_shared<SocketThread>());
}

} // namespace swim
