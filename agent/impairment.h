// SPDX-License-Identifier: MIT
//
// What a bad network does to one member: plain data, performed by impaired-transport.h.
#pragma once

#include "swim/types.h"

#include <cstdint>
#include <map>
#include <vector>

namespace swim
{

/// Of what goes one way. Shares are from 0 to 1; each packet draws for itself.
struct PathImpairment
{
    double loss = 0;         ///< of datagrams, and of the segments of streams
    double datagramLoss = 0; ///< of datagrams, besides
    Duration delay{};
    Duration jitter{};      ///< delay besides, uniform from 0 to this
    double duplication = 0; ///< of datagrams, which arrive twice
    double reorder = 0;     ///< of datagrams, which are held back by `reorderBy`
    Duration reorderBy{};

    friend bool operator==(const PathImpairment&, const PathImpairment&) = default;
};

/// Nothing so carried passes between this member and these.
struct Block
{
    bool everybody = false;       ///< whoever `peers` names
    std::vector<Address> peers{}; ///< ports do not count
    bool in = true;               ///< what they send to this member
    bool out = true;              ///< what this member sends to them
    bool datagrams = true;
    bool streams = true;

    bool Concerns(const Address& peer) const;

    friend bool operator==(const Block&, const Block&) = default;
};

/// What happens at the other end of a stream.
struct PeerImpairment
{
    PathImpairment out{}; ///< what the peer sends
    PathImpairment in{};  ///< what it receives
    Duration slow{};
    bool down = false;

    friend bool operator==(const PeerImpairment&, const PeerImpairment&) = default;
};

/// By the bytes of an address, whatever its port.
struct HostOrder
{
    bool operator()(const Address& a, const Address& b) const;
};

/// All that is wrong with the network of one member.
struct Impairment
{
    std::uint64_t seed = 0;
    PathImpairment out{}; ///< what this member sends
    PathImpairment in{};  ///< what it receives
    Duration slow{};      ///< each message is handled so late; timers are on time
    bool down = false;    ///< the cable is out: sending fails at once, nothing comes
    bool stalled = false; ///< sends and receives block; timers that need neither run on
    std::vector<Block> blocks{};
    std::map<Address, Duration, HostOrder> delays{}; ///< of the paths to peers, and of those back
    /// The others' own impairments, for streams to them; `everyPeer` is that of those not named.
    PeerImpairment everyPeer{};
    std::map<Address, PeerImpairment, HostOrder> peers{};

    const PeerImpairment& PeerAt(const Address& address) const;

    Duration PathDelay(const Address& peer) const;

    friend bool operator==(const Impairment&, const Impairment&) = default;
};

} // namespace swim
