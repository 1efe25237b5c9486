// SPDX-License-Identifier: MIT
//
// What kinds of conclusions and of messages are called in records, and what they mean.
#include "swim/enum-rows.h"
#include "swim/event-kind.h"
#include "swim/traffic-kind.h"

#include <iterator>

namespace swim
{

namespace
{

template <typename Kind>
struct KindRow
{
    Kind kind;
    std::string_view name;
    std::string_view meaning;
};

constexpr KindRow<EventKind> EVENT_ROWS[] = {
    {EventKind::JOINED,
     "joined",
     "The subject is a live member now and was not before: unknown, dead or left."},
    {EventKind::SUSPECT, "suspect", "Alive became suspect."},
    {EventKind::REFUTED,
     "refuted",
     "Suspect became alive again through a higher incarnation; where the observer is the subject, "
     "it answered an accusation against itself."},
    {EventKind::DEAD, "dead", "The subject became dead."},
    {EventKind::LEFT,
     "left",
     "The subject left of its own will; where the observer is the subject and the source another, "
     "it "
     "heard of its own death and stopped (own_death)."},
    {EventKind::UPDATED, "updated", "The subject's metadata changed."},
    {EventKind::CONFLICT, "conflict", "Another address claims the subject's name."},
    {EventKind::REJECTED, "rejected", "A packet, or a part of one, was malformed or foreign."},
    {EventKind::JOIN_SUCCEEDED, "join-succeeded", "A seed answered; only the program is told."},
    {EventKind::JOIN_FAILED, "join-failed", "A seed did not answer; only the program is told."},
    {EventKind::SEND_FAILED,
     "send-failed",
     "A user message on a stream may not have arrived; only the program is told."},
};

constexpr KindRow<TrafficKind> TRAFFIC_ROWS[] = {
    {TrafficKind::PING, "ping", "A probe, the observer's own or on behalf of another."},
    {TrafficKind::PING_REQ, "ping-req", "Asks another to ping."},
    {TrafficKind::ACK, "ack", "Answers a ping, or passes the answer on."},
    {TrafficKind::NACK, "nack", "Who was asked to ping heard nothing."},
    {TrafficKind::GOSSIP, "gossip", "News without a probe, and user messages."},
    {TrafficKind::PUSH_PULL, "push-pull", "A whole table of members by stream, each way."},
    {TrafficKind::STREAM_PING, "stream-ping", "A probe's last try, by stream."},
    {TrafficKind::STREAM_ACK, "stream-ack", "The answer to a probe by stream."},
    {TrafficKind::STREAM_USER, "stream-user", "A user message by stream."},
};

static_assert(std::size(EVENT_ROWS) == EVENT_KINDS &&
              AreInOrder(EVENT_ROWS, &KindRow<EventKind>::kind));
static_assert(std::size(TRAFFIC_ROWS) == TRAFFIC_KINDS &&
              AreInOrder(TRAFFIC_ROWS, &KindRow<TrafficKind>::kind));

} // namespace

std::string_view EventKindName(EventKind kind)
{
    return EVENT_ROWS[static_cast<std::size_t>(kind)].name;
}

std::string_view EventKindMeaning(EventKind kind)
{
    return EVENT_ROWS[static_cast<std::size_t>(kind)].meaning;
}

std::string_view TrafficKindName(TrafficKind kind)
{
    return TRAFFIC_ROWS[static_cast<std::size_t>(kind)].name;
}

std::string_view TrafficKindMeaning(TrafficKind kind)
{
    return TRAFFIC_ROWS[static_cast<std::size_t>(kind)].meaning;
}

} // namespace swim
