// SPDX-License-Identifier: MIT
//
// Redis Cluster with its parameters; see redis.h.
#include "detectors/kinds.h"
#include "detectors/redis.h"

namespace swim::detectors
{

namespace
{

constexpr Parameter REDIS_ROWS[] = {
    TimeParameter("node_timeout",
                  "15s",
                  "How long a ping may be pending until its node is PFAIL; half of it is how old a "
                  "pong may become.",
                  "cluster-node-timeout",
                  std::chrono::milliseconds(400)),
    CountParameter(
        "replicas",
        "1",
        0,
        100,
        "How many replicas each primary has. Only primaries vote on FAIL; of a converged "
        "start they are the first members.",
        "redis-cli --cluster-replicas"),
    WordParameter(
        "pong_gossip",
        "seconds",
        "seconds|exact|off",
        "How a pong that another node has had counts as one's own: cut to whole seconds, as "
        "Redis has it on the wire, by its exact time, or not at all.",
        "clusterProcessGossipSection"),
};

std::optional<std::string> NothingWrongWithRedis(const Values& /*values*/)
{
    return std::nullopt;
}

std::uint64_t RedisPairBytes(const Values& /*values*/)
{
    return 150;
}

Duration RedisHealsWithin(const Values& values, std::uint32_t /*members*/)
{
    return 6 * values.Time("node_timeout");
}

DetectorMaker MakeRedis(const Values& values)
{
    Redis::Config config;
    config.nodeTimeout = values.Time("node_timeout");
    config.replicas = values.Count("replicas");
    config.pongGossip = static_cast<Redis::PongGossip>(values.Word("pong_gossip"));
    return Redis::MakerOf(config);
}

} // namespace

const Kind REDIS_KIND{
    .name = "redis",
    .meaning = "Pings by streams, PFAIL by each, FAIL by a majority of primaries.",
    .source = "Redis and Valkey, src/cluster_legacy.c",
    .parameters = REDIS_ROWS,
    .suspects = true,
    .buries = true,
    .leaves = false,
    .heals = Heals::NOTHING,
    .staysWrong = "the dead, where so many primaries are that no majority is left to agree on "
                  "FAIL",
    .healsWithin = RedisHealsWithin,
    .pairBytes = RedisPairBytes,
    .check = NothingWrongWithRedis,
    .make = MakeRedis,
};

} // namespace swim::detectors
