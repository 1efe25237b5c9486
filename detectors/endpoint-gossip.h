// SPDX-License-Identifier: MIT
//
// The gossip of Apache Cassandra (gms/Gossiper.java) and Scylla (gms/gossiper.cc), without who is gossiped
// to and what is concluded: that is each one's own.
//
// A member raises the version of its heartbeat and sends what it knows, of each endpoint its generation
// and its version, in a SYN. Who gets it answers by ACK with what he wants and what he has newer, and
// gets by ACK2 what he wants: both directions are merged. A newer version is a report.
//
// Left out: application states, whose versions share the counter; the shuffle of digests, which matters
// only where they are cut off. The generation is the incarnation.
#pragma once

#include "detectors/member-base.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace swim::detectors
{

class EndpointGossip : public MemberBase
{
  protected:
    /// @param seeds how many of the first members of a converged start are seeds
    EndpointGossip(const Setup& setup, const Rng& rng, Directory& directory, std::uint32_t seeds);

    bool IsWhole(Way way, std::uint8_t type, ByteReader body) const override;
    bool OnDatagram(Slot from, std::uint8_t type, ByteReader& body, Outbox& out) override;
    TrafficKind KindOf(std::uint8_t type) const override;
    void OnMet(Slot slot) override;
    void OnReturn(Slot slot, Outbox& out) override;
    void OnJoined(Outbox& out) override;

    void OnFailure(const Exchange& /*exchange*/, std::uint32_t /*id*/, Outbox& /*out*/) override
    {
        m_asking = false;
    }

    /// There is a life of the member of which nothing was reported yet. By default nothing is to be done.
    virtual void OnLife(Slot slot);

    /// A newer version was heard of the member, who has not left.
    /// @param since the last report, or what stands for it
    /// @param from who told it
    virtual void OnReport(Slot slot, Duration since, Slot from, Outbox& out) = 0;

    /// One on the member may come soon. By default nothing is to be done.
    virtual void ExpectReport(Slot slot) const;

    /// Raises the own version. @return where the SYN starts, for Gossip
    std::size_t BeginSyn(Outbox& out);

    void Gossip(Slot to, std::size_t syn, Outbox& out)
    {
        ++m_counters.probes;
        SendTo(to, TrafficKind::GOSSIP, syn, out);
    }

    /// To one of the unreachable, with probability unreachable / (live + 1).
    void GossipToUnreachable(std::size_t syn, Outbox& out);

    /// Of the others, who are alive.
    std::size_t Live() const
    {
        return m_members.Count(MemberState::ALIVE) - 1;
    }

    bool IsSeed(Slot slot) const
    {
        return slot.Value() < m_seeds;
    }

    /// The others that have not left.
    std::vector<Slot> Seeds() const;

    /// @return when the member was last reported, or what stands for it
    Instant ReportedAt(Slot slot) const
    {
        return m_reported[slot.Value()];
    }

  private:
    /// What stands in a message of an endpoint.
    struct Digest
    {
        std::uint64_t key;   ///< address and port, see AddressKey
        std::uint64_t clock; ///< generation, and below it the version: the larger one is newer
    };

    static Digest Read(wire::ByteView digests);
    static void Write(const Digest& digest, std::uint8_t* at);
    void BeginLife(Slot slot);
    void SetOwnGeneration();
    void WriteSyn(wire::Bytes& bytes) const;
    void OnSyn(Slot from, wire::ByteView digests, Outbox& out);
    void OnAck(Slot from, wire::ByteView body, Outbox& out);
    void OnNews(Slot from, wire::ByteView digests, Outbox& out);
    Slot Find(std::uint64_t key, std::size_t place) const;
    void Ask(Slot whom, Outbox& out);
    void Apply(Slot slot, const Digest& news, Slot from, Outbox& out);

    std::uint32_t m_seeds;
    std::vector<Digest> m_digests;                    ///< by slot
    std::vector<Instant> m_reported;                  ///< by slot
    std::unordered_map<std::uint64_t, Slot> m_slotOf; ///< by key; looked up, never gone through
    bool m_asking = false;                            ///< for somebody's table
};

} // namespace swim::detectors
