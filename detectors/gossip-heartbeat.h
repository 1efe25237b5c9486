// SPDX-License-Identifier: MIT
//
// Gossip of heartbeat counters: van Renesse, Minsky, Hayden: A Gossip-Style Failure Detection Service
// (1998).
//
// Everybody keeps a counter for each member and the time at which it last increased. Every T_gossip a
// member adds one to its own and sends the whole list to one random other, who takes the larger counter
// of each. Whose counter has not increased for T_fail has failed; his entry stays, so that a late list
// does not bring him back, and is not passed on; after T_cleanup it is forgotten. T_fail follows from
// the members and the mistakes that are wanted (gossip-quality.h).
//
// An entry has eight bytes: the address, six, and the counter, two, which wraps. Counters begin at the
// time over T_gossip, so that a process that starts again is ahead of the one before; if it hears of a
// larger one of its own all the same, it goes on from there. A list with an unknown address makes its
// reader ask the sender for his table, which has no counters: who is met there is left out of the own
// list until one of his comes, and T_fail runs from the meeting until one comes that is larger, or from
// himself. The first counter of somebody forgotten does not bring him back either: it may be his last,
// which a joiner still passes on when others have forgotten it. The occasional broadcasts of the
// paper's section 5 are left out: partitions heal as far as somebody who is not forgotten is gossiped
// to.
#pragma once

#include "detectors/member-base.h"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace swim::detectors
{

class GossipHeartbeat final : public MemberBase
{
  public:
    enum class Clock : std::uint8_t
    {
        PERIODIC,    ///< every T_gossip, at a phase of its own
        EXPONENTIAL, ///< after a random time with that mean, as the paper's analysis assumes
    };

    struct Config
    {
        Duration gossipInterval = std::chrono::seconds(1);
        Duration failTimeout = std::chrono::seconds(32);
        Duration cleanupTimeout = std::chrono::seconds(64);
        Clock clock = Clock::PERIODIC;
    };

    static constexpr std::size_t ENTRY_BYTES = 8;

    static DetectorMaker MakerOf(const Config& config);

    GossipHeartbeat(const Setup& setup,
                    const Rng& rng,
                    Directory& directory,
                    std::shared_ptr<const Config> config);

    /// @return the member's counter as it is known here
    std::uint16_t CounterOf(NameId name) const
    {
        return static_cast<std::uint16_t>(m_entries[m_members.Find(name).Value()]);
    }

  protected:
    void OnStart() override;
    Instant Next() const override;
    void Fire(Outbox& out) override;
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

  private:
    /// Of a member, since it was met or forgotten.
    enum class Heard : std::uint8_t
    {
        NOTHING,
        COUNTER, ///< one, that may be its last
        NEWS,
    };

    bool IsUnheard(std::size_t place) const
    {
        return m_unheard > 0 && m_heard[place] != Heard::NEWS;
    }

    bool HasCounter(std::size_t place) const
    {
        return m_unheard == 0 || m_heard[place] != Heard::NOTHING;
    }

    void Gossip(Outbox& out);
    void Look(Outbox& out);
    std::size_t Learn(std::uint64_t entry, std::size_t place, Slot from, Outbox& out);
    void SetCounter(Slot slot, std::int64_t counter);
    void MarkHeard(Slot slot, Heard heard);
    bool IsNews(std::uint64_t entry, Slot slot, Slot from) const;
    Instant ExpiryOf(Slot slot) const;
    Duration DrawInterval();

    std::shared_ptr<const Config> m_config;
    Instant m_nextGossip = NEVER;
    Instant m_nextLook = NEVER;
    /// By slot: address, port and counter as one number, as they stand in a list.
    std::vector<std::uint64_t> m_entries;
    std::vector<Instant> m_increased;                 ///< by slot: when the counter last did
    std::vector<Heard> m_heard;                       ///< by slot
    std::uint32_t m_unheard = 0;                      ///< of how many there was no news
    std::unordered_map<std::uint64_t, Slot> m_slotOf; ///< by address; looked up, never gone through
    bool m_asking = false;                            ///< for somebody's table
    bool m_started = false;
};

} // namespace swim::detectors
