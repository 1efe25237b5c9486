// SPDX-License-Identifier: MIT
//
// Writes the fuzz targets' first inputs: memberlist's own bytes, and broadcasts of our form, in the
// frames that the targets read.
//
// Usage: write-seeds FOLDER, which gets one folder a target.
#include "envelope-choice.h"
#include "tests/protocol/wire-vectors.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace
{

using namespace swim::wire;

void Write(const std::filesystem::path& folder, const std::string& name, const Bytes& bytes)
{
    std::filesystem::create_directories(folder);
    std::ofstream file(folder / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    if (!file.flush())
    {
        std::fprintf(stderr, "%s: cannot be written\n", (folder / name).c_str());
        std::exit(1);
    }
}

/// A datagram as datagram.cc reads it, behind a short wait.
void AppendDatagram(const Bytes& datagram, Bytes& out)
{
    out.insert(out.end(),
               {1,
                static_cast<std::uint8_t>(datagram.size() >> 8),
                static_cast<std::uint8_t>(datagram.size())});
    out.insert(out.end(), datagram.begin(), datagram.end());
}

/// What everybody passes on: two, one of them twice, and one of the same name as another.
void WriteBroadcasts(const std::filesystem::path& folder)
{
    const Bytes payload{1, 2, 3};
    Bytes seed{0};
    for (const std::uint32_t number : {2, 1, 2, 3})
    {
        Bytes datagram;
        Encode(Broadcast{"b", 7, number, number == 1 ? "" : "name", payload}, datagram);
        AppendDatagram(datagram, seed);
    }
    Write(folder, "broadcasts", seed);
}

void WriteDatagrams(const std::filesystem::path& folder)
{
    Bytes all{0};
    for (std::size_t i = 0; i < std::size(VECTORS); ++i)
    {
        const Bytes datagram = FromHex(VECTORS[i].hex);
        Bytes one{static_cast<std::uint8_t>(i)};
        AppendDatagram(datagram, one);
        Write(folder, "vector-" + std::to_string(i), one);
        AppendDatagram(datagram, all);
    }
    Write(folder, "all-vectors", all);
    WriteBroadcasts(folder);
}

/// A whole push/pull: the vectors have its header and its states only.
Bytes PushPull(bool join)
{
    Bytes bytes;
    Encode(PushPullHeader{2, 3, join}, bytes);
    EncodeExampleState(1, swim::MemberState::ALIVE, bytes);
    EncodeExampleState(7, swim::MemberState::LEFT, bytes);
    bytes.insert(bytes.end(), {1, 2, 3});
    return bytes;
}

void WriteStreams(const std::filesystem::path& folder)
{
    const Bytes messages[] = {PushPull(true), PushPull(false), FromHex(PING_HEX)};
    for (std::size_t i = 0; i < std::size(messages); ++i)
    {
        for (std::uint8_t answers = 0; answers < 2; ++answers)
        {
            Bytes bytes{static_cast<std::uint8_t>(i), answers, 7};
            bytes.insert(bytes.end(), messages[i].begin(), messages[i].end());
            Write(folder, "message-" + std::to_string(2 * i + answers), bytes);
        }
    }
}

/// Every vector as a datagram, in each envelope: bit 4 seals, see ChosenEnvelope.
void WriteEnvelopes(const std::filesystem::path& folder)
{
    for (std::size_t i = 0; i < std::size(VECTORS); ++i)
    {
        for (const int choice : {0x10, 0x11, 0x12, 0x13, 0x30, 0x33})
        {
            const auto setting = static_cast<std::uint8_t>(choice);
            Bytes sealed = FromHex(VECTORS[i].hex);
            Bytes scratch;
            swim::fuzz::ChosenEnvelope(setting).SealDatagram(sealed, 0, true, scratch);
            sealed.insert(sealed.begin(), {setting, static_cast<std::uint8_t>(i)});
            Write(folder, "vector-" + std::to_string(i) + '-' + std::to_string(choice), sealed);
        }
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2)
    {
        std::fprintf(stderr, "usage: write-seeds FOLDER\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    WriteDatagrams(folder / "datagram");
    WriteEnvelopes(folder / "envelope");
    WriteStreams(folder / "stream");
    return 0;
}
