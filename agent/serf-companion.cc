// SPDX-License-Identifier: MIT
//
// See serf-companion.h.
#include "agent/serf-companion.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace swim::serf
{

namespace
{

/// The query of a member whose name somebody else claims: where do you hold that name to be?
constexpr std::string_view WHO_HOLDS = "_serf_conflict";

std::string_view TextOf(ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

bool LamportClock::Hear(LamportTime time, ByteView message)
{
    Witness(time);
    while (m_heard.size() >= MOST_HEARD)
    {
        m_oldest = m_heard.begin()->first + 1;
        m_heard.erase(m_heard.begin(), m_heard.lower_bound({m_oldest, 0}));
    }
    m_oldest = std::max(m_oldest, m_next > WINDOW ? m_next - WINDOW : 0);
    m_heard.erase(m_heard.begin(), m_heard.lower_bound({m_oldest, 0}));
    return time >= m_oldest && time < m_next &&
           m_heard.emplace(time, std::hash<std::string_view>()(TextOf(message))).second;
}

Companion::Companion(std::string name, Find find, std::function<bool()> hasLeft)
    : m_name(std::move(name)),
      m_find(std::move(find)),
      m_hasLeft(std::move(hasLeft))
{
}

bool Companion::Hear(ByteView message)
{
    const std::optional<Message> read = Decode(message);
    return read && std::visit([&](const auto& known) { return On(known, message); }, *read);
}

bool Companion::On(const Intent& intent, ByteView message)
{
    if (!m_intents.Hear(intent.time, message))
    {
        return false;
    }
    if (intent.leaves && intent.node == m_name && !m_hasLeft())
    {
        Announce(); // of a former life, or by `serf force-leave`
        return true;
    }
    PassOn(message);
    return true;
}

bool Companion::On(const Event& event, ByteView message)
{
    if (!m_events.Hear(event.time, message))
    {
        return false;
    }
    PassOn(message);
    return true;
}

bool Companion::On(const Query& query, ByteView message)
{
    if (!m_queries.Hear(query.time, message))
    {
        return false;
    }
    if ((query.flags & Query::NO_BROADCAST) == 0)
    {
        PassOn(message);
    }
    if (std::ranges::all_of(query.filters,
                            [&](ByteView filter) { return Matches(filter, m_name); }))
    {
        Answer(query);
    }
    return true;
}

/// We ask nothing.
bool Companion::On(const Response&, ByteView)
{
    return false;
}

/// Answers go round by others where a query asks for it; a stranger gets nothing sent by us.
bool Companion::On(const Relay& relay, ByteView)
{
    if (const std::optional<Address> to = m_find(relay.node))
    {
        m_owed.push_back({to, {relay.message.begin(), relay.message.end()}});
    }
    return false;
}

void Companion::Answer(const Query& query)
{
    const std::optional<Address> to = m_find(query.sourceNode);
    if (!to)
    {
        return;
    }
    Response response{.time = query.time, .id = query.id, .from = m_name};
    if ((query.flags & Query::ACK) != 0)
    {
        response.flags = Query::ACK;
        m_owed.push_back({to, Encode(response)});
    }
    const std::string_view name = TextOf(query.payload);
    const std::optional<Address> holder =
        query.name == WHO_HOLDS && name != m_name ? m_find(name) : std::nullopt;
    if (holder)
    {
        const Bytes payload = EncodeHolder(name, *holder);
        response.flags = 0;
        response.payload = payload;
        m_owed.push_back({to, Encode(response)});
    }
}

void Companion::HearState(ByteView state)
{
    const std::optional<serf::State> read = DecodeState(state, m_name);
    if (!read)
    {
        return;
    }
    const auto witness = [](LamportClock& clock, LamportTime time) {
        if (time > 0)
        {
            clock.Witness(time - 1);
        }
    };
    witness(m_intents, read->time);
    witness(m_events, read->eventTime);
    witness(m_queries, read->queryTime);
    if (read->left && !m_hasLeft())
    {
        Announce();
    }
}

Bytes Companion::State() const
{
    return Encode(serf::State{.time = m_intents.Next(),
                              .eventTime = m_events.Next(),
                              .queryTime = m_queries.Next()});
}

Bytes Companion::MakeEvent(std::string_view name, ByteView payload)
{
    const LamportTime time = m_events.Next();
    Bytes message = Encode(Event{.time = time, .name = name, .payload = payload});
    m_events.Hear(time, message);
    return message;
}

void Companion::Announce()
{
    const LamportTime time = m_intents.Next();
    const Bytes message = Encode(Intent{.leaves = m_hasLeft(), .time = time, .node = m_name});
    m_intents.Hear(time, message);
    PassOn(message);
}

void Companion::PassOn(ByteView message)
{
    m_owed.push_back({std::nullopt, {message.begin(), message.end()}});
}

} // namespace swim::serf
