// SPDX-License-Identifier: MIT
//
// See faulty-run.h.
#include "virtual/faulty-run.h"

#include "virtual/transcript-hash.h"
#include "virtual/virtual-network.h"

namespace swim
{

using namespace std::chrono_literals;

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
