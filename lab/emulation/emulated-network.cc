// SPDX-License-Identifier: GPL-2.0-only
//
// See emulated-network.h.
//
// ns-3 is for one thread. The only thing that another may do is ScheduleWithContext of the
// real-time simulator, and what it schedules must not hold anything of ns-3's whose references are
// counted. So packets come as bytes.
#include "lab/emulation/emulated-network.h"

#include "lab/emulation/thread-priority.h"
#include "lab/ns3/network-actions.h"
#include "lab/topology/paths.h"

#include "ns3/boolean.h"
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
    // Linux takes no packet without IPv4's checksum, which ns-3's routers would leave out.
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
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

EmulatedNetwork::EmulatedNetwork(const Plan& plan, Impair impair)
    : m_plan(plan),
      m_impair(std::move(impair)),
      m_network(BuildNetwork(plan)),
      m_datagramLoss(plan.members, plan.seed),
      m_slowness(plan.members),
      m_stalled(plan.members, false)
{
    std::vector<int> devices;
    for (MemberId member = 0; member < plan.members; member++)
    {
        m_namespaces.emplace_back(m_network->MemberAddress(member).Get(),
                                  PacketNetwork::DEVICE_QUEUE_PACKETS);
        devices.push_back(m_namespaces.back().Device());
        ReceiveFromNetwork(member);
    }
    m_reader.emplace(devices, [this](PacketBatch batch) {
        Simulator::ScheduleWithContext(Simulator::NO_CONTEXT,
                                       Time(0),
                                       [this, batch = std::move(batch)]() { SendAll(batch); });
    });
    StartThreads();
}

void EmulatedNetwork::StartThreads()
{
    const auto running = std::make_shared<std::promise<void>>();
    Simulator::ScheduleWithContext(Simulator::NO_CONTEXT, Time(0), [this, running]() {
        running->set_value();
        KeepAwake();
    });
    m_simulator = std::thread([]() {
        RaiseThreadPriority();
        Simulator::Run();
    });
    running->get_future().wait(); // before that, nobody may schedule from elsewhere
    m_reader->Start();
}

EmulatedNetwork::~EmulatedNetwork()
{
    m_reader.reset();
    Do([]() { Simulator::Stop(); });
    m_simulator.join();
    m_network.reset();
    Simulator::Destroy();
}

void EmulatedNetwork::Do(const std::function<void()>& what) const
{
    // Shared: we may be gone before set_value has returned.
    const auto done = std::make_shared<std::promise<void>>();
    Simulator::ScheduleWithContext(Simulator::NO_CONTEXT, Time(0), [&what, done]() {
        what();
        done->set_value();
    });
    done->get_future().wait();
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
        m_delivered++;
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

swim::Impairment EmulatedNetwork::ImpairmentOf(MemberId member) const
{
    swim::Impairment impairment;
    impairment.slow = m_slowness[member];
    impairment.stalled = m_stalled[member];
    return impairment;
}

void EmulatedNetwork::Begin()
{
    const NetworkSpec& spec = m_plan.network;
    Do([&]() {
        m_network->SetNetworkLoss(spec.loss);
        m_network->SetNetworkDelay(spec.delay);
        m_network->SetNetworkDelayShape(spec.delayShape);
        m_network->SetNetworkJitter(spec.jitter);
        m_network->SetNetworkDuplication(spec.duplication);
        m_network->SetNetworkReordering(spec.reorder, spec.reorderBy);
        m_datagramLoss.SetNetwork(spec.datagramLoss);
        m_lag = LagHistogram();
        m_delivered = 0;
    });
}

void EmulatedNetwork::Perform(const Action& action)
{
    switch (action.verb)
    {
    case Verb::DATAGRAM_LOSS:
        Do([&]() { m_datagramLoss.Perform(action); });
        return;
    case Verb::SLOW:
        for (const MemberId member : action.members)
        {
            m_slowness[member] = action.duration;
            m_impair(member, ImpairmentOf(member));
        }
        return;
    case Verb::STALL:
    case Verb::UNSTALL:
        for (const MemberId member : action.members)
        {
            m_stalled[member] = action.verb == Verb::STALL;
            m_impair(member, ImpairmentOf(member));
        }
        return;
    case Verb::DISCONNECT:
    case Verb::RECONNECT:
        for (const MemberId member : action.members)
        {
            m_namespaces[member].SetConnected(action.verb == Verb::RECONNECT);
        }
        break;
    default:
        break;
    }
    Do([&]() { PerformOn(*m_network, action); });
}

void EmulatedNetwork::SetUp(MemberId member, bool up)
{
    m_stalled[member] = false; // whoever starts is another process
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

bool EmulatedNetwork::BeginCapture(swimlab::Capture& capture)
{
    Do([&]() {
        m_capture.emplace(m_plan, capture, Simulator::Now().GetNanoSeconds());
        m_network->Trace(*m_capture);
    });
    return true;
}

void EmulatedNetwork::EndCapture()
{
    Do([this]() {
        if (m_capture)
        {
            m_capture->Finish();
        }
    });
}

LagSummary EmulatedNetwork::Lag() const
{
    LagSummary summary;
    Do([&]() {
        summary = {std::chrono::nanoseconds(m_lag.Quantile(0.99)),
                   std::chrono::nanoseconds(m_lag.Max())};
    });
    return summary;
}

nlohmann::ordered_json EmulatedNetwork::Facts() const
{
    std::uint64_t delivered = 0;
    Do([&]() { delivered = m_delivered; });
    const LagSummary lag = Lag();
    return {{"packets_delivered", delivered},
            {"packet_lag_p99_ns", lag.p99.count()},
            {"packet_lag_max_ns", lag.max.count()},
            {"versions", {{"ns3", SWIMLAB_NS3_VERSION}}}};
}

} // namespace swimlab
