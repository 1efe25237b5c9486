// SPDX-License-Identifier: MIT
//
// See status.h.
#include "agent/program/status.h"

namespace swim::program
{

namespace
{

constexpr NamedCounter COUNTERS[] = {
    {"probes", &Counters::probes, "Probe rounds that sent a ping"},
    {"probes_failed", &Counters::probesFailed, "Probe rounds that ended without any ack"},
    {"probes_indirect", &Counters::probesIndirect, "Probe rounds that needed ping-reqs"},
    {"probes_given_up", &Counters::probesGivenUp, "Probe rounds without a verdict"},
    {"nacks_expected", &Counters::nacksExpected, "Nacks that relays should have sent"},
    {"nacks_received", &Counters::nacksReceived, "Nacks that relays sent"},
    {"stream_pings_answered",
     &Counters::streamPingsAnswered,
     "Probe rounds saved by the stream fallback"},
    {"refutations", &Counters::refutations, "Accusations of this member that it answered"},
    {"rejected", &Counters::rejected, "Malformed or foreign packets and parts of packets"},
    {"stray_acks", &Counters::strayAcks, "Acks and nacks that nothing waited for"},
    {"send_errors", &Counters::sendErrors, "Datagrams that the system refused to send"},
    {"user_messages", &Counters::userMessages, "User messages received"},
    {"user_broadcasts_dropped",
     &Counters::userBroadcastsDropped,
     "User broadcasts pushed out of a full queue"},
};

} // namespace

std::span<const NamedCounter> NamedCounters()
{
    return COUNTERS;
}

Json CountersToJson(const Counters& counters)
{
    Json json;
    for (const NamedCounter& counter : COUNTERS)
    {
        json[counter.name] = counters.*counter.field;
    }
    return json;
}

Json TrafficToJson(const TrafficCounts& traffic)
{
    Json json;
    for (std::size_t i = 0; i < TRAFFIC_KINDS; ++i)
    {
        const auto kind = static_cast<TrafficKind>(i);
        const TrafficCount& count = traffic[kind];
        json[std::string(TrafficKindName(kind))] = {count.sent,
                                                    count.sentBytes,
                                                    count.received,
                                                    count.receivedBytes};
    }
    return json;
}

Json JoinToJson(const JoinResult& result)
{
    return {{"contacted", result.contacted}, {"errors", result.errors}};
}

} // namespace swim::program
