// SPDX-License-Identifier: GPL-2.0-only
//
// See capture.h. The format is draft-ietf-opsawg-pcapng; all numbers are little endian here.
#include "lab/record/trace/capture.h"

#include "lab/record/record-error.h"
#include "lab/record/trace/made-packet.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace swimlab
{

namespace
{

constexpr std::uint32_t SECTION_HEADER = 0x0a0d0d0a;
constexpr std::uint32_t ORDER_MARK = 0x1a2b3c4d;
constexpr std::uint32_t INTERFACE_DESCRIPTION = 1;
constexpr std::uint32_t ENHANCED_PACKET = 6;

constexpr std::uint16_t OPTION_END = 0;
constexpr std::uint16_t OPTION_COMMENT = 1;
constexpr std::uint16_t SECTION_APPLICATION = 4;
constexpr std::uint16_t INTERFACE_NAME = 2;
constexpr std::uint16_t INTERFACE_RESOLUTION = 9;
constexpr std::uint16_t PACKET_FLAGS = 2;

/// Packets begin with their IP header, of either version.
constexpr std::uint16_t LINK_RAW = 101;
constexpr char NANOSECONDS = 9;
constexpr std::uint32_t OUTBOUND = 2;

constexpr std::size_t BUFFER_SIZE = 1 << 20;
constexpr std::size_t WORD = 4;

} // namespace

void Capture::CloseFile::operator()(std::FILE* file) const
{
    std::fclose(file);
}

Capture::Capture(const std::filesystem::path& folder, const Plan& plan)
    : m_path(folder / CAPTURE_FILE),
      m_file(std::fopen(m_path.c_str(), "wb"))
{
    if (!m_file)
    {
        throw RecordError(m_path.string() + ": cannot be created: " + std::strerror(errno));
    }
    const std::size_t begin = BeginBlock(SECTION_HEADER);
    Put32(ORDER_MARK);
    Put16(1); // version 1.0
    Put16(0);
    Put32(UINT32_MAX); // the section's length is not told
    Put32(UINT32_MAX);
    PutOption(SECTION_APPLICATION, "swimlab");
    PutOption(OPTION_END, "");
    EndBlock(begin);
    for (const std::string& name : plan.names)
    {
        AddInterface(name);
    }
}

Capture::~Capture() = default;

void Capture::AddInterface(const std::string& name)
{
    const std::size_t begin = BeginBlock(INTERFACE_DESCRIPTION);
    Put16(LINK_RAW);
    Put16(0);
    Put32(0); // packets are never cut
    PutOption(INTERFACE_NAME, name);
    PutOption(INTERFACE_RESOLUTION, std::string_view(&NANOSECONDS, 1));
    PutOption(OPTION_END, "");
    EndBlock(begin);
}

void Capture::Put16(std::uint16_t number)
{
    m_buffer += static_cast<char>(number & 0xff);
    m_buffer += static_cast<char>(number >> 8);
}

void Capture::Put32(std::uint32_t number)
{
    Put16(static_cast<std::uint16_t>(number));
    Put16(static_cast<std::uint16_t>(number >> 16));
}

void Capture::Pad()
{
    while (m_buffer.size() % WORD != 0)
    {
        m_buffer += '\0';
    }
}

void Capture::PutOption(std::uint16_t code, std::string_view value)
{
    Put16(code);
    Put16(static_cast<std::uint16_t>(value.size()));
    m_buffer += value;
    Pad();
}

std::size_t Capture::BeginBlock(std::uint32_t type)
{
    const std::size_t begin = m_buffer.size();
    Put32(type);
    Put32(0);
    return begin;
}

/// Fills in the length, which stands at both ends.
void Capture::EndBlock(std::size_t begin)
{
    const auto length = static_cast<std::uint32_t>(m_buffer.size() - begin + WORD);
    Put32(length);
    for (std::size_t place = 0; place < WORD; ++place)
    {
        m_buffer[begin + WORD + place] = static_cast<char>(length >> 8 * place);
    }
    if (m_buffer.size() >= BUFFER_SIZE)
    {
        Flush();
    }
}

void Capture::AddPacket(std::int64_t timeNs,
                        std::uint32_t interface,
                        swim::wire::ByteView packet,
                        std::string_view lostBy)
{
    const std::size_t begin = BeginBlock(ENHANCED_PACKET);
    Put32(interface);
    Put32(static_cast<std::uint32_t>(static_cast<std::uint64_t>(timeNs) >> 32));
    Put32(static_cast<std::uint32_t>(timeNs));
    Put32(static_cast<std::uint32_t>(packet.size()));
    Put32(static_cast<std::uint32_t>(packet.size()));
    m_buffer.append(reinterpret_cast<const char*>(packet.data()), packet.size());
    Pad();
    if (!lostBy.empty())
    {
        PutOption(OPTION_COMMENT, "lost: " + std::string(lostBy));
    }
    const char flags[WORD] = {OUTBOUND, 0, 0, 0};
    PutOption(PACKET_FLAGS, std::string_view(flags, WORD));
    PutOption(OPTION_END, "");
    EndBlock(begin);
}

void Capture::AddMessage(const Message& message)
{
    const std::size_t most = message.stream ? MADE_SEGMENT_BYTES : MADE_DATAGRAM_BYTES;
    MadeAddresses addresses = message.addresses;
    swim::wire::ByteView rest = message.bytes;
    do
    {
        const swim::wire::ByteView part = rest.first(std::min(rest.size(), most));
        rest = rest.subspan(part.size());
        m_packet.clear();
        MakePacket(addresses, message.stream, part, m_packet);
        addresses.sequence += static_cast<std::uint32_t>(part.size());
        AddPacket(message.timeNs,
                  message.interface,
                  {reinterpret_cast<const std::uint8_t*>(m_packet.data()), m_packet.size()},
                  message.lostBy);
    } while (!rest.empty());
}

void Capture::Flush()
{
    if (std::fwrite(m_buffer.data(), 1, m_buffer.size(), m_file.get()) != m_buffer.size())
    {
        throw RecordError(m_path.string() + ": cannot be written: " + std::strerror(errno));
    }
    m_buffer.clear();
}

void Capture::Finish()
{
    Flush();
    if (std::fclose(m_file.release()) != 0)
    {
        throw RecordError(m_path.string() + ": cannot be written: " + std::strerror(errno));
    }
}

} // namespace swimlab
