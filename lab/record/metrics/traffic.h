// SPDX-License-Identifier: GPL-2.0-only
//
// What the members handed to their sockets: totals by kind in the window, and by kind in each second
// of the run; and in the window by pair of regions and by member and protocol period, where the
// record tells.
//
// A message is what a member handed to its socket; a compound datagram is one message.
#pragma once

#include "lab/record/metrics/metric.h"
#include "lab/record/metrics/per-second.h"

#include <map>
#include <string>

namespace swimlab
{

class Traffic : public Metric
{
  public:
    explicit Traffic(const RunState& run);

    Scope ScopeOf() const override
    {
        return Scope::RUN;
    }

    void Move(const Moved& moved) override;
    void Cross(const Crossed& crossed) override;
    void Scatter(const Spread& spread) override;
    void Finish(Json& metrics) override;

  private:
    struct Kind
    {
        std::uint64_t messages = 0;
        std::uint64_t bytes = 0;
        PerSecond messagesPerSecond;
        PerSecond bytesPerSecond;
    };

    struct Sums
    {
        std::uint64_t messages = 0;
        std::uint64_t bytes = 0;
    };

    /// By how many messages a member moved in a period: how often.
    using Tally = std::map<std::uint64_t, std::uint64_t>;

    Json RegionsJson() const;
    Json PeriodsJson() const;

    RunState m_run;
    TimeNs m_periodNs = 0; ///< 0: the record does not tell
    Tally m_sentInPeriod;
    Tally m_receivedInPeriod;
    std::map<std::pair<std::string, std::string>, Sums> m_regions; ///< by sender's and receiver's
    std::map<std::string, Kind, std::less<>> m_kinds;              ///< in order of the alphabet
};

} // namespace swimlab
