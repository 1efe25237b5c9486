// SPDX-License-Identifier: MIT
//
// The phi accrual failure detector's mathematics (Hayashibara et al., IS-RR-2004-010).
//
// phi(t) = -log10 P(the next heartbeat comes later than t after the last one). The paper takes the
// times between heartbeats as normal, Akka and Pekko approximate the normal law by a logistic one,
// Cassandra takes an exponential law. A threshold on phi is the same as a time-out: detectors here
// compute it once for each heartbeat, and look at no phi while they wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace swim::detectors
{

/// @return phi by the normal law, also where 1 - F(t) in doubles would be zero
double NormalPhi(double time, double mean, double deviation);

/// @return Akka's and Pekko's phi
double LogisticPhi(double time, double mean, double deviation);

/// @return the distribution function behind LogisticPhi, y deviations past the mean
double LogisticCdf(double y);

/// @return Cassandra's phi as it compares it with phi_convict_threshold: log10(e) time / mean
double ExponentialPhi(double time, double mean);

/// @return how many deviations past the mean NormalPhi reaches phi, to 1e-9; phi from 0.31 to 300
double NormalQuantile(double phi);

/// @return the same of LogisticPhi
double LogisticQuantile(double phi);

/// The most recent times between heartbeats, in whole units of whoever uses it.
class ArrivalWindow
{
  public:
    /// @param capacity how many are kept, from 1
    explicit ArrivalWindow(std::size_t capacity)
        : m_capacity(capacity)
    {
    }

    /// So that a thousand squares can be summed; longer ones count as this.
    static constexpr std::uint32_t LONGEST_INTERVAL = (1U << 27) - 1;

    void Add(std::uint32_t interval);

    std::size_t Size() const
    {
        return m_intervals.size();
    }

    void Clear();

    /// @pre there is one
    double Mean() const;

    /// @pre there is one
    double Variance() const;

  private:
    std::size_t m_capacity;
    std::size_t m_next = 0; ///< which one the next replaces, once all places are taken
    std::vector<std::uint32_t> m_intervals;
    std::uint64_t m_sum = 0;
    std::uint64_t m_squares = 0;
};

} // namespace swim::detectors
