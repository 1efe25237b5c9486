// SPDX-License-Identifier: GPL-2.0-only
//
// The network of real processes that is simulated in real time: a topology of ns-3, whose members'
// ends are network namespaces of Linux.
//
// It is the PacketNetwork of simulated runs, with the same links, queues, routes and faults. Only
// the members' IP stacks are Linux's, in place of ns-3's.
#pragma once

#include "lab/emulation/capture-tracer.h"
#include "lab/emulation/datagram-loss.h"
#include "lab/emulation/device-reader.h"
#include "lab/emulation/lag-histogram.h"
#include "lab/emulation/network-namespace.h"
#include "lab/live/live-network.h"
#include "lab/ns3/packet-network.h"
#include "lab/plan/plan.h"

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
 * and stalls are the process's own.
 *
 * One at a time in a process, for ns-3 has global state; it ends with Simulator::Destroy.
 */
class EmulatedNetwork : public LiveNetwork
{
  public:
    /// @param plan outlives this object
    /// @param impair tells a running member how slow it is, and whether it is stalled
    /// @throws TopologyError, UserError
    EmulatedNetwork(const Plan& plan, Impair impair);
    ~EmulatedNetwork() override;

    EmulatedNetwork(const EmulatedNetwork&) = delete;
    EmulatedNetwork& operator=(const EmulatedNetwork&) = delete;

    swim::Address AddressOf(MemberId member) const override;
    void SetAddress(MemberId member, AddressId address) override;
    std::function<bool()> EntranceOf(MemberId member) const override;
    swim::Impairment ImpairmentOf(MemberId member) const override;
    void Begin() override;
    void Perform(const Action& action) override;
    void SetUp(MemberId member, bool up) override;
    void Inject(MemberId into, MemberId from, std::span<const std::uint8_t> datagram) override;

    std::optional<TrafficSums> CarriedBy(MemberId member) const override
    {
        return m_namespaces[member].Carried();
    }

    /// Of every packet as the simulator takes it from its sender, and as it hands it over.
    LagSummary Lag() const override;

    bool BeginCapture(swimlab::Capture& capture) override;
    void EndCapture() override;

    nlohmann::ordered_json Facts() const override;

  private:
    void StartThreads();

    /// Runs something in the simulator's thread, and waits for its end.
    void Do(const std::function<void()>& what) const;

    void ReceiveFromNetwork(MemberId member);
    void SendAll(const PacketBatch& batch);
    void Deliver(MemberId member, const ns3::Packet& packet);
    void WritePacket(MemberId member, std::span<const std::uint8_t> packet) const;
    void RecordLag();
    void KeepAwake();

    const Plan& m_plan;
    Impair m_impair;
    std::optional<CaptureTracer> m_capture; ///< none: nobody wants packets, or no more
    std::unique_ptr<PacketNetwork> m_network;
    std::vector<NetworkNamespace> m_namespaces;
    DatagramLoss m_datagramLoss;
    std::vector<Duration> m_slowness; ///< by member
    std::vector<bool> m_stalled;      ///< likewise
    LagHistogram m_lag;               ///< since the run began
    std::uint64_t m_delivered = 0;    ///< packets, since the run began
    std::thread m_simulator;
    std::optional<DeviceReader> m_reader;
};

} // namespace swimlab
