// SPDX-License-Identifier: GPL-2.0-only
//
// What every simulated network can do, whether it carries packets or knows paths only: reach
// members, and fail.
#pragma once

#include "lab/plan/plan.h"

#include "ns3/ipv4-address.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ns3
{
class SwimApplication;
class SwimFaultTable;
class SwimPacketTracer;
enum class SwimLoss : std::uint8_t;
} // namespace ns3

namespace swimlab
{

/// Where every member listens; memberlist's own.
inline constexpr std::uint16_t MEMBER_PORT = 7946;

/**
 * Faults may be changed at any time, from events of the simulation. What exactly they do to a
 * packet is written at ns3::SwimFaultTable.
 *
 * Make one before the first socket and keep it until Simulator::Destroy. It sets process-wide
 * defaults of ns-3: the seed of random streams, and TCP's attributes.
 */
class SimulatedNetwork
{
  public:
    /**
     * @param members how many
     * @param network what it does of its own; datagramLoss is for the members' sockets
     * @param seed of what is lost and of jitter
     */
    SimulatedNetwork(std::uint32_t members, const NetworkSpec& network, std::uint64_t seed);
    virtual ~SimulatedNetwork();

    SimulatedNetwork(const SimulatedNetwork&) = delete;
    SimulatedNetwork& operator=(const SimulatedNetwork&) = delete;

    /// Where the member's application runs. To be called once, before the simulation starts.
    virtual void Host(MemberId member, ns3::Ptr<ns3::SwimApplication> application) = 0;

    /// ns-3's context of what happens at the member: the number of its node.
    virtual std::uint32_t Context(MemberId member) const = 0;

    /// The address that the member has now.
    virtual ns3::Ipv4Address MemberAddress(MemberId member) const = 0;

    /// @return who has the address now, if anybody
    virtual std::optional<MemberId> MemberAt(ns3::Ipv4Address address) const = 0;

    /// Who is told what becomes of messages and packets. @param tracer outlives the network
    virtual void Trace(ns3::SwimPacketTracer& tracer);

    /// @return what keeps a stream of one member from another at this moment, on either way
    ns3::SwimLoss WhyNoStream(MemberId from, MemberId to) const;

    /// Everybody's; replaces what NetworkSpec said. @param probability of every packet, per path
    void SetNetworkLoss(double probability);
    void SetNetworkDelay(Duration delay);
    void SetNetworkDelayShape(const DelayShape& shape);
    void SetNetworkJitter(Duration jitter);
    void SetNetworkDuplication(double probability);
    void SetNetworkReordering(double probability, Duration by);

    /// The members' own, on top of everybody's: for what they send and, apart, for what they
    /// receive. 0 takes it away.
    void SetLoss(std::span<const MemberId> members, Direction direction, double probability);
    void SetDelay(std::span<const MemberId> members, Direction direction, Duration delay);
    void SetJitter(std::span<const MemberId> members, Direction direction, Duration jitter);
    void SetDuplication(std::span<const MemberId> members, Direction direction, double probability);
    void SetReordering(std::span<const MemberId> members,
                       Direction direction,
                       double probability,
                       Duration by);

    /// Replaces an earlier partition. Members named in none of the sides are a side together.
    void Partition(const std::vector<std::vector<MemberId>>& sides);

    void Heal();

    /// Nothing so carried gets between members and others: nothing that the members send (OUT),
    /// receive (IN), or either. Adds to earlier blocks. @param block a number to end it by
    void Block(std::uint64_t block,
               const std::vector<MemberId>& members,
               const std::vector<MemberId>& others,
               Direction direction,
               Carrier carrier);
    void Unblock(std::uint64_t block);
    void UnblockAll();

    /// The machine falls silent: nothing leaves it and nothing reaches it, and nobody is told.
    /// Its sockets stay as they are: who simulates a crash closes them.
    void SetDown(MemberId member);
    void SetUp(MemberId member);

    /// Pulls the cable: as down, and whoever sends there is told that there is no route.
    virtual void Disconnect(MemberId member);
    virtual void Reconnect(MemberId member);

    /**
     * Gives a member another address of its router. Whoever had it before does not have it any
     * more, and nobody has the member's old one. Sockets should have been closed before.
     * @param address a member's number for what it had at the start; spare ones count on from there
     */
    virtual void SetAddress(MemberId member, AddressId address) = 0;

    /// What is lost, jitter and disorder are drawn from other generators from now on.
    void DrawAnew(std::uint64_t key);

  protected:
    ns3::Ptr<ns3::SwimFaultTable> Faults() const;

    /// That of the pairs of a mesh.
    void SetPairLoss(const Topology& topology, std::span<const RouterId> routerOfMember);

  private:
    std::uint32_t m_members;
    ns3::Ptr<ns3::SwimFaultTable> m_faults;
};

} // namespace swimlab
