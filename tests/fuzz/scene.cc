// SPDX-License-Identifier: MIT
//
// See scene.h.
#include "scene.h"

#include "swim/assert.h"

namespace swim::fuzz
{

namespace
{

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 3> NAMES{"a", "b", "c"};

constexpr Duration WAITS[] = {0ns, 1ms, 100ms, 500ms, 1s, 5s, 31s, 10min};

template <typename Message>
bool Decodes(wire::ByteView body)
{
    Message message;
    return wire::Decode(body, message);
}

bool ReadableMessage(wire::ByteView message)
{
    if (message.empty())
    {
        return false;
    }
    const wire::ByteView body = message.subspan(1);
    switch (static_cast<wire::MessageType>(message[0]))
    {
    case wire::MessageType::PING:
        return Decodes<wire::Ping>(body);
    case wire::MessageType::PING_REQ:
        return Decodes<wire::PingReq>(body);
    case wire::MessageType::ACK:
        return Decodes<wire::Ack>(body);
    case wire::MessageType::NACK:
        return Decodes<wire::Nack>(body);
    case wire::MessageType::SUSPECT:
    case wire::MessageType::DEAD:
        return Decodes<wire::Accusation>(body);
    case wire::MessageType::ALIVE:
        return Decodes<wire::Alive>(body);
    case wire::MessageType::USER: // there is no application that could say anything else
        return Decodes<wire::Broadcast>(body);
    default:
        return false;
    }
}

} // namespace

std::uint8_t Input::Byte()
{
    if (m_rest.empty())
    {
        return 0;
    }
    const std::uint8_t byte = m_rest[0];
    m_rest = m_rest.subspan(1);
    return byte;
}

std::vector<std::uint8_t> Input::Block()
{
    const std::size_t high = Byte();
    return Take(std::min<std::size_t>(high << 8 | Byte(), m_rest.size()));
}

std::vector<std::uint8_t> Input::Rest()
{
    return Take(m_rest.size());
}

std::vector<std::uint8_t> Input::Take(std::size_t size)
{
    const wire::ByteView taken = m_rest.first(size);
    m_rest = m_rest.subspan(size);
    return {taken.begin(), taken.end()};
}

Scene::Scene(std::uint8_t choice)
{
    const auto presets = PresetNames();
    m_config = std::make_shared<Config>(*Preset(presets[choice / NAMES.size() % presets.size()]));
    std::vector<IdentityId> everybody;
    for (std::size_t member = 0; member < NAMES.size(); ++member)
    {
        const NameId name = m_directory.InternName(NAMES[member]);
        everybody.push_back(m_directory.Intern(name, AddressOf(member), "", OUR_VERSIONS));
    }
    Node::Setup setup;
    setup.config = m_config;
    setup.self = everybody[choice % NAMES.size()];
    setup.baseline = std::make_shared<Baseline>(everybody, m_directory);
    m_node = std::make_unique<Node>(setup, Rng(1, 0), m_directory);
    m_node->Start(m_now);
}

Address Scene::AddressOf(std::size_t member)
{
    return {std::array<std::uint8_t, 4>{127, 0, 0, 1}, static_cast<std::uint16_t>(7946 + member)};
}

void Scene::Wait(std::uint8_t code)
{
    m_now += WAITS[code % std::size(WAITS)];
    m_out.Clear();
    m_node->Advance(m_now, m_out);
    Check(0);
}

void Scene::Check(std::size_t heard)
{
    m_heard += heard;
    const MemberTable& members = m_node->Members();
    const PeerRecord me = members.At(members.Find(m_node->Name()));
    SWIM_ASSERT(me.State() == MemberState::ALIVE, "nobody believes that he is dead");
    SWIM_ASSERT(me.incarnation == m_node->Incarnation(), "a node knows its own incarnation");
    SWIM_ASSERT(me.incarnation >= m_incarnation, "an incarnation never falls");
    m_incarnation = me.incarnation;
    SWIM_ASSERT(m_node->HealthScore() < m_config->awarenessMaxMultiplier, "health is bounded");
    SWIM_ASSERT(m_node->NextDeadline() > m_now, "nothing that is due stays undone");
    // The shortest news of a stranger, and its update in the queue, has more bytes than this.
    const std::size_t most = NAMES.size() + m_heard / 8;
    SWIM_ASSERT(members.Size() <= most, "every member was heard of");
    SWIM_ASSERT(m_node->QueuedUpdates() <= most, "one update a member waits at most");
    SWIM_ASSERT(m_node->QueuedBroadcasts() <= m_config->userQueueDepth, "what waits is bounded");
    for (const Outbox::Datagram& datagram : m_out.Datagrams())
    {
        CheckDatagram(m_out.Bytes(datagram));
    }
}

void Scene::CheckDatagram(wire::ByteView datagram) const
{
    SWIM_ASSERT(datagram.size() <= m_config->udpBufferSize, "datagrams are bounded");
    SWIM_ASSERT(Readable(datagram), "what a node sends can be read");
}

bool Readable(wire::ByteView datagram)
{
    if (!datagram.empty() && datagram[0] == static_cast<std::uint8_t>(wire::MessageType::CRC))
    {
        datagram = wire::CheckCrc(datagram.subspan(1));
    }
    if (datagram.empty() || datagram[0] != static_cast<std::uint8_t>(wire::MessageType::COMPOUND))
    {
        return ReadableMessage(datagram);
    }
    wire::CompoundParts parts(datagram.subspan(1));
    for (wire::ByteView part; parts.Next(part);)
    {
        if (!ReadableMessage(part))
        {
            return false;
        }
    }
    return parts.Truncated() == 0;
}

} // namespace swim::fuzz
