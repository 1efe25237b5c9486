// SPDX-License-Identifier: MIT
//
// The kinds of detectors, each defined beside its rows in kinds-*.cc.
#pragma once

#include "detectors/kind.h"

namespace swim::detectors
{

extern const Kind HEARTBEAT_KIND;
extern const Kind HEARTBEAT_RING_KIND;
extern const Kind GOSSIP_HEARTBEAT_KIND;
extern const Kind PHI_KIND;
extern const Kind PHI_PEKKO_KIND;
extern const Kind PHI_CASSANDRA_KIND;
extern const Kind RAPID_KIND;
extern const Kind REDIS_KIND;
extern const Kind SCYLLA_KIND;

} // namespace swim::detectors
