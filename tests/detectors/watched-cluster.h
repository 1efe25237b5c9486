// SPDX-License-Identifier: MIT
//
// A cluster of detectors on the virtual network, with all that its members conclude and send.
#pragma once

#include "virtual/virtual-network.h"

#include <map>
#include <vector>

namespace swim::detectors
{

struct WatchedCluster
{
    struct Row
    {
        Instant at;
        Member observer;
        EventKind kind;
        Member subject;
        Member source;
        std::uint32_t incarnation;
    };

    WatchedCluster(const DetectorMaker& maker, std::uint32_t members, std::uint64_t seed)
        : network(maker, members, seed)
    {
        network.ObserveAny([this](Member member, const Detector&, const Outbox& out) {
            for (const Event& event : out.Events())
            {
                const bool joins =
                    event.kind == EventKind::JOIN_SUCCEEDED || event.kind == EventKind::JOIN_FAILED;
                if (!joins)
                {
                    conclusions.push_back({network.Now(),
                                           member,
                                           event.kind,
                                           VirtualNetwork::MemberOf(event.subject),
                                           VirtualNetwork::MemberOf(event.source),
                                           event.incarnation});
                }
            }
        });
        network.Watch([this](const Passage& passage) {
            ++sentBy[passage.from];
            ++sentOf[passage.kind];
            bytes += passage.bytes;
            sizes[passage.kind].push_back(passage.bytes);
        });
    }

    /// How often somebody concluded this of the member.
    std::size_t Count(EventKind kind, Member subject) const
    {
        std::size_t count = 0;
        for (const Row& row : conclusions)
        {
            count += row.kind == kind && row.subject == subject ? 1 : 0;
        }
        return count;
    }

    /// When each observer first concluded it, in order of time.
    std::vector<Instant> Times(EventKind kind, Member subject) const
    {
        std::vector<Instant> times;
        std::map<Member, bool> seen;
        for (const Row& row : conclusions)
        {
            if (row.kind == kind && row.subject == subject && !seen[row.observer])
            {
                seen[row.observer] = true;
                times.push_back(row.at);
            }
        }
        return times;
    }

    void ForgetTraffic()
    {
        sentBy.clear();
        sentOf.clear();
        sizes.clear();
        bytes = 0;
    }

    VirtualNetwork network;
    std::vector<Row> conclusions{};
    std::map<Member, std::size_t> sentBy{};
    std::map<TrafficKind, std::size_t> sentOf{};
    std::map<TrafficKind, std::vector<std::size_t>> sizes{};
    std::size_t bytes = 0;
};

} // namespace swim::detectors
