// SPDX-License-Identifier: MIT
//
// See faulty-run.h.
#include "virtual/faulty-run.h"

#include "virtual/virtual-network.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// FNV-1a over everything that the members send and conclude.
class TranscriptHash
{
  public:
    void Add(Member member, Instant now, const Outbox& out)
    {
        Number(member);
        Number(static_cast<std::uint64_t>(now.time_since_epoch().count()));
        for (const auto& datagram : out.Datagrams())
        {
            Bytes(datagram.to.Bytes());
            Bytes(out.Bytes(datagram));
        }
        for (const auto& stream : out.Streams())
        {
            Number(stream.id);
            Bytes(stream.to.Bytes());
            Bytes(out.Bytes(stream));
        }
        Bytes(out.StreamAnswer());
        for (const std::uint32_t id : out.Aborts())
        {
            Number(id);
        }
        for (const Event& event : out.Events())
        {
            Number(static_cast<std::uint64_t>(event.kind));
            Number(event.subject.Value());
            Number(event.incarnation);
            Number(event.source.Value());
        }
    }

    std::uint64_t Value() const
    {
        return m_hash;
    }

  private:
    void Bytes(wire::ByteView bytes)
    {
        Number(bytes.size());
        for (const std::uint8_t byte : bytes)
        {
            Byte(byte);
        }
    }

    void Number(std::uint64_t number)
    {
        for (int shift = 0; shift < 64; shift += 8)
        {
            Byte(static_cast<std::uint8_t>(number >> shift));
        }
    }

    void Byte(std::uint8_t byte)
    {
        m_hash = (m_hash ^ byte) * 0x100000001b3;
    }

    std::uint64_t m_hash = 0xcbf29ce484222325;
};

} // namespace

Config FaultyRunConfig()
{
    Config config = Preset("memberlist-lan").value();
    config.reconnectInterval = 5s;
    config.reapTime = 1h;
    return config;
}

std::uint64_t HashOfFaultyRun(std::uint64_t seed)
{
    VirtualNetwork network(FaultyRunConfig(), FAULTY_RUN_MEMBERS, seed);
    TranscriptHash hash;
    network.Observe([&](Member member, const Node&, const Outbox& out) {
        hash.Add(member, network.Now(), out);
    });
    network.StartConverged();
    network.SetConditions({.delayMin = 1ms, .delayMax = 300ms, .loss = 0.2, .duplication = 0.1});
    network.RunFor(10s);
    network.Crash(3);
    network.Pause(8);
    network.RunFor(20s);
    network.Partition(FAULTY_RUN_MEMBERS / 2);
    network.RunFor(20s);
    network.Heal();
    network.Resume(8);
    constexpr Member SEEDS[] = {1, 9};
    network.Boot(3, 1, SEEDS);
    network.RunFor(20s);
    return hash.Value();
}

} // namespace swim
