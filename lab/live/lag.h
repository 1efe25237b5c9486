// SPDX-License-Identifier: GPL-2.0-only
//
// How late a loop is that should do things on time: what a run in real time is worth.
#pragma once

#include "lab/plan/plan.h"

#include <asio/steady_timer.hpp>
#include <chrono>
#include <vector>

namespace swimlab
{

/// How late a loop was over a run.
struct LagSummary
{
    Duration p99{};
    Duration max{};
};

/// Empty: no lag.
LagSummary Summarise(std::vector<Duration> lags);

/// Above it at the 99th percentile a run is not valid.
inline constexpr Duration MOST_LAG = std::chrono::milliseconds(5);

/// Sets a timer every few milliseconds and notes how late it comes.
class LagMeter
{
  public:
    explicit LagMeter(asio::io_context& loop);

    void Begin();
    void End();

    const std::vector<Duration>& Lags() const
    {
        return m_lags;
    }

  private:
    void Wait();

    asio::steady_timer m_timer;
    std::vector<Duration> m_lags;
};

} // namespace swimlab
