// SPDX-License-Identifier: MIT
//
// See datagram-room.h.
#include "swim/datagram-room.h"

#include "swim/envelope.h"
#include "swim/versions.h"
#include "swim/wire.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace swim
{

namespace
{

const Address LONGEST_ADDRESS(std::array<std::uint8_t, 16>{}, UINT16_MAX);

std::size_t AliveSize(std::size_t nameSize, std::size_t metaSize)
{
    const std::string name(nameSize, 'x');
    const Bytes meta(metaSize);
    Bytes bytes;
    wire::Encode(wire::Alive{UINT32_MAX, name, LONGEST_ADDRESS, meta, OUR_VERSIONS}, bytes);
    return bytes.size();
}

std::size_t AccusationSize(std::size_t nameSize)
{
    const std::string name(nameSize, 'x');
    Bytes bytes;
    wire::EncodeSuspect({UINT32_MAX, name, name}, bytes);
    return bytes.size();
}

std::size_t PingSize(std::size_t nameSize)
{
    const std::string name(nameSize, 'x');
    Bytes bytes;
    wire::Encode(wire::Ping{UINT32_MAX, name, LONGEST_ADDRESS, name}, bytes);
    return bytes.size();
}

} // namespace

DatagramRoom::DatagramRoom(const Config& config, const Cipher* cipher)
    : m_config(config),
      m_room(config.udpBufferSize)
{
    std::size_t around = config.label.empty() ? 0 : wire::LABEL_HEAD_SIZE + config.label.size();
    around += cipher != nullptr && config.gossipVerifyOutgoing ? cipher->Overhead() : 0;
    m_room -= std::min(m_room, around);
}

/// News has a datagram of its own at a gossip tick, and lies beside a ping where there is none.
bool DatagramRoom::Fits(std::size_t newsSize, std::size_t nameSize) const
{
    const bool ticks = m_config.gossipInterval > Duration::zero();
    if (!ticks && m_config.piggyback == Piggyback::OFF)
    {
        return true; // push/pulls tell all
    }
    const std::size_t beside = ticks ? 0 : PingSize(nameSize) + wire::COMPOUND_PART_SIZE;
    return wire::COMPOUND_HEAD_SIZE + beside + wire::COMPOUND_PART_SIZE + newsSize <= m_room;
}

std::optional<std::size_t> DatagramRoom::MaxMeta(std::size_t nameSize) const
{
    if (nameSize > MaxName())
    {
        return std::nullopt;
    }
    for (std::size_t size = MAX_META_SIZE + 1; size-- > 0;)
    {
        if (Fits(AliveSize(nameSize, size), nameSize))
        {
            return size;
        }
    }
    return std::nullopt;
}

std::size_t DatagramRoom::MaxName() const
{
    std::size_t size = MAX_NAME_SIZE;
    while (size > 0 && !(Fits(AccusationSize(size), size) && Fits(AliveSize(size, 0), size)))
    {
        --size;
    }
    return size;
}

std::string DatagramRoom::Where() const
{
    return m_room < m_config.udpBufferSize
               ? " in datagrams of udp_buffer_size = " + std::to_string(m_config.udpBufferSize) +
                     "B, of which label and encryption leave " + std::to_string(m_room) + "B"
               : " in datagrams of udp_buffer_size = " + std::to_string(m_config.udpBufferSize) +
                     "B";
}

std::optional<std::string> DatagramRoom::WhyNot(std::string_view name, std::string_view meta) const
{
    const std::size_t mostName = MaxName();
    if (name.empty() || name.size() > mostName)
    {
        return "the member's name must have 1 to " + std::to_string(mostName) + " bytes" +
               (mostName < MAX_NAME_SIZE ? Where() : "") + ", and has " +
               std::to_string(name.size());
    }
    const std::size_t mostMeta = *MaxMeta(name.size());
    if (meta.size() <= mostMeta)
    {
        return std::nullopt;
    }
    return "metadata of " + std::to_string(meta.size()) + " bytes is too long; the most is " +
           std::to_string(mostMeta) +
           (mostMeta < MAX_META_SIZE
                ? ", beside a name of " + std::to_string(name.size()) + " bytes" + Where()
                : "");
}

} // namespace swim
