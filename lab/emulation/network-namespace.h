// SPDX-License-Identifier: GPL-2.0-only
//
// The machine of an emulated member as Linux sees it: a network namespace with a TUN device.
//
// TUN and not TAP: what comes and goes are whole IPv4 packets, so there are no MAC addresses and no
// ARP, which loss would hit too.
#pragma once

#include "lab/emulation/descriptor.h"
#include "lab/record/traffic-sums.h"

#include <cstdint>
#include <string>

namespace swimlab
{

/// An IPv4 address as a number in host order.
using Ipv4Number = std::uint32_t;

/**
 * A namespace without a name, which nobody else finds: it is gone with this object, once the last
 * process in it has ended, also when this process is killed.
 *
 * It has the loopback device and DEVICE, with one address of 10.0.0.0/8 and a route to all others.
 */
class NetworkNamespace
{
  public:
    static constexpr const char* DEVICE = "swim0";

    /// @param queuePackets how many packets may wait to be read from the device
    /// @throws UserError without the permission, without TUN, without descriptors
    NetworkNamespace(Ipv4Number address, std::uint32_t queuePackets);

    /// Where the packets are that processes in it send, and where to write those for them: one a
    /// read or write, none of which blocks.
    int Device() const
    {
        return m_device.Get();
    }

    /// Puts the calling thread into it. For a forked child: it is safe there.
    /// @return whether it could; errno says why not
    bool Enter() const noexcept;

    /// What its processes have sent and received through the device: packets, and bytes with their IP
    /// headers. @throws UserError
    TrafficSums Carried() const;

    /// Replaces the address. @throws UserError
    void SetAddress(Ipv4Number address);

    /// With the cable pulled, whoever sends is told that there is no route. @throws UserError
    void SetConnected(bool connected);

  private:
    void Create(Ipv4Number address, std::uint32_t queuePackets);
    void AddRoute();

    Descriptor m_namespace;
    Descriptor m_device;
    Descriptor m_counters; ///< the namespace's /proc/net/dev
    Descriptor m_control;  ///< a socket of the namespace, through which its devices are set up
    bool m_connected = true;
};

/// Whether a namespace can be made here. @return what is missing, or nothing
std::string WhyNoEmulation();

} // namespace swimlab
