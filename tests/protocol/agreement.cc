// SPDX-License-Identifier: MIT
//
// See agreement.h.
#include "agreement.h"

#include <cmath>

namespace swim
{

namespace
{

template <typename Predicate>
bool ForAllPairs(const VirtualNetwork& network, Predicate holds)
{
    for (Member observer = 0; observer < network.Members(); ++observer)
    {
        for (Member subject = 0; network.DetectorAt(observer) && subject < network.Members();
             ++subject)
        {
            if (!holds(observer, subject))
            {
                return false;
            }
        }
    }
    return true;
}

bool Gone(MemberState state)
{
    return state == MemberState::DEAD || state == MemberState::LEFT;
}

} // namespace

MemberState StateIn(const Detector& node, Member subject)
{
    const Slot slot = node.Members().Find(VirtualNetwork::NameOf(subject));
    return slot == NONE ? MemberState::DEAD : node.Members().At(slot).State();
}

bool Right(const VirtualNetwork& network, Member observer, Member subject)
{
    const Detector& node = *network.DetectorAt(observer);
    const MemberState state = StateIn(node, subject);
    if (!network.DetectorAt(subject))
    {
        return Gone(state);
    }
    const Slot slot = node.Members().Find(VirtualNetwork::NameOf(subject));
    return state == MemberState::ALIVE &&
           node.Members().At(slot).identity == network.IdentityOf(subject) &&
           node.Members().At(slot).incarnation == network.DetectorAt(subject)->Incarnation();
}

bool AllRight(const VirtualNetwork& network)
{
    return ForAllPairs(network, [&](Member observer, Member subject) {
        return Right(network, observer, subject);
    });
}

bool NoGhosts(const VirtualNetwork& network)
{
    return ForAllPairs(network, [&](Member observer, Member subject) {
        return network.DetectorAt(subject) || Gone(StateIn(*network.DetectorAt(observer), subject));
    });
}

Duration BurialBound(const Config& config, std::uint32_t n)
{
    return (2 * n - 1) * config.awarenessMaxMultiplier * config.probeInterval +
           BoundSuspicion(config, n).max;
}

Duration ConvergenceBound(const Config& config, std::uint32_t n)
{
    const double certain = std::log(1e9);
    const auto meetings = static_cast<int>(std::ceil(2 * n * certain));
    const auto rounds = static_cast<int>(std::ceil(std::log2(n) + std::log(n) + certain));
    return BurialBound(config, n) + meetings * config.reconnectInterval +
           rounds * config.pushPullInterval + config.deadNodeReclaimTime;
}

} // namespace swim
