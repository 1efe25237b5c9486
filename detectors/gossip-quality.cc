// SPDX-License-Identifier: MIT
//
// See gossip-quality.h.
#include "detectors/gossip-quality.h"

#include <limits>
#include <vector>

namespace swim::detectors
{

namespace
{

/// How many members know of one heartbeat, as probabilities, one gossip of one random member after the
/// other.
class Infection
{
  public:
    explicit Infection(const GossipCase& of)
        : m_live(of.members - of.failed),
          m_share(m_live + 1, 0.0)
    {
        const double n = of.members;
        m_share[1] = 1;
        m_increase.push_back(0);
        for (std::uint32_t k = 1; k <= m_live; ++k)
        {
            m_increase.push_back(k / n * (m_live - k) / (n - 1) * (1 - of.loss));
        }
    }

    void Step()
    {
        for (std::uint32_t k = m_live; k > 0; --k)
        {
            m_share[k] = m_share[k] * (1 - m_increase[k]) + m_share[k - 1] * m_increase[k - 1];
        }
    }

    /// Summed from the small terms on: one minus the last would lose what is below 1e-16.
    double Unfinished() const
    {
        double sum = 0;
        for (std::uint32_t k = 1; k < m_live; ++k)
        {
            sum += m_share[k];
        }
        return sum;
    }

    double Live() const
    {
        return m_live;
    }

  private:
    std::uint32_t m_live;
    std::vector<double> m_share;
    std::vector<double> m_increase;
};

} // namespace

double GossipMistake(const GossipCase& of, std::uint32_t gossips)
{
    Infection infection(of);
    for (std::uint32_t i = 0; i < gossips; ++i)
    {
        infection.Step();
    }
    return infection.Unfinished();
}

double GossipFailTime(const GossipCase& of, double mistake)
{
    if (of.loss >= 1)
    {
        return std::numeric_limits<double>::infinity();
    }
    Infection infection(of);
    std::uint32_t gossips = 0;
    while (infection.Live() * infection.Unfinished() > mistake)
    {
        infection.Step();
        ++gossips;
    }
    return static_cast<double>(gossips) / of.members;
}

} // namespace swim::detectors
