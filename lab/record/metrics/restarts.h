// SPDX-License-Identifier: GPL-2.0-only
//
// How long until everybody has a restarted member back.
//
// A process that comes back is not yet a member: the others may hold it for dead, hold a wrong address
// for it, or refuse its new one. It is back with an observer from which on the observer holds it for
// alive; if it came back at another address, only after the observer gave up the old one, which shows
// as a joined event since the restart.
#pragma once

#include "lab/record/metrics/metric.h"

#include <vector>

namespace swimlab
{

class Restarts : public Metric
{
  public:
    explicit Restarts(const RunState& run);

    void Before(const Deed& deed) override;
    void After(const Deed& deed) override;
    void Hear(const Heard& heard) override;
    void Finish(Json& metrics) override;

  private:
    /// What an observer makes of the new process.
    enum class Back : std::uint8_t
    {
        NOT_ASKED,
        UNCONFIRMED, ///< pending, and a change of address is not known to be noticed
        CONFIRMED,   ///< pending
        BACK
    };

    /// Watched to the next change of the member's health or the end of the run, by the members
    /// of its cluster that are live all that time, which is foretold.
    struct Restart
    {
        MemberId member;
        TimeNs atNs;
        std::vector<Back> observers;
        std::uint64_t asked = 0;
        std::uint64_t pending = 0;
        std::optional<TimeNs> acceptedNs{}; ///< first instant at which nobody was pending
    };

    void Open(const TruthEvent& event);

    static constexpr std::uint32_t NO_WATCH = ~0u;

    RunState m_run;
    std::vector<Restart> m_restarts;
    std::vector<std::uint32_t> m_watchOf; ///< by member: place of its open watch, or NO_WATCH
};

} // namespace swimlab
