// SPDX-License-Identifier: GPL-2.0-only
//
// See emulated-network.h.
//
// ns-3 is for one thread. The only thing that another may do is ScheduleWithContext of the
// real-time simulator, and what it schedules must not hold anything of ns-3's whose references are
// counted. So packets come as bytes.
#include "emulated-network.h"

#include "network-actions.h"
#include "thread-priority.h"
#include "topology/paths.h"

#include "ns3/global-value.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/realtime-simulator-impl.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/udp-header.h"
#include "ns3/udp-l4-protocol.h"

#include <array>
#include <future>

namespace swimlab
{

using namespace ns3;

namespace
{

/// Linux's default TTL.
constexpr std::uint8_t HOPS = 64;

std::array<std::uint8_t, 4> ToBytes(Ipv4Address address)
{
    std::array<std::uint8_t, 4> bytes;
    address.Serialize(bytes.data());
    return bytes;
}

std::vector<std::uint8_t> Serialize(const Packet& packet)
{
    std::vector<std::uint8_t> bytes(packet.GetSize());
    packet.CopyData(bytes.data(), packet.GetSize());
    return bytes;
}

/// Without faults: those come when the run begins.
std::unique_ptr<PacketNetwork> BuildNetwork(const Plan& plan)
{
    GlobalValue::Bind("SimulatorImplementationType", StringValue("ns3::RealtimeSimulatorImpl"));
    ObjectFactory scheduler("ns3::PriorityQueueScheduler");
    Simulator::SetScheduler(scheduler);
    NetworkSpec perfect;
    perfect.queueDiscs = plan.network.queueDiscs;
    return std::make_unique<PacketNetwork>(plan.topology,
                                           Paths(plan.topology),
                                           plan.routerOfMember,
                                           perfect,
                                           plan.seed,
                                           plan.routerOfSpareAddress,
                                           HostStack::EXTERNAL);
}

} // namespace

EmulatedNetwork::EmulatedNetwork(const Plan& plan)
    : m_plan(plan),
      m_network(BuildNetwork(plan)),
      m_datagramLoss(plan.members, plan.seed)
{
    std::vector<int> devices;
    for (MemberId member = 0; member < plan.members; member++)
    {
        m_namespaces.emplace_back(m_network->MemberAddress(member).Get(),
                                  PacketNetwork::DEVICE_QUEUE_PACKETS);
        devices.push_back(m_namespaces.back().Device());
        ReceiveFromNetwork(member);
    }
    std::promise<void> running;
    Simulator::ScheduleWithContext(Simulator::NO_CONTEXT, Time(0), [&]() {
        running.set_value();
        KeepAwake();
    });
    m_simulator = std::thread([]() {
        RaiseThreadPriority();
        Simulator::Run();
    });
    running.get_future().wait();
    m_reader.emplace(devices, [this](PacketBatch batch) {
        Simulator::ScheduleWithContext(Simulator::NO_CONTEXT,
                                       Time(0),
                                       [this, batch = std::move(batch)]() { SendAll(batch); });
    });
}

EmulatedNetwork::~EmulatedNetwork()
{
    m_reader.reset();
    if (m_simulator.joinable())
    {
        Do([]() { Simulator::Stop(); });
        m_simulator.join();
    }
    m_network.reset();
    Simulator::Destroy();
}

void EmulatedNetwork::Do(const std::function<void()>& what) const
{
    std::promise<void> done;
    Simulator::ScheduleWithContext(Simulator::NO_CONTEXT, Time(0), [&]() {
        what();
        done.set_value();
    });
    done.get_future().wait();
}

/// The real-time simulator without any event ahead would not sleep.
void EmulatedNetwork::KeepAwake()
{
    Simulator::Schedule(MilliSeconds(100), [this]() { KeepAwake(); });
}

void EmulatedNetwork::ReceiveFromNetwork(MemberId member)
{
    using Handler = Callback<void,
                             Ptr<NetDevice>,
                             Ptr<const Packet>,
                             std::uint16_t,
                             const ns3::Address&,
                             const ns3::Address&,
                             NetDevice::PacketType>;
    m_network->MemberNode(member)->RegisterProtocolHandler(
        Handler([this, member](Ptr<NetDevice>,
                               Ptr<const Packet> packet,
                               std::uint16_t,
                               const ns3::Address&,
                               const ns3::Address&,
                               NetDevice::PacketType) { Deliver(member, *packet); }),
        Ipv4L3Protocol::PROT_NUMBER,
        m_network->MemberDevice(member));
}

void EmulatedNetwork::SendAll(const PacketBatch& batch)
{
    for (const auto& part : batch.parts)
    {
        RecordLag();
        const auto bytes = batch.Bytes(part);
        if (m_datagramLoss.LosesSent(part.member, bytes))
        {
            continue;
        }
        const auto device = m_network->MemberDevice(part.member);
        device->Send(ns3::Create<Packet>(bytes.data(), part.size),
                     device->GetBroadcast(),
                     Ipv4L3Protocol::PROT_NUMBER);
    }
}

void EmulatedNetwork::Deliver(MemberId member, const Packet& packet)
{
    RecordLag();
    const auto bytes = Serialize(packet);
    if (!m_datagramLoss.LosesReceived(member, bytes))
    {
        WritePacket(member, bytes);
    }
}

/// Linux never keeps the writer waiting; a packet that it has no memory for is lost.
void EmulatedNetwork::WritePacket(MemberId member, std::span<const std::uint8_t> packet) const
{
    [[maybe_unused]] const auto written =
        write(m_namespaces[member].Device(), packet.data(), packet.size());
}

void EmulatedNetwork::RecordLag()
{
    const auto simulator = Simulator::GetImplementation();
    const Time now = static_cast<RealtimeSimulatorImpl&>(*simulator).RealtimeNow();
    m_lag.Record((now - Simulator::Now()).GetNanoSeconds());
}

swim::Address EmulatedNetwork::AddressOf(MemberId member) const
{
    return swim::Address(ToBytes(m_network->MemberAddress(member)), MEMBER_PORT);
}

std::function<bool()> EmulatedNetwork::EntranceOf(MemberId member) const
{
    return [machine = &m_namespaces[member]]() { return machine->Enter(); };
}

void EmulatedNetwork::SetAddress(MemberId member, AddressId address)
{
    Do([&]() { m_network->SetAddress(member, address); });
    m_namespaces[member].SetAddress(m_network->MemberAddress(member).Get());
}

void EmulatedNetwork::Begin()
{
    const NetworkSpec& spec = m_plan.network;
    Do([&]() {
        m_network->SetNetworkLoss(spec.loss);
        m_network->SetNetworkDelay(spec.delay);
        m_network->SetNetworkJitter(spec.jitter);
        m_network->SetNetworkDuplication(spec.duplication);
        m_network->SetNetworkReordering(spec.reorder, spec.reorderBy);
        m_datagramLoss.SetNetwork(spec.datagramLoss);
        m_lag = LagMeter();
    });
}

void EmulatedNetwork::Perform(const Action& action)
{
    Do([&]() {
        if (action.verb == Verb::DATAGRAM_LOSS)
        {
            m_datagramLoss.Perform(action);
            return;
        }
        PerformOn(*m_network, action);
    });
    if (action.verb == Verb::DISCONNECT || action.verb == Verb::RECONNECT)
    {
        for (const MemberId member : action.members)
        {
            m_namespaces[member].SetConnected(action.verb == Verb::RECONNECT);
        }
    }
}

void EmulatedNetwork::SetUp(MemberId member, bool up)
{
    Do([&]() { up ? m_network->SetUp(member) : m_network->SetDown(member); });
}

void EmulatedNetwork::Inject(MemberId into, MemberId from, std::span<const std::uint8_t> datagram)
{
    Do([&]() {
        UdpHeader udp;
        udp.SetSourcePort(MEMBER_PORT);
        udp.SetDestinationPort(MEMBER_PORT);
        const auto size = static_cast<std::uint32_t>(datagram.size());
        const auto packet = ns3::Create<Packet>(datagram.data(), size);
        packet->AddHeader(udp); // without a checksum, as IPv4 allows

        Ipv4Header ip;
        ip.EnableChecksum();
        ip.SetSource(m_network->MemberAddress(from));
        ip.SetDestination(m_network->MemberAddress(into));
        ip.SetProtocol(UdpL4Protocol::PROT_NUMBER);
        ip.SetTtl(HOPS);
        ip.SetPayloadSize(packet->GetSize());
        packet->AddHeader(ip);
        WritePacket(into, Serialize(*packet));
    });
}

LagMeter EmulatedNetwork::Lag() const
{
    LagMeter lag;
    Do([&]() { lag = m_lag; });
    return lag;
}

} // namespace swimlab
