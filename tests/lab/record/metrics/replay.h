// SPDX-License-Identifier: GPL-2.0-only
//
// What metrics should be, replayed row by row.
//
// The replay is the definitions of docs/metrics.md spelled out with sets and loops, each question with
// a replay of its own: too slow for a run, and too plain to hide an error of bookkeeping. It knows of
// tables in which everybody tells its own word and no incarnations.
#pragma once

#include "tests/lab/record/metrics/run-table.h"

#include <cstdint>

namespace swimlab
{

/// Every member says anything of anybody, while processes and the network come and go.
RunTable RandomTable(std::uint64_t seed);

/// [member, first dead, full dissemination] of each crash.
Json ReplayCrashes(const RunTable& table);

/// [separated, remerged] of each partition.
Json ReplayPartitions(const RunTable& table);

/// [live, smallest, largest view] just before each instant, and after all rows at the last.
Json ReplaySizes(const RunTable& table, const Json& instants);

/// [live pairs, missing pairs, missing members, stale pairs] after all rows.
Json ReplayAgreement(const RunTable& table);

} // namespace swimlab
