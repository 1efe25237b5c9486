// SPDX-License-Identifier: MIT
//
// A transport that keeps what passes through it, and can be made mute: what is sent by datagram
// then vanishes, so that others try everything they have to reach the member.
#pragma once

#include "captured.h"
#include "swim/transport.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <set>

namespace swim
{

class CaptureTransport : public Transport, private Transport::Handler
{
  public:
    /// Seen from outside, also while the agent that owns the transport runs, and after it.
    class Record
    {
      public:
        void Keep(bool inbound, Shape shape, ByteView bytes);
        std::vector<Captured> All() const;

        std::atomic<bool> mute = false;

      private:
        mutable std::mutex m_mutex;
        std::vector<Captured> m_captured;
    };

    CaptureTransport(std::unique_ptr<Transport> inner, std::shared_ptr<Record> record);

    Address LocalAddress() const override;
    Instant Now() const override;
    void Start(Transport::Handler& handler) override;
    void Stop() override;
    void Post(Task task) override;
    bool OnThread() const override;
    void SendDatagram(const Address& to, ByteView datagram) override;
    void OpenStream(std::uint32_t id, const Address& to, Bytes bytes, bool awaitsAnswer) override;
    void AbortStream(std::uint32_t id) override;
    void WakeAt(Instant when) override;
    void Resolve(const std::string& text, OnResolved done) override;

  private:
    void OnStart() override;
    void OnDatagram(const Address& from, ByteView datagram) override;
    void OnSendRefused(const Address& to) override;
    std::optional<Bytes> OnRequest(const Address& from, ByteView message) override;
    void OnAnswer(std::uint32_t id, ByteView message) override;
    void OnStreamFailed(std::uint32_t id, const std::string& reason) override;
    void OnWakeUp() override;

    std::unique_ptr<Transport> m_inner;
    std::shared_ptr<Record> m_record;
    Transport::Handler* m_handler = nullptr;
};

} // namespace swim
