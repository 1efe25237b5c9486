// SPDX-License-Identifier: MIT
//
// See phi-accrual.h.
#include "detectors/phi-accrual.h"

#include <algorithm>
#include <cmath>

namespace swim::detectors
{

namespace
{

constexpr double LOGISTIC_LINEAR = 1.5976;
constexpr double LOGISTIC_CUBIC = 0.070566;

/// Where a rising function passes a value. Rounded, so that libraries whose last digits differ give
/// one answer.
template <typename Function>
double Inverse(Function function, double value)
{
    constexpr int HALVINGS = 80;
    constexpr double MOST_DEVIATIONS = 64;
    constexpr double DIGITS = 1e9;
    double low = -1;
    double high = MOST_DEVIATIONS;
    for (int i = 0; i < HALVINGS; ++i)
    {
        const double middle = (low + high) / 2;
        (function(middle) < value ? low : high) = middle;
    }
    return std::round(high * DIGITS) / DIGITS;
}

} // namespace

double NormalPhi(double time, double mean, double deviation)
{
    const double y = (time - mean) / deviation;
    // Beyond this erfc is zero in doubles; the tail's asymptotic form goes on.
    constexpr double FAR = 37;
    if (y > FAR)
    {
        return (y * y / 2 + std::log(y * std::sqrt(2 * M_PI))) / M_LN10;
    }
    return -std::log10(std::erfc(y / M_SQRT2) / 2);
}

double LogisticPhi(double time, double mean, double deviation)
{
    const double y = (time - mean) / deviation;
    const double e = std::exp(-y * (LOGISTIC_LINEAR + LOGISTIC_CUBIC * y * y));
    return time > mean ? -std::log10(e / (1 + e)) : -std::log10(1 - 1 / (1 + e));
}

double LogisticCdf(double y)
{
    return 1 / (1 + std::exp(-y * (LOGISTIC_LINEAR + LOGISTIC_CUBIC * y * y)));
}

double ExponentialPhi(double time, double mean)
{
    return time / (mean * M_LN10);
}

double NormalQuantile(double phi)
{
    return Inverse([](double y) { return NormalPhi(y, 0, 1); }, phi);
}

double LogisticQuantile(double phi)
{
    return Inverse([](double y) { return LogisticPhi(y, 0, 1); }, phi);
}

void ArrivalWindow::Add(std::uint32_t interval)
{
    const std::uint64_t value = std::min(interval, LONGEST_INTERVAL);
    if (m_intervals.size() < m_capacity)
    {
        m_intervals.push_back(static_cast<std::uint32_t>(value));
    }
    else
    {
        const std::uint64_t old = m_intervals[m_next];
        m_sum -= old;
        m_squares -= old * old;
        m_intervals[m_next] = static_cast<std::uint32_t>(value);
        m_next = (m_next + 1) % m_capacity;
    }
    m_sum += value;
    m_squares += value * value;
}

void ArrivalWindow::Clear()
{
    m_intervals.clear();
    m_next = 0;
    m_sum = 0;
    m_squares = 0;
}

double ArrivalWindow::Mean() const
{
    return static_cast<double>(m_sum) / static_cast<double>(m_intervals.size());
}

double ArrivalWindow::Variance() const
{
    const double mean = Mean();
    const double squares = static_cast<double>(m_squares) / static_cast<double>(m_intervals.size());
    return std::max(0.0, squares - mean * mean);
}

} // namespace swim::detectors
