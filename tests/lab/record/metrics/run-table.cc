// SPDX-License-Identifier: GPL-2.0-only
//
// See run-table.h.
#include "tests/lab/record/metrics/run-table.h"

#include "lab/record/metrics/recorded-run.h"
#include "lab/scenario/sha256.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>

namespace swimlab
{

namespace
{

std::string Join(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
    {
        text += line + "\n";
    }
    return text;
}

std::string TimeText(double atS)
{
    return std::to_string(std::llround(atS * 1e9));
}

void WriteText(const std::filesystem::path& path, const std::string& text)
{
    std::ofstream(path, std::ios::binary) << text;
}

} // namespace

std::vector<std::string> WordsOf(std::string_view text)
{
    std::istringstream in{std::string(text)};
    return {std::istream_iterator<std::string>(in), {}};
}

std::filesystem::path OwnFolder()
{
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string("swimlab-") + test->test_suite_name() + "-" + test->name();
    std::ranges::replace(name, '/', '-');
    const auto folder = std::filesystem::path(testing::TempDir()) / name;
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

std::string RefusalOf(const std::filesystem::path& folder)
{
    try
    {
        WriteMetricsOf(folder, SumCheck::REFUSE_OTHERS);
        return "";
    }
    catch (const RecordError& error)
    {
        return error.what();
    }
}

RunTable::RunTable(MemberId members, double simulatedS, std::string start)
    : start(std::move(start)),
      m_simulatedS(simulatedS)
{
    Setting("cluster.start", this->start);
    for (MemberId member = 0; member < members; ++member)
    {
        names.push_back("m" + std::to_string(member));
    }
}

RunTable& RunTable::Truth(double atS,
                          std::string_view event,
                          std::string_view subjects,
                          std::string_view value,
                          std::string_view incarnation)
{
    auto words = WordsOf(subjects);
    words.resize(std::max<std::size_t>(words.size(), 1));
    for (const std::string& subject : words)
    {
        Row(TimeText(atS) + ",," + std::string(event) + "," + subject + "," +
            std::string(incarnation) + "," + std::string(value));
    }
    return *this;
}

RunTable& RunTable::Partition(double atS, const std::vector<std::string_view>& sides)
{
    for (std::size_t side = 0; side < sides.size(); ++side)
    {
        Truth(atS, "partition", sides[side], std::to_string(side));
    }
    return *this;
}

RunTable& RunTable::Says(double atS,
                         std::string_view observers,
                         std::string_view event,
                         std::string_view subject,
                         std::string_view incarnation,
                         std::string_view source)
{
    for (const std::string& observer : WordsOf(observers))
    {
        Row(TimeText(atS) + "," + observer + "," + std::string(event) + "," + std::string(subject) +
            "," + std::string(incarnation) + "," +
            (source.empty() ? observer : std::string(source)));
    }
    return *this;
}

RunTable& RunTable::Sent(int second, std::string_view kind, int messages, int bytes)
{
    std::ostringstream row;
    row << second << "," << kind << "," << messages << "," << bytes << "," << messages / 2 << ","
        << bytes / 2;
    m_traffic.push_back(row.str());
    return *this;
}

RunTable& RunTable::Row(std::string row)
{
    rows.push_back(std::move(row));
    return *this;
}

RunTable& RunTable::BeforeLast(std::string row)
{
    rows.insert(rows.end() - 1, std::move(row));
    return *this;
}

RunTable& RunTable::DropLast()
{
    rows.pop_back();
    return *this;
}

RunTable& RunTable::Describe(std::string_view key, Json value)
{
    m_description[std::string(key)] = std::move(value);
    return *this;
}

RunTable& RunTable::Setting(const std::string& key, std::string value)
{
    m_settings[key] = std::move(value);
    return *this;
}

void RunTable::Write(const std::filesystem::path& folder) const
{
    const std::string events = "time_ns,observer,event,subject,incarnation,source\n" + Join(rows);
    WriteText(folder / "events.csv", events);
    WriteText(folder / "traffic.csv",
              "second,kind,sent,sent_bytes,received,received_bytes\n" + Join(m_traffic));
    Json run = {{"format", 1},
                {"scenario", {{"file", "hand.toml"}, {"resolved", m_settings}}},
                {"point", Json::object()},
                {"seed", 1},
                {"members", names.size()},
                {"member_names", names},
                {"simulated_s", m_simulatedS},
                {"wall_s", 2.0},
                {"events_sha256", Sha256OfBytes(events)}};
    run.update(m_description);
    WriteText(folder / "run.json", run.dump());
}

Json RunTable::Metrics() const
{
    const auto folder = OwnFolder();
    Write(folder);
    WriteMetricsOf(folder, SumCheck::REFUSE_OTHERS);
    std::ifstream in(folder / "metrics.json");
    return Json::parse(in);
}

} // namespace swimlab
