// SPDX-License-Identifier: MIT
//
// What a driver shows of its node: events, members, counts.
#include "agent/driver.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swim
{

void Driver::CountSent()
{
    for (const Outbox::Datagram& datagram : m_out.Datagrams())
    {
        m_traffic[datagram.kind].Sent(datagram.size);
    }
    for (const Outbox::Stream& stream : m_out.Streams())
    {
        m_traffic[stream.kind].Sent(stream.size);
    }
    if (!m_out.StreamAnswer().empty())
    {
        m_traffic[m_out.AnswerKind()].Sent(m_out.StreamAnswer().size());
    }
}

/// Counts what the node was just given. @param unreadable what it counts as if it told nothing
void Driver::CountReceived(TrafficKind unreadable, std::size_t bytes)
{
    m_traffic[m_out.Received().value_or(unreadable)].Received(bytes);
}

void Driver::CollectEvents(Instant now)
{
    for (const Event& event : m_out.Events())
    {
        if (event.kind == EventKind::REJECTED)
        {
            m_rejections.push_back({*event.rejection, m_from});
            continue;
        }
        if (event.kind == EventKind::JOIN_SUCCEEDED || event.kind == EventKind::JOIN_FAILED ||
            event.kind == EventKind::SEND_FAILED)
        {
            continue; // told by the future of who asked
        }
        m_events.push_back(
            {.kind = event.kind,
             .member = MemberNamed(event.subject),
             .incarnation = event.incarnation,
             .by = std::string(event.source == NONE ? "" : m_directory.Name(event.source)),
             .when = now,
             .claimed = event.claimed});
    }
}

Member Driver::MemberAt(Slot slot) const
{
    const PeerRecord record = m_node->Members().At(slot);
    const Identity& identity = m_directory.Get(record.identity);
    const std::size_t name = identity.name.Value();
    const bool probed = name < m_roundTrips.size() && m_roundTrips[name] > Duration::zero();
    return {.name = std::string(m_directory.Name(identity.name)),
            .address = identity.address,
            .meta = identity.meta,
            .state = record.State(),
            .incarnation = record.incarnation,
            .roundTrip = probed ? std::optional(m_roundTrips[name]) : std::nullopt};
}

Member Driver::MemberNamed(NameId name) const
{
    const Slot slot = m_node->Members().Find(name);
    Member member = slot == NONE ? Member{} : MemberAt(slot);
    member.name = m_directory.Name(name);
    return member;
}

std::vector<Member> Driver::Members(std::initializer_list<MemberState> states) const
{
    std::vector<Member> members;
    {
        const std::lock_guard lock(m_mutex);
        for (const Slot slot : FirstIds<Slot>(m_node->Members().Slots()))
        {
            const PeerRecord record = m_node->Members().At(slot);
            if (record.Present() && std::ranges::find(states, record.State()) != states.end())
            {
                members.push_back(MemberAt(slot));
            }
        }
    }
    std::ranges::sort(members, {}, &Member::name);
    return members;
}

std::size_t Driver::MemberCount() const
{
    const std::lock_guard lock(m_mutex);
    const MemberTable& table = m_node->Members();
    return table.Count(MemberState::ALIVE) + table.Count(MemberState::SUSPECT);
}

std::optional<Member> Driver::Find(std::string_view name) const
{
    const std::lock_guard lock(m_mutex);
    const NameId id = m_directory.FindName(name);
    const Slot slot = id == NONE ? NONE : m_node->Members().Find(id);
    return slot == NONE ? std::nullopt : std::optional(MemberAt(slot));
}

std::optional<Address> Driver::LiveAddress(std::string_view name) const
{
    const std::optional<Member> member = Find(name);
    const bool live =
        member && (member->state == MemberState::ALIVE || member->state == MemberState::SUSPECT);
    return live ? std::optional(member->address) : std::nullopt;
}

std::optional<Coordinate> Driver::CoordinateOf(std::string_view name) const
{
    const std::lock_guard lock(m_mutex);
    const NameId id = m_directory.FindName(name);
    const Coordinates* const own = m_node->NetworkCoordinates();
    if (own != nullptr && id == m_node->Name())
    {
        return own->Own();
    }
    const auto found = m_coordinates.find(id);
    return found == m_coordinates.end() ? std::nullopt : std::optional(found->second);
}

Counters Driver::Count() const
{
    const std::lock_guard lock(m_mutex);
    return m_node->Count();
}

std::uint32_t Driver::HealthScore() const
{
    const std::lock_guard lock(m_mutex);
    return m_node->HealthScore();
}

std::uint32_t Driver::Incarnation() const
{
    const std::lock_guard lock(m_mutex);
    return m_node->Incarnation();
}

TrafficCounts Driver::Traffic() const
{
    const std::lock_guard lock(m_mutex);
    return m_traffic;
}

std::size_t Driver::QueuedUpdates() const
{
    const std::lock_guard lock(m_mutex);
    return m_node->QueuedUpdates();
}

} // namespace swim
