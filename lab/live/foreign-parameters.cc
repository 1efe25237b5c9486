// SPDX-License-Identifier: GPL-2.0-only
//
// See foreign-parameters.h.
#include "lab/live/foreign-parameters.h"

#include <chrono>

namespace swimlab
{

namespace
{

/// What memberlist does without asking, and what matters to our own agent only.
void CopyWhatIsTheSame(const swim::Config& from, swim::Config& to)
{
    to.sendError = from.sendError;
    to.userBroadcastShare = from.userBroadcastShare;
    to.userQueueDepth = from.userQueueDepth;
    to.memberLimit = from.memberLimit;
    to.gossipVerifyIncoming = from.gossipVerifyIncoming;
    to.gossipVerifyOutgoing = from.gossipVerifyOutgoing;
    if (from.suspicionConfirmations == from.suspicionMult - 2)
    {
        to.suspicionConfirmations = from.suspicionConfirmations;
    }
}

} // namespace

swim::Config AsMemberlist(const swim::Config& wanted)
{
    swim::Config config = *swim::Preset("memberlist-lan");
    CopyWhatIsTheSame(wanted, config);
    config.probeInterval = wanted.probeInterval;
    config.probeTimeout = wanted.probeTimeout;
    config.indirectChecks = wanted.indirectChecks;
    config.streamFallback = wanted.streamFallback;
    config.suspicionMult = wanted.suspicionMult;
    config.suspicionMaxTimeoutMult = wanted.suspicionMaxTimeoutMult;
    config.awarenessMaxMultiplier = wanted.awarenessMaxMultiplier;
    config.retransmitMult = wanted.retransmitMult;
    config.gossipInterval = wanted.gossipInterval;
    config.gossipNodes = wanted.gossipNodes;
    config.gossipToTheDeadTime = wanted.gossipToTheDeadTime;
    config.reapTime = wanted.gossipToTheDeadTime;
    config.udpBufferSize = wanted.udpBufferSize;
    config.pushPullInterval = wanted.pushPullInterval;
    config.tcpTimeout = wanted.tcpTimeout;
    config.deadNodeReclaimTime = wanted.deadNodeReclaimTime;
    config.compression = wanted.compression;
    return config;
}

swim::Config AsSerf(const swim::Config& wanted, const std::string& profile)
{
    swim::Config config = *swim::Preset("memberlist-" + profile);
    CopyWhatIsTheSame(wanted, config);
    config.compression = wanted.compression;
    config.coordinates = wanted.coordinates;
    config.reconnectInterval = wanted.reconnectInterval;
    return config;
}

std::optional<std::string> Difference(const swim::Config& wanted, const swim::Config& possible)
{
    for (const swim::Parameter& parameter : swim::Parameters())
    {
        const std::string ours = parameter.get(wanted);
        const std::string theirs = parameter.get(possible);
        if (ours != theirs)
        {
            return std::string(parameter.name) + " is always " +
                   (theirs.empty() ? "empty" : theirs) + ", not " + ours;
        }
    }
    return {};
}

} // namespace swimlab
