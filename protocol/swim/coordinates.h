// SPDX-License-Identifier: MIT
//
// Network coordinates: from the round trips to a few members, an estimate of the round trip between
// any two.
//
// Vivaldi (Dabek and others, SIGCOMM 2004) as hashicorp/serf computes it, so that its members and
// ours can share a space: eight dimensions and a height for the access link, an adjustment for what
// no such space can hold (Lee and others 2010), gravity towards the origin against drift (Ledlie
// and others 2007), and a median of three against outliers. Members tell their coordinates in the
// payload of acks.
//
// Only additions, products, quotients and square roots, all of which IEEE 754 defines to the bit,
// so a run gives the same coordinates on every machine.
#pragma once

#include "swim/coordinate.h"
#include "swim/ids.h"
#include "swim/rejection.h"
#include "swim/rng.h"
#include "swim/types.h"
#include "swim/wire.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace swim
{

/// Appends the payload of an ack: serf's version byte and a msgpack map.
void EncodeCoordinate(const Coordinate& coordinate, wire::Bytes& payload);

/// Reads the payload of an ack. @return why there is no coordinate of our kind in it, which leaves
/// `coordinate` as it was, or nothing
std::optional<Rejection> DecodeCoordinate(wire::ByteView payload, Coordinate& coordinate);

/// The median of a peer's last three round trips.
class LatencyFilter
{
  public:
    /// Peers remembered; beyond it the one that was heard least recently is forgotten, whose next
    /// round trip then passes unfiltered.
    static constexpr std::size_t MOST_PEERS = 4096;

    /// @return the median with this round trip; of two the larger, as serf does
    Duration Add(NameId peer, Duration rtt);

    void Forget(NameId peer);

    std::size_t Peers() const
    {
        return m_peers.size();
    }

  private:
    static constexpr std::uint32_t SIZE = 3;

    struct Peer
    {
        NameId name = NONE;
        std::uint32_t samples = 0; ///< at most SIZE are kept
        std::uint64_t lastHeard = 0;
        std::array<Duration, SIZE> rtts{}; ///< a ring
    };

    std::vector<Peer>::iterator Place(NameId name);

    std::vector<Peer> m_peers; ///< by name
    std::uint64_t m_heard = 0;
};

/// One member's coordinate, pulled and pushed by the round trips that it measures.
class Coordinates
{
  public:
    /**
     * Takes a measured round trip into account.
     * @param peer who answered
     * @param other the coordinate that it told
     * @param rtt from ping to its ack, without relays; 0 s to 10 s
     * @param rng gives the direction in which members at one place part
     * @return why the observation was refused, or nothing
     */
    std::optional<Rejection> Update(NameId peer, const Coordinate& other, Duration rtt, Rng& rng);

    /// Drops what is remembered of a member that is gone.
    void Forget(NameId peer)
    {
        m_filter.Forget(peer);
    }

    const Coordinate& Own() const
    {
        return m_own;
    }

    /// How often the own coordinate left all proportion and began at the origin again.
    std::uint64_t Resets() const
    {
        return m_resets;
    }

  private:
    static constexpr std::size_t ADJUSTMENT_WINDOW = 20;

    void Spring(const Coordinate& other, double rttS, Rng& rng);
    void Adjust(const Coordinate& other, double rttS);
    void Gravitate(Rng& rng);

    Coordinate m_own;
    LatencyFilter m_filter;
    std::array<double, ADJUSTMENT_WINDOW> m_surpluses{}; ///< measured less estimated, a ring
    std::size_t m_nextSurplus = 0;
    std::uint64_t m_resets = 0;
};

} // namespace swim
