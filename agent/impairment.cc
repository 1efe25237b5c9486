// SPDX-License-Identifier: MIT
//
// See impairment.h.
#include "agent/impairment.h"

#include "swim/endpoint.h"

#include <algorithm>

namespace swim
{

bool HostOrder::operator()(const Address& a, const Address& b) const
{
    const Address left = WithoutMapping(a);
    const Address right = WithoutMapping(b);
    return std::ranges::lexicographical_compare(left.Bytes(), right.Bytes());
}

bool Block::Concerns(const Address& peer) const
{
    const auto isPeer = [&](const Address& each) {
        return !HostOrder{}(each, peer) && !HostOrder{}(peer, each);
    };
    return everybody || std::ranges::any_of(peers, isPeer);
}

const PeerImpairment& Impairment::PeerAt(const Address& address) const
{
    const auto found = peers.find(address);
    return found == peers.end() ? everyPeer : found->second;
}

Duration Impairment::PathDelay(const Address& peer) const
{
    const auto found = delays.find(peer);
    return found == delays.end() ? Duration::zero() : found->second;
}

} // namespace swim
