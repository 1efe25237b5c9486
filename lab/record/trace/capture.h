// SPDX-License-Identifier: GPL-2.0-only
//
// trace.pcapng: the packets of a run as Wireshark reads them.
//
// pcapng because it has nanoseconds, an interface for each member, and a comment at a packet, which
// says that the network lost it. Packets that a network carried are written as they were. Where there
// were none (paths, and members that tell only their messages), each message gets headers of IP and
// UDP or TCP that are made up: the addresses and ports are true, the rest is what makes it readable.
#pragma once

#include "lab/plan/plan.h"
#include "swim/types.h"
#include "swim/wire.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace swimlab
{

inline constexpr std::string_view CAPTURE_FILE = "trace.pcapng";

/// Where made-up headers say that a message comes from and goes to.
struct MadeAddresses
{
    swim::Address from;
    swim::Address to;
    std::uint32_t sequence =
        1;                  ///< of a stream: bytes that the sender has sent on it before, plus 1
    std::uint32_t seen = 1; ///< and those that it has seen of the other side, likewise
};

class Capture
{
  public:
    /// A message without packets.
    struct Message
    {
        std::int64_t timeNs = 0;
        std::uint32_t interface = 0;
        swim::wire::ByteView bytes{};
        bool stream = false;
        const MadeAddresses& addresses;
        std::string_view lostBy{}; ///< empty: it arrived
    };

    /// @param plan its members are the interfaces @throws RecordError if there can be no file
    Capture(const std::filesystem::path& folder, const Plan& plan);
    ~Capture();

    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    /// @param interface the member who sent it @param packet from its IP header on
    void AddPacket(std::int64_t timeNs,
                   std::uint32_t interface,
                   swim::wire::ByteView packet,
                   std::string_view lostBy);

    void AddMessage(const Message& message);

    /// @throws RecordError
    void Finish();

  private:
    void AddInterface(const std::string& name);
    void Put16(std::uint16_t number);
    void Put32(std::uint32_t number);
    void PutOption(std::uint16_t code, std::string_view value);
    void Pad();
    std::size_t BeginBlock(std::uint32_t type);
    void EndBlock(std::size_t begin);
    void Flush();

    struct CloseFile
    {
        void operator()(std::FILE* file) const;
    };

    std::filesystem::path m_path;
    std::unique_ptr<std::FILE, CloseFile> m_file;
    std::string m_buffer;
    std::string m_packet; ///< being made
};

} // namespace swimlab
