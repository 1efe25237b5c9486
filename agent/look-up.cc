// SPDX-License-Identifier: MIT
//
// See look-up.h.
#include "agent/look-up.h"

#include <cstdint>
#include <functional>
#include <netdb.h>
#include <netinet/in.h>
#include <system_error>
#include <thread>

namespace swim
{

Transport::Resolution LookUpBySystem(const HostPort& host, bool ipv6)
{
    addrinfo hints{};
    hints.ai_family = ipv6 ? AF_INET6 : AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int error = getaddrinfo(host.host.c_str(), nullptr, &hints, &list); error != 0)
    {
        return {{}, gai_strerror(error)};
    }
    Transport::Resolution resolution;
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next)
    {
        if (entry->ai_family == AF_INET)
        {
            const auto& bytes = reinterpret_cast<const sockaddr_in*>(entry->ai_addr)->sin_addr;
            resolution.addresses.push_back(
                {{reinterpret_cast<const std::uint8_t*>(&bytes), 4}, host.port});
        }
        else
        {
            const auto& bytes = reinterpret_cast<const sockaddr_in6*>(entry->ai_addr)->sin6_addr;
            resolution.addresses.push_back(
                {{reinterpret_cast<const std::uint8_t*>(&bytes), 16}, host.port});
        }
    }
    freeaddrinfo(list);
    return resolution;
}

LookUps::LookUps(LookUpHost lookUp, std::function<void(Transport::Task)> post)
    : m_shared(std::make_shared<Shared>())
{
    m_shared->lookUp = std::move(lookUp);
    m_shared->answer = [this, post = std::move(post)](std::uint64_t id,
                                                      const Transport::Resolution& resolution) {
        post([this, id, resolution] { OnAnswer(id, resolution); });
    };
}

LookUps::~LookUps()
{
    const std::lock_guard lock(m_shared->mutex);
    m_shared->answer = nullptr;
    m_shared->waiting.clear();
}

void LookUps::Start(HostPort host, bool ipv6, Transport::OnResolved done)
{
    const std::uint64_t id = ++m_lastId;
    m_asked.emplace(id, std::move(done));
    const std::lock_guard lock(m_shared->mutex);
    m_shared->waiting.push_back({id, std::move(host), ipv6});
    if (m_shared->threads == MAX_THREADS)
    {
        return;
    }
    try
    {
        std::thread(Work, m_shared).detach();
        ++m_shared->threads;
    }
    catch (const std::system_error& error)
    {
        if (m_shared->threads == 0) // otherwise one of those that run takes it
        {
            m_shared->waiting.pop_back();
            m_shared->answer(id, {{}, error.code().message()});
        }
    }
}

void LookUps::Work(const std::shared_ptr<Shared>& shared)
{
    std::unique_lock lock(shared->mutex);
    while (!shared->waiting.empty())
    {
        const Request request = std::move(shared->waiting.front());
        shared->waiting.pop_front();
        lock.unlock();
        const Transport::Resolution resolution = shared->lookUp(request.host, request.ipv6);
        lock.lock();
        if (shared->answer)
        {
            shared->answer(request.id, resolution);
        }
    }
    --shared->threads;
}

void LookUps::OnAnswer(std::uint64_t id, const Transport::Resolution& resolution)
{
    m_asked.extract(id).mapped()(resolution);
}

} // namespace swim
