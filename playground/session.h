// SPDX-License-Identifier: MIT
//
// A cluster that somebody looks at: what a page draws of it, and what its metrics are computed of.
//
// A page looks many times a second at what costs nothing to keep: who holds whom for what (a byte a
// pair, changed by the members' own conclusions), the last messages on their way, the rows of the
// record.
#pragma once

#include "virtual/cluster.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace swim::playground
{

/// What an observer holds of a subject, as its last conclusion says.
enum class View : std::uint8_t
{
    UNKNOWN,
    ALIVE,
    SUSPECT,
    DEAD,
    LEFT,
};

/// No member, where members have two bytes.
inline constexpr std::uint16_t NO_MEMBER = UINT16_MAX;

/// A conclusion as the record has it, and as the page reads it from memory.
struct Row
{
    std::int64_t timeNs;
    std::uint32_t incarnation;
    std::uint16_t observer;
    std::uint16_t subject; ///< or NO_MEMBER
    std::uint16_t source;  ///< whose word it was, or NO_MEMBER
    EventKind kind;
    std::uint8_t rejection; ///< of a rejection: why
    std::uint32_t unused = 0;
};

static_assert(sizeof(Row) == 24);

/// A message on its way, likewise.
struct Flight
{
    double sentS;
    double arrivesS; ///< of one that never does: as if it did
    std::uint16_t from;
    std::uint16_t to; ///< or NO_MEMBER
    TrafficKind kind;
    std::uint8_t isStream;
    std::uint8_t fate; ///< Passage::Fate
    std::uint8_t unused = 0;
};

static_assert(sizeof(Flight) == 24);

/// Something that was done, and before which row.
struct Deed
{
    std::int64_t timeNs;
    std::size_t rows;
    Fault fault;
    std::string value;                         ///< of a share or a time: as written
    std::vector<std::uint32_t> incarnations{}; ///< RESTART: by place among the fault's members
};

/// Messages and bytes of one kind.
struct Moved
{
    std::uint64_t sent = 0;
    std::uint64_t sentBytes = 0;
    std::uint64_t received = 0;
    std::uint64_t receivedBytes = 0;
};

using MovedByKind = std::array<Moved, TRAFFIC_KINDS>;

class Session : public ClusterListener
{
  public:
    /// How many messages are remembered.
    static constexpr std::size_t FLIGHTS = 4096;

    /// The most conclusions of which metrics are computed: 72 MB. What comes after is not recorded.
    static constexpr std::size_t MOST_ROWS = 3'000'000;

    explicit Session(const Cluster::Setup& setup);

    /**
     * Does it to those of its members to whom it can be done; who restarts contacts whom the
     * laboratory would have it contact.
     * @param value of a share or a time: as written, for the record
     * @return to how many; 1 where it is done to everybody
     */
    std::size_t Do(Fault fault, std::string_view value);

    void RunTo(Instant time)
    {
        m_cluster.RunTo(time);
    }

    /// By observer, then subject: what the observer's conclusions say.
    const std::vector<View>& Views() const
    {
        return m_views;
    }

    /// Grows with each change of a view.
    std::uint32_t Changes() const
    {
        return m_changes;
    }

    /// How many views differ from what the observers' own tables say: none, or there is a defect.
    std::size_t WrongViews() const;

    const std::vector<Row>& Rows() const
    {
        return m_rows;
    }

    /// The last ones, each at the place of its number modulo their number.
    const std::array<Flight, FLIGHTS>& Flights() const
    {
        return m_flights;
    }

    /// How many messages there were.
    std::uint64_t FlightNumber() const
    {
        return m_flightNumber;
    }

    const std::vector<Deed>& Deeds() const
    {
        return m_deeds;
    }

    /// By second, from 0.
    const std::vector<MovedByKind>& Traffic() const
    {
        return m_traffic;
    }

    /// When conclusions were no longer recorded; NEVER: they are.
    Instant RecordEnd() const
    {
        return m_recordEnd;
    }

    const Cluster::Setup& SetUp() const
    {
        return m_setup;
    }

    const Cluster& Inside() const
    {
        return m_cluster;
    }

    void OnConclusion(Member observer, const Event& event) override;
    void OnSent(const Passage& passage) override;
    void OnReceived(Member member, TrafficKind kind, std::size_t bytes) override;

  private:
    std::vector<Member> Contacts(const std::vector<Member>& starting) const;
    void Forget(Member observer);
    Moved& MovedNow(TrafficKind kind);

    Cluster::Setup m_setup;
    std::vector<View> m_views;
    std::uint32_t m_changes = 0;
    std::vector<Row> m_rows;
    std::array<Flight, FLIGHTS> m_flights{};
    std::uint64_t m_flightNumber = 0;
    std::vector<Deed> m_deeds;
    std::vector<MovedByKind> m_traffic;
    Instant m_recordEnd = NEVER;
    Cluster m_cluster;
    const VirtualNetwork& m_network;
};

} // namespace swim::playground
