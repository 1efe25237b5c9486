// SPDX-License-Identifier: GPL-2.0-only
//
// See network-namespace.h.
#include "lab/emulation/network-namespace.h"

#include "lab/backend/backend.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <sstream>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <thread>

namespace swimlab
{

namespace
{

constexpr const char* TUN_PATH = "/dev/net/tun";
constexpr Ipv4Number NETWORK = 0x0a000000; // 10.0.0.0/8, the packet network's
constexpr Ipv4Number NETWORK_MASK = 0xff000000;
constexpr Ipv4Number ONE_ADDRESS = 0xffffffff;

/// @throws UserError with the system's reason
int Check(int result, const std::string& what)
{
    if (result >= 0)
    {
        return result;
    }
    const int reason = errno;
    std::string message = "emulation: " + what + ": " + std::strerror(reason);
    if (reason == EPERM || reason == EACCES)
    {
        message += ": needs root; use --backend sockets without it";
    }
    else if (reason == EMFILE)
    {
        message += ": raise `ulimit -n`; a member needs 4 descriptors";
    }
    throw UserError(message);
}

sockaddr ToSocketAddress(Ipv4Number address)
{
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl(address);
    sockaddr result{};
    std::memcpy(&result, &in, sizeof(in));
    return result;
}

ifreq Request(const char* device)
{
    ifreq request{};
    std::strncpy(request.ifr_name, device, IFNAMSIZ - 1);
    return request;
}

void Raise(int control, const char* device)
{
    ifreq request = Request(device);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    Check(ioctl(control, SIOCSIFFLAGS, &request), std::string("raising ") + device);
}

/// The one route: everybody, through the device.
rtentry Route()
{
    rtentry route{};
    route.rt_dst = ToSocketAddress(NETWORK);
    route.rt_genmask = ToSocketAddress(NETWORK_MASK);
    route.rt_flags = RTF_UP;
    route.rt_dev = const_cast<char*>(NetworkNamespace::DEVICE); // only read
    return route;
}

} // namespace

NetworkNamespace::NetworkNamespace(Ipv4Number address, std::uint32_t queuePackets)
{
    // A thread of its own enters the new namespace, and ends there: ours stays where it is.
    std::exception_ptr failure;
    std::thread([&]() {
        try
        {
            Create(address, queuePackets);
        }
        catch (...)
        {
            failure = std::current_exception();
        }
    }).join();
    if (failure)
    {
        std::rethrow_exception(failure);
    }
}

void NetworkNamespace::Create(Ipv4Number address, std::uint32_t queuePackets)
{
    Check(unshare(CLONE_NEWNET), "making a network namespace");
    m_namespace = Descriptor(
        Check(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "/proc/thread-self/ns/net"));
    m_device = Descriptor(Check(open(TUN_PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC), TUN_PATH));
    ifreq tun = Request(DEVICE);
    tun.ifr_flags = IFF_TUN | IFF_NO_PI;
    Check(ioctl(m_device.Get(), TUNSETIFF, &tun), "making a TUN device");
    m_control = Descriptor(Check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "making a socket"));

    m_counters = Descriptor(Check(open("/proc/thread-self/net/dev", O_RDONLY | O_CLOEXEC),
                                  "/proc/thread-self/net/dev"));

    ifreq queue = Request(DEVICE);
    queue.ifr_qlen = static_cast<int>(queuePackets);
    Check(ioctl(m_control.Get(), SIOCSIFTXQLEN, &queue), "setting the queue of the TUN device");
    Raise(m_control.Get(), "lo");
    Raise(m_control.Get(), DEVICE);
    SetAddress(address);
}

bool NetworkNamespace::Enter() const noexcept
{
    return setns(m_namespace.Get(), CLONE_NEWNET) == 0;
}

/// A line is the device, and of what it received and then of what it sent: bytes, packets and six more.
TrafficSums NetworkNamespace::Carried() const
{
    std::array<char, 4096> buffer{};
    const auto size =
        Check(static_cast<int>(pread(m_counters.Get(), buffer.data(), buffer.size() - 1, 0)),
              "reading the counters of the TUN device");
    const std::string text(buffer.data(), static_cast<std::size_t>(size));
    const std::size_t line = text.find(std::string(DEVICE) + ":");
    TrafficSums sums;
    if (line == std::string::npos)
    {
        return sums;
    }
    std::istringstream numbers(text.substr(text.find(':', line) + 1));
    std::uint64_t other = 0;
    numbers >> sums.receivedBytes >> sums.received;
    for (int i = 0; i < 6; ++i)
    {
        numbers >> other;
    }
    numbers >> sums.sentBytes >> sums.sent;
    return sums;
}

void NetworkNamespace::SetAddress(Ipv4Number address)
{
    ifreq request = Request(DEVICE);
    request.ifr_addr = ToSocketAddress(address);
    Check(ioctl(m_control.Get(), SIOCSIFADDR, &request), "giving the TUN device an address");
    request.ifr_netmask = ToSocketAddress(ONE_ADDRESS);
    Check(ioctl(m_control.Get(), SIOCSIFNETMASK, &request), "giving the TUN device a netmask");
    if (m_connected)
    {
        AddRoute();
    }
}

void NetworkNamespace::AddRoute()
{
    rtentry route = Route();
    // Linux takes routes away with the last address of their device, and some kernels keep them.
    if (ioctl(m_control.Get(), SIOCADDRT, &route) < 0 && errno != EEXIST)
    {
        Check(-1, "adding the route to the other members");
    }
}

void NetworkNamespace::SetConnected(bool connected)
{
    if (connected == m_connected)
    {
        return;
    }
    m_connected = connected;
    if (connected)
    {
        AddRoute();
        return;
    }
    rtentry route = Route();
    Check(ioctl(m_control.Get(), SIOCDELRT, &route), "taking away the route to the other members");
}

std::string WhyNoEmulation()
{
    try
    {
        NetworkNamespace(NETWORK + 1, 1);
        return {};
    }
    catch (const UserError& error)
    {
        return error.what();
    }
}

} // namespace swimlab
