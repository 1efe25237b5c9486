// SPDX-License-Identifier: GPL-2.0-only
//
// See region-matrix.h.
#include "lab/topology/region-matrix.h"

#include "lab/topology/topology.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace swimlab
{

namespace
{

struct Unit
{
    std::string_view name;
    double nanoseconds;
};

constexpr Unit UNITS[] = {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};

constexpr double MOST_NS = std::chrono::nanoseconds(MAX_LINK_DELAY).count();

std::string_view Trim(std::string_view text)
{
    constexpr std::string_view SPACE = " \t\r";
    const std::size_t first = text.find_first_not_of(SPACE);
    if (first == std::string_view::npos)
    {
        return {};
    }
    text = text.substr(first, text.find_last_not_of(SPACE) - first + 1);
    const bool isQuoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return isQuoted ? text.substr(1, text.size() - 2) : text;
}

/// Reads one file.
class MatrixReader
{
  public:
    MatrixReader(const std::string& field, const std::string& where)
        : m_field(field),
          m_where(where)
    {
    }

    /// Everything but what the numbers mean.
    void Read(std::string_view text)
    {
        constexpr std::string_view BYTE_ORDER_MARK = "\xef\xbb\xbf";
        text.remove_prefix(text.starts_with(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.size() : 0);
        for (unsigned line = 1; !text.empty(); ++line)
        {
            const std::size_t end = std::min(text.find('\n'), text.size());
            ReadLine(Trim(text.substr(0, end)), line);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        if (m_regions.empty())
        {
            Fail(1, "has no table; its first line names the regions");
        }
        for (std::size_t region = 0; region < m_regions.size(); ++region)
        {
            if (m_lines[region] == 0)
            {
                Fail(m_headerLine, "there is no row of " + m_regions[region]);
            }
        }
    }

    /// @throws TopologyError if the header has another first cell
    /// @return the unit, and whether the numbers are round trips
    std::pair<double, bool> DelayUnit() const
    {
        const std::size_t space = m_corner.rfind(' ');
        const std::string kind = m_corner.substr(0, space);
        const auto unit = std::ranges::find(UNITS,
                                            space == std::string::npos ? std::string()
                                                                       : m_corner.substr(space + 1),
                                            &Unit::name);
        if ((kind != "round-trip" && kind != "one-way") || unit == std::end(UNITS))
        {
            Fail(m_headerLine,
                 "\"" + m_corner +
                     "\" does not say what the numbers are; write round-trip or one-way, and their "
                     "unit (us, ms or s), such as \"round-trip ms\", into the first cell");
        }
        return {unit->nanoseconds, kind == "round-trip"};
    }

    void RequireLossHeader() const
    {
        if (m_corner != "loss %")
        {
            Fail(m_headerLine,
                 "\"" + m_corner +
                     "\" does not say what the numbers are; write \"loss %\" into the first cell");
        }
    }

    /// Each cell by `settle(from, to)`, which may use Cell, Require and Fail.
    RegionMatrix Settle(const auto& settle) const
    {
        RegionMatrix matrix;
        matrix.regions = m_regions;
        matrix.remark = m_remark;
        for (std::size_t from = 0; from < m_regions.size(); ++from)
        {
            for (std::size_t to = 0; to < m_regions.size(); ++to)
            {
                matrix.cells.push_back(settle(from, to));
            }
        }
        return matrix;
    }

    std::optional<double> Cell(std::size_t from, std::size_t to) const
    {
        return m_cells[from * m_regions.size() + to];
    }

    std::string PairName(std::size_t from, std::size_t to) const
    {
        return from == to ? "within " + m_regions[from]
                          : "from " + m_regions[from] + " to " + m_regions[to];
    }

    double Require(std::size_t from, std::size_t to) const
    {
        if (const auto cell = Cell(from, to))
        {
            return *cell;
        }
        FailAt(from, "the number " + PairName(from, to) + " is missing");
    }

    [[noreturn]] void FailAt(std::size_t row, const std::string& message) const
    {
        Fail(m_lines[row], message);
    }

  private:
    [[noreturn]] void Fail(unsigned line, const std::string& message) const
    {
        throw TopologyError(m_field, m_where + ":" + std::to_string(line) + ": " + message);
    }

    void ReadLine(std::string_view line, unsigned number)
    {
        if (line.empty() || line.find_first_not_of(", \t") == std::string_view::npos)
        {
            return;
        }
        if (line.front() == '#')
        {
            if (m_regions.empty())
            {
                const std::string_view words = Trim(line.substr(1));
                m_remark += (m_remark.empty() || words.empty() ? "" : " ") + std::string(words);
            }
            return;
        }
        std::vector<std::string> cells;
        for (std::size_t from = 0; from <= line.size();)
        {
            const std::size_t to = std::min(line.find(',', from), line.size());
            cells.emplace_back(Trim(line.substr(from, to - from)));
            from = to + 1;
        }
        m_regions.empty() ? ReadHeader(cells, number) : ReadRow(cells, number);
    }

    void ReadHeader(const std::vector<std::string>& cells, unsigned number)
    {
        m_headerLine = number;
        m_corner = cells.front();
        if (cells.size() < 2)
        {
            Fail(number,
                 "names no regions; the first line is \"round-trip ms\" and the regions' names, "
                 "parted by commas");
        }
        for (std::size_t i = 1; i < cells.size(); ++i)
        {
            if (cells[i].empty())
            {
                Fail(number, "the region of column " + std::to_string(i + 1) + " has no name");
            }
            if (std::ranges::find(m_regions, cells[i]) != m_regions.end())
            {
                Fail(number, "names " + cells[i] + " twice");
            }
            m_regions.push_back(cells[i]);
        }
        m_lines.assign(m_regions.size(), 0);
        m_cells.resize(m_regions.size() * m_regions.size());
    }

    void ReadRow(const std::vector<std::string>& cells, unsigned number)
    {
        const auto place = std::ranges::find(m_regions, cells.front());
        if (place == m_regions.end())
        {
            Fail(number, "\"" + cells.front() + "\" is no region of the first line");
        }
        const auto row = static_cast<std::size_t>(place - m_regions.begin());
        if (m_lines[row] != 0)
        {
            Fail(number,
                 "is a second row of " + *place + ", after line " + std::to_string(m_lines[row]));
        }
        if (cells.size() != m_regions.size() + 1)
        {
            Fail(number,
                 "has " + std::to_string(cells.size() - 1) +
                     " numbers or empty cells, and there "
                     "are " +
                     std::to_string(m_regions.size()) +
                     " regions; a cell may be empty, not left "
                     "out");
        }
        m_lines[row] = number;
        for (std::size_t to = 0; to < m_regions.size(); ++to)
        {
            m_cells[row * m_regions.size() + to] = Number(cells[to + 1], number);
        }
    }

    std::optional<double> Number(const std::string& text, unsigned line) const
    {
        if (text.empty())
        {
            return std::nullopt;
        }
        double number = 0;
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, number);
        if (error != std::errc{} || rest != end || !std::isfinite(number))
        {
            Fail(line, "\"" + text + "\" is no number; the unit stands in the first cell alone");
        }
        if (number < 0)
        {
            Fail(line, text + " is negative");
        }
        return number;
    }

    const std::string& m_field;
    const std::string& m_where;
    std::string m_remark;
    std::string m_corner; ///< the first cell
    unsigned m_headerLine = 0;
    std::vector<std::string> m_regions;
    std::vector<unsigned> m_lines; ///< of each region's row; 0: none yet
    std::vector<std::optional<double>> m_cells;
};

/// Of a pair that may stand once or twice; those twice and different are counted.
double RoundTrip(const MatrixReader& reader,
                 std::size_t from,
                 std::size_t to,
                 std::size_t& different)
{
    const auto there = reader.Cell(from, to);
    const auto back = reader.Cell(to, from);
    if (!there || !back)
    {
        return there ? *there : back ? *back : reader.Require(from, to);
    }
    if (std::abs(*there - *back) > MOST_DIFFERENCE * std::max(*there, *back))
    {
        reader.FailAt(from,
                      "a round trip takes as long from either side, and " +
                          reader.PairName(from, to) +
                          " it takes another time than back; write one of them, or one-way delays");
    }
    different += *there != *back ? 1 : 0;
    return (*there + *back) / 2;
}

} // namespace

RegionMatrix ReadDelayMatrix(std::string_view text,
                             const std::string& field,
                             const std::string& where)
{
    MatrixReader reader(field, where);
    reader.Read(text);
    const auto unit = reader.DelayUnit();
    const double unitNs = unit.first;
    const bool isRoundTrip = unit.second;
    std::size_t different = 0;
    RegionMatrix matrix = reader.Settle([&](std::size_t from, std::size_t to) {
        const double oneWayNs = isRoundTrip ? RoundTrip(reader, from, to, different) * unitNs / 2
                                            : reader.Require(from, to) * unitNs;
        if (oneWayNs > MOST_NS || (from != to && oneWayNs < 1))
        {
            reader.FailAt(from,
                          "the delay " + reader.PairName(from, to) +
                              " must be above 0, and at most 10s one way");
        }
        return oneWayNs;
    });
    matrix.averaged = different / 2;
    matrix.isRoundTrip = isRoundTrip;
    return matrix;
}

RegionMatrix ReadLossMatrix(std::string_view text,
                            const std::string& field,
                            const std::string& where)
{
    constexpr double PERCENT = 100;
    MatrixReader reader(field, where);
    reader.Read(text);
    reader.RequireLossHeader();
    return reader.Settle([&](std::size_t from, std::size_t to) {
        const double share = reader.Require(from, to) / PERCENT;
        if (share > 1)
        {
            reader.FailAt(from, "the loss " + reader.PairName(from, to) + " is more than 100 %");
        }
        return share;
    });
}

} // namespace swimlab
