// SPDX-License-Identifier: GPL-2.0-only
//
// See lag.h.
#include "lab/live/lag.h"

#include <algorithm>

namespace swimlab
{

namespace
{

constexpr auto EVERY = std::chrono::milliseconds(10);

} // namespace

LagSummary Summarise(std::vector<Duration> lags)
{
    if (lags.empty())
    {
        return {};
    }
    std::ranges::sort(lags);
    return {lags[(lags.size() - 1) * 99 / 100], lags.back()};
}

LagMeter::LagMeter(asio::io_context& loop)
    : m_timer(loop)
{
}

void LagMeter::Begin()
{
    m_timer.expires_after(EVERY);
    Wait();
}

void LagMeter::End()
{
    m_timer.cancel();
}

void LagMeter::Wait()
{
    m_timer.async_wait([this](const asio::error_code& error) {
        if (error)
        {
            return;
        }
        m_lags.push_back(std::chrono::steady_clock::now() - m_timer.expiry());
        m_timer.expires_after(EVERY);
        Wait();
    });
}

} // namespace swimlab
