// SPDX-License-Identifier: MIT
//
// See status.h.
#include "agent/program/status.h"

#include <cstddef>
#include <span>
#include <string>

namespace swim::program
{

namespace
{

constexpr NamedCounter<Counters> PROTOCOL_COUNTERS[] = {
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

constexpr NamedCounter<TransportCounters> TRANSPORT_COUNTERS[] = {
    {"connections_forbidden",
     &TransportCounters::connectionsForbidden,
     "Connections from addresses that are not allowed"},
    {"connections_refused", &TransportCounters::connectionsRefused, "Connections beyond the limit"},
    {"streams_timed_out",
     &TransportCounters::streamsTimedOut,
     "Connections of others that were not through in time"},
    {"streams_malformed",
     &TransportCounters::streamsMalformed,
     "Connections of others without a proper message"},
    {"streams_over_memory",
     &TransportCounters::streamsOverMemory,
     "Connections of others for whose bytes there was no room"},
    {"streams_broken",
     &TransportCounters::streamsBroken,
     "Connections of others that closed before they were through"},
    {"datagrams_forbidden",
     &TransportCounters::datagramsForbidden,
     "Datagrams from addresses that are not allowed"},
    {"datagrams_limited",
     &TransportCounters::datagramsLimited,
     "Datagrams beyond what one source may send"},
    {"send_failures", &TransportCounters::sendFailures, "Datagrams that the system did not take"},
    {"socket_overflows",
     &TransportCounters::socketOverflows,
     "Datagrams for which the socket had no room"},
};

template <typename Counts>
Json ToJson(std::span<const NamedCounter<Counts>> counters, const Counts& counts)
{
    Json json;
    for (const NamedCounter<Counts>& counter : counters)
    {
        json[counter.name] = counts.*counter.field;
    }
    return json;
}

} // namespace

std::span<const NamedCounter<Counters>> ProtocolCounters()
{
    return PROTOCOL_COUNTERS;
}

std::span<const NamedCounter<TransportCounters>> AllTransportCounters()
{
    return TRANSPORT_COUNTERS;
}

Json CountersToJson(const Counters& counters)
{
    return ToJson(ProtocolCounters(), counters);
}

Json CountersToJson(const TransportCounters& counters)
{
    return ToJson(AllTransportCounters(), counters);
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
    Json json = {{"contacted", result.contacted}, {"errors", result.errors}};
    if (result.nameHeldAt)
    {
        json["name_held_at"] = FormatAddress(*result.nameHeldAt);
    }
    return json;
}

} // namespace swim::program
