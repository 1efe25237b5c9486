// SPDX-License-Identifier: GPL-2.0-only
//
// The network of real processes that is simulated in real time: a topology of ns-3, whose members'
// ends are network namespaces of Linux.
//
// It is the PacketNetwork of simulated runs, with the same links, queues, routes and faults. Only
// the members' IP stacks are Linux's, in place of ns-3's.
#pragma once

#include "datagram-loss.h"
#include "device-reader.h"
#include "lag-meter.h"
#include "network-namespace.h"
#include "packet-network.h"
#include "plan.h"

#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace swimlab
{

/**
 * Its clock runs from construction to destruction, in a thread of its own; one more reads what the
 * members send. Its methods are for a third one. What they change holds when they return.
 *
 * Each of a member's packets meets the fault table, whatever program the member is. Only slowness
 * is the process's own.
 *
 * One at a time in a process, for ns-3 has global state; it ends with Simulator::Destroy.
 */
class EmulatedNetwork
{
  public:
    /// @param plan outlives this object
    /// @throws TopologyError, EmulationError
    explicit EmulatedNetwork(const Plan& plan);
    ~EmulatedNetwork();

    EmulatedNetwork(const EmulatedNetwork&) = delete;
    EmulatedNetwork& operator=(const EmulatedNetwork&) = delete;

    swim::Address AddressOf(MemberId member) const;

    /// At once; its sockets should have been closed before.
    void SetAddress(MemberId member, AddressId address);

    /// Puts a forked child into the member's namespace.
    std::function<bool()> EntranceOf(MemberId member) const;

    void Begin();
    void Perform(const Action& action);
    void SetUp(MemberId member, bool up);

    /// Past the network, so no fault hits it.
    void Inject(MemberId into, MemberId from, std::span<const std::uint8_t> datagram);

    /// Of every packet as the simulator takes it from its sender and as it hands it to its
    /// receiver, since the run began.
    LagMeter Lag() const;

  private:
    /// Runs something in the simulator's thread, and waits for its end.
    void Do(const std::function<void()>& what) const;

    void ReceiveFromNetwork(MemberId member);
    void SendAll(const PacketBatch& batch);
    void Deliver(MemberId member, const ns3::Packet& packet);
    void WritePacket(MemberId member, std::span<const std::uint8_t> packet) const;
    void RecordLag();
    void KeepAwake();

    const Plan& m_plan;
    std::unique_ptr<PacketNetwork> m_network;
    std::vector<NetworkNamespace> m_namespaces;
    DatagramLoss m_datagramLoss;
    LagMeter m_lag;
    std::thread m_simulator;
    std::optional<DeviceReader> m_reader;
};

} // namespace swimlab
