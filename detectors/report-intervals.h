// SPDX-License-Identifier: MIT
//
// The newest times between reports of many members, and their means.
//
// One message reports on half of the cluster. So what a mean needs lies close together, and so do the
// times that were added at about the same time to members next to each other.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace swim::detectors
{

class ReportIntervals
{
  public:
    /// @param window of how many a mean is, from 1
    explicit ReportIntervals(std::uint32_t window)
        : m_window(window)
    {
    }

    /// Makes room for members of these places, without times.
    void Resize(std::size_t places)
    {
        m_sums.resize(places);
        m_counts.resize(places);
    }

    /// @param interval below 2^27, in a unit of the caller's
    void Add(std::size_t place, std::uint32_t interval)
    {
        const std::uint32_t value = std::min<std::uint32_t>(interval, (1U << 27) - 1);
        const std::uint32_t count = m_counts[place]++;
        std::uint32_t& kept = At(place, count < m_window ? count : count % m_window);
        m_sums[place] += value;
        m_sums[place] -= count < m_window ? 0 : kept;
        kept = value;
    }

    /// Forgets all times of a member.
    void Clear(std::size_t place)
    {
        m_sums[place] = 0;
        m_counts[place] = 0;
    }

    /// Asks for the memory that Add will touch.
    void Prefetch(std::size_t place) const
    {
        const std::uint32_t count = m_counts[place];
        const std::size_t line =
            (count < m_window ? count : count % m_window) / std::tuple_size_v<Line>;
        if (line < m_lines.size() && place < m_lines[line].size())
        {
            __builtin_prefetch(&m_lines[line][place], 1);
        }
    }

    bool Any(std::size_t place) const
    {
        return m_counts[place] > 0;
    }

    /// @pre Any(place)
    double Mean(std::size_t place) const
    {
        return static_cast<double>(m_sums[place]) /
               static_cast<double>(std::min(m_counts[place], m_window));
    }

  private:
    /// A cache line.
    using Line = std::array<std::uint32_t, 16>;

    std::uint32_t& At(std::size_t place, std::uint32_t number)
    {
        const std::size_t line = number / std::tuple_size_v<Line>;
        if (line >= m_lines.size())
        {
            m_lines.resize(line + 1);
        }
        if (place >= m_lines[line].size())
        {
            m_lines[line].resize(m_sums.size());
        }
        return m_lines[line][place][number % std::tuple_size_v<Line>];
    }

    std::uint32_t m_window;
    std::vector<std::uint64_t> m_sums;   ///< by place
    std::vector<std::uint32_t> m_counts; ///< by place: how many were ever added
    std::vector<std::vector<Line>> m_lines;
};

} // namespace swim::detectors
