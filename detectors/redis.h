// SPDX-License-Identifier: MIT
//
// The failure detector of Redis Cluster and Valkey Cluster (src/cluster_legacy.c), with T =
// node_timeout.
//
// - Ten times a second the cron looks at all nodes. Every tenth time, of five random nodes it pings
//   the one whose pong is oldest; and whoever was not heard of by a pong for T/2 is pinged anyway.
// - A ping that is pending for more than T, while nothing else came from the node either, makes it
//   PFAIL (suspect). A link on which nothing came for T/2 is made anew; the ping's time is kept.
// - Pings and pongs carry what the sender holds of max(3, n/10) random nodes, and of all PFAIL ones.
//   Who hears of a pong that is later than his own takes it over. Who hears PFAIL or FAIL of a node
//   from a primary counts a report, for 2 T.
// - PFAIL and reports of a majority of primaries, the own word counted, make it FAIL (dead), which is
//   told to everybody and binds them. That is looked at when a report comes; a sole primary, which
//   gets none, looks at its own PFAIL (since redis/redis#12824).
// - A pong ends PFAIL; FAIL of a primary only after 2 T, of a replica at once.
//
// A link's messages go by streams, a ping and its pong on one each; the handshake of each is the
// difference to Redis's lasting connections. Every message has as many bytes as in Redis. Left out:
// failover, so that a dead primary keeps its slots and its part in the size of the majority; and
// CLUSTER MEET: who joins asks a seed for its table, and is known to those whom it pings.
#pragma once

#include "detectors/member-base.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace swim::detectors
{

class Redis final : public MemberBase
{
  public:
    /// How pong times of others are taken over.
    enum class PongGossip : std::uint8_t
    {
        SECONDS, ///< cut to whole seconds, as Redis has them on the wire
        EXACT,
        OFF,
    };

    struct Config
    {
        Duration nodeTimeout = std::chrono::seconds(15); ///< cluster-node-timeout
        /// Of each primary; with one, the first half of the members of a converged start are
        /// primaries.
        std::uint32_t replicas = 1;
        PongGossip pongGossip = PongGossip::SECONDS;
    };

    // Bytes of messages as Redis sends them.
    static constexpr std::size_t HEADER_BYTES = 2256;
    static constexpr std::size_t ENTRY_BYTES = 104;
    static constexpr std::size_t FAIL_BYTES = 40; ///< behind the header

    /// The longest name of a member: an entry has room for no more.
    static constexpr std::size_t MOST_NAME_BYTES = 64;

    static DetectorMaker MakerOf(const Config& config);

    Redis(const Setup& setup,
          const Rng& rng,
          Directory& directory,
          std::shared_ptr<const Config> config);

  protected:
    void OnStart() override;
    Instant Next() const override;
    void Fire(Outbox& out) override;
    bool IsWhole(Way way, std::uint8_t type, ByteReader body) const override;
    bool OnDatagram(Slot from, std::uint8_t type, ByteReader& body, Outbox& out) override;
    bool OnRequest(Slot from, std::uint8_t type, ByteReader& body, Outbox& out) override;
    bool OnAnswer(const Exchange& exchange,
                  std::uint32_t id,
                  std::uint8_t type,
                  ByteReader& body,
                  Outbox& out) override;
    void OnFailure(const Exchange& exchange, std::uint32_t id, Outbox& out) override;
    TrafficKind KindOf(std::uint8_t type) const override;
    void OnMet(Slot slot) override;
    void OnReturn(Slot slot, Outbox& out) override;
    void OnAsked(Slot joiner) override;
    std::uint8_t FlagsOf(Slot slot) const override;
    void TakeFlags(Slot slot, std::uint8_t flags) override;

  private:
    enum class Role : std::uint8_t
    {
        UNKNOWN,
        PRIMARY, ///< with slots: it votes
        REPLICA,
    };

    struct Report
    {
        Slot by;
        Instant at;
    };

    static constexpr Instant NO_TIME = Instant::min();

    // What clusterNode holds beside name, address and flags. Each message is about a tenth of all
    // nodes, anywhere, so what it touches of them lies close together: this, and m_pongs.
    struct Peer
    {
        Role role = Role::UNKNOWN;
        bool linked = false;
        bool pending = false;  ///< a ping is
        bool reported = false; ///< there are reports
    };

    /// And the rest.
    struct Link
    {
        Instant pingSent = NO_TIME; ///< of the ping that is pending
        Instant dataReceived = NO_TIME;
        Instant made{};
        Instant failed{}; ///< when it became FAIL
        std::vector<Report> reports{};
        std::uint32_t exchange = 0; ///< the ping's on the link; 0: none
    };

    /// A FAIL message that may be under way.
    struct Telling
    {
        std::uint32_t exchange;
        Instant until;
    };

    // redis.cc
    std::vector<Slot> TakeDue();
    void PingRandom(Outbox& out);
    void Examine(Slot slot, Outbox& out);
    void MakeLink(Slot slot, Outbox& out);
    void SendPing(Slot slot, Outbox& out);
    void SetDue(Slot slot);
    void SetRole(Slot slot, Role role);
    void OnPong(Slot from, Outbox& out);

    // redis-gossip.cc
    void WriteMessage(std::uint8_t type, wire::Bytes& message);
    void WriteEntry(Slot slot, wire::Bytes& message) const;
    std::vector<Slot> ChooseEntries();
    static bool IsMessage(ByteReader body);
    bool TakeMessage(Slot from, ByteReader& body, Outbox& out);
    bool TakeEntry(Slot from, Slot about, ByteReader entry, Outbox& out);
    void Prefetch(Slot slot) const;
    void AddReport(Slot about, Slot by);
    template <typename Predicate>
    void EraseReports(Slot about, const Predicate& isSo);
    std::size_t CountReports(Slot about);
    void FailIfAgreed(Slot slot, Outbox& out);
    void Fail(Slot slot, NameId source, Outbox& out);
    void TellFail(Slot slot, Outbox& out);

    Peer& At(Slot slot)
    {
        return m_peers[slot.Value()];
    }

    Instant& PongOf(Slot slot)
    {
        return m_pongs[slot.Value()];
    }

    Link& LinkOf(Slot slot)
    {
        return m_links[slot.Value()];
    }

    bool Is(Slot slot, MemberState state) const
    {
        return StateOf(slot) == state;
    }

    std::shared_ptr<const Config> m_config;
    Instant m_nextCron = NEVER;
    std::uint32_t m_crons = 0;
    std::uint32_t m_primaries = 0;
    std::vector<Instant> m_pongs; ///< by slot: when the last one was received
    std::vector<Peer> m_peers;    ///< by slot
    std::vector<Link> m_links;    ///< by slot
    std::vector<Instant> m_due;   ///< by slot: when the cron has something to do for it, or before
    Instant m_firstDue = NEVER;   ///< not later than the first of them
    std::deque<Telling> m_tellings;
};

} // namespace swim::detectors
