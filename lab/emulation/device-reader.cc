// SPDX-License-Identifier: GPL-2.0-only
//
// See device-reader.h.
#include "lab/emulation/device-reader.h"

#include "lab/emulation/thread-priority.h"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <system_error>

namespace swimlab
{

namespace
{

constexpr std::uint64_t STOP = UINT64_MAX;

/// More than any MTU of a TUN device that nobody changed.
constexpr std::uint32_t LONGEST_PACKET = 2048;

int Require(int result, const char* what)
{
    if (result < 0)
    {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return result;
}

void Watch(int ready, int descriptor, std::uint64_t tag)
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = tag;
    Require(epoll_ctl(ready, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
}

/// A fresh device also sends IPv6's router solicitations.
bool IsIpv4(std::uint8_t firstByte)
{
    return firstByte >> 4 == 4;
}

} // namespace

DeviceReader::DeviceReader(const std::vector<int>& devices,
                           std::function<void(PacketBatch)> onPackets)
    : m_devices(devices),
      m_onPackets(std::move(onPackets)),
      m_ready(Require(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      m_stop(Require(eventfd(0, EFD_CLOEXEC), "eventfd"))
{
    for (std::uint32_t member = 0; member < m_devices.size(); member++)
    {
        Watch(m_ready.Get(), m_devices[member], member);
    }
    Watch(m_ready.Get(), m_stop.Get(), STOP);
}

void DeviceReader::Start()
{
    m_thread = std::thread([this]() { Run(); });
}

DeviceReader::~DeviceReader()
{
    if (m_thread.joinable())
    {
        eventfd_write(m_stop.Get(), 1);
        m_thread.join();
    }
}

void DeviceReader::Run()
{
    RaiseThreadPriority();
    std::array<epoll_event, 64> events;
    for (;;)
    {
        const int count =
            epoll_wait(m_ready.Get(), events.data(), static_cast<int>(events.size()), -1);
        PacketBatch batch;
        for (int i = 0; i < count; i++)
        {
            if (events[i].data.u64 == STOP)
            {
                return;
            }
            ReadFrom(static_cast<std::uint32_t>(events[i].data.u64), batch);
        }
        if (!batch.parts.empty())
        {
            m_onPackets(std::move(batch));
        }
    }
}

void DeviceReader::ReadFrom(std::uint32_t member, PacketBatch& batch) const
{
    for (std::uint32_t packets = 0; packets < MOST_PACKETS; packets++)
    {
        const auto begin = static_cast<std::uint32_t>(batch.bytes.size());
        batch.bytes.resize(begin + LONGEST_PACKET);
        const ssize_t size = read(m_devices[member], &batch.bytes[begin], LONGEST_PACKET);
        batch.bytes.resize(begin + (size > 0 ? static_cast<std::uint32_t>(size) : 0));
        if (size <= 0)
        {
            return;
        }
        if (IsIpv4(batch.bytes[begin]))
        {
            batch.parts.push_back({member, begin, static_cast<std::uint32_t>(size)});
        }
    }
}

} // namespace swimlab
