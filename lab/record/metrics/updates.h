// SPDX-License-Identifier: GPL-2.0-only
//
// How soon all hear of new metadata of a member: the spread of a piece of news that nobody has to detect.
//
// An update is watched by the members that are live and know the member, up to the next change of its health,
// its next update or the end of the window; those that do not stay live until then are not asked, which is
// foretold. An observer has heard of it with its first `updated` row about the member.
#pragma once

#include "lab/record/metrics/metric.h"

#include <vector>

namespace swimlab
{

class Updates : public Metric
{
  public:
    explicit Updates(const RunState& run);

    void Before(const Deed& deed) override;
    void After(const Deed& deed) override;
    void Hear(const Heard& heard) override;
    void Finish(Json& metrics) override;

  private:
    struct Update
    {
        MemberId member;
        TimeNs atNs;
        std::vector<bool>
            waiting; ///< by member: asked, and has not heard; empty: the watch is over
        std::uint64_t observers = 0;
        std::vector<TimeNs> heardNs{}; ///< since the update, in order
    };

    void Open(const TruthEvent& event);
    void Close(MemberId member);

    static constexpr std::uint32_t NO_WATCH = ~0u;

    RunState m_run;
    std::vector<Update> m_updates;
    std::vector<std::uint32_t> m_watchOf; ///< by member: place of its open watch, or NO_WATCH
};

} // namespace swimlab
