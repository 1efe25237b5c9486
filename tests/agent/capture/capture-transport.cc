// SPDX-License-Identifier: MIT
//
// See capture-transport.h.
#include "capture-transport.h"

namespace swim
{

void CaptureTransport::Record::Keep(bool inbound, Shape shape, ByteView bytes)
{
    const std::lock_guard lock(m_mutex);
    m_captured.push_back({inbound, shape, {bytes.begin(), bytes.end()}});
}

std::vector<Captured> CaptureTransport::Record::All() const
{
    const std::lock_guard lock(m_mutex);
    return m_captured;
}

CaptureTransport::CaptureTransport(std::unique_ptr<Transport> inner, std::shared_ptr<Record> record)
    : m_inner(std::move(inner)),
      m_record(std::move(record))
{
}

Address CaptureTransport::LocalAddress() const
{
    return m_inner->LocalAddress();
}

Instant CaptureTransport::Now() const
{
    return m_inner->Now();
}

void CaptureTransport::Start(Transport::Handler& handler)
{
    m_handler = &handler;
    m_inner->Start(*this);
}

void CaptureTransport::Stop()
{
    m_inner->Stop();
}

void CaptureTransport::Post(Task task)
{
    m_inner->Post(std::move(task));
}

bool CaptureTransport::OnThread() const
{
    return m_inner->OnThread();
}

void CaptureTransport::SendDatagram(const Address& to, ByteView datagram)
{
    if (!m_record->mute)
    {
        m_record->Keep(false, Shape::DATAGRAM, datagram);
        m_inner->SendDatagram(to, datagram);
    }
}

void CaptureTransport::OpenStream(std::uint32_t id,
                                  const Address& to,
                                  Bytes bytes,
                                  bool awaitsAnswer)
{
    m_record->Keep(false, Shape::REQUEST, bytes);
    m_inner->OpenStream(id, to, std::move(bytes), awaitsAnswer);
}

void CaptureTransport::AbortStream(std::uint32_t id)
{
    m_inner->AbortStream(id);
}

void CaptureTransport::WakeAt(Instant when)
{
    m_inner->WakeAt(when);
}

void CaptureTransport::Resolve(const std::string& text, OnResolved done)
{
    m_inner->Resolve(text, std::move(done));
}

void CaptureTransport::OnStart()
{
    m_handler->OnStart();
}

void CaptureTransport::OnDatagram(const Address& from, ByteView datagram)
{
    m_record->Keep(true, Shape::DATAGRAM, datagram);
    m_handler->OnDatagram(from, datagram);
}

void CaptureTransport::OnSendRefused(const Address& to)
{
    m_handler->OnSendRefused(to);
}

std::optional<Bytes> CaptureTransport::OnRequest(const Address& from, ByteView message)
{
    m_record->Keep(true, Shape::REQUEST, message);
    std::optional<Bytes> answer = m_handler->OnRequest(from, message);
    if (answer && !answer->empty())
    {
        m_record->Keep(false, Shape::ANSWER, *answer);
    }
    return answer;
}

void CaptureTransport::OnAnswer(std::uint32_t id, ByteView message)
{
    if (!message.empty())
    {
        m_record->Keep(true, Shape::ANSWER, message);
    }
    m_handler->OnAnswer(id, message);
}

void CaptureTransport::OnStreamFailed(std::uint32_t id, const std::string& reason)
{
    m_handler->OnStreamFailed(id, reason);
}

void CaptureTransport::OnWakeUp()
{
    m_handler->OnWakeUp();
}

} // namespace swim
