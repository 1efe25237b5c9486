// SPDX-License-Identifier: GPL-2.0-only
//
// What was measured between regions, as a CSV file has it: a row and a column a region.
//
//     # Lines like this one, before the table, say where the numbers are from.
//     round-trip ms,eu-west,us-east
//     eu-west,0.6,75
//     us-east,,0.7
//
// The first cell says what the numbers are, since a mistake by a factor of two or a thousand would
// look like an answer. A row is of who sends, a column of who receives, and the diagonal is of two
// members within the region. Of round trips each pair may stand once or, as two sides measured it,
// twice.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

struct RegionMatrix
{
    std::vector<std::string> regions; ///< in the order of the header
    std::vector<double> cells;        ///< row by row of `regions`, whatever the file's order
    std::string remark;               ///< the comments before the table, in one line
    std::size_t averaged = 0;         ///< round trips of which each side measured another
    bool isRoundTrip = false;         ///< the file's numbers; never those of `cells`

    double At(std::size_t from, std::size_t to) const
    {
        return cells[from * regions.size() + to];
    }
};

/// The most by which two measurements of one round trip may differ, as a share of the longer.
inline constexpr double MOST_DIFFERENCE = 0.1;

/**
 * Delays, one way, in nanoseconds.
 * @param field whose value the file is, for errors: `matrix`
 * @param where the file's name, for errors
 * @throws TopologyError of the field, which names the line
 */
RegionMatrix ReadDelayMatrix(std::string_view text,
                             const std::string& field,
                             const std::string& where);

/// Shares of the packets that are lost, from 0 to 1. See ReadDelayMatrix.
RegionMatrix ReadLossMatrix(std::string_view text,
                            const std::string& field,
                            const std::string& where);

} // namespace swimlab
