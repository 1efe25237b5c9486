// SPDX-License-Identifier: GPL-2.0-only
//
// See work.h.
#include "lab/backend/work.h"

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

namespace swimlab
{

namespace
{

/// @throws nlohmann::json::exception
WorkItem ReadItem(const std::string& line)
{
    const auto json = nlohmann::json::parse(line);
    WorkItem item;
    item.out = json.value("out", std::string());
    if (json.contains("seed"))
    {
        if (!json.at("seed").is_number_unsigned())
        {
            throw nlohmann::json::type_error::create(302, "seed is no whole number", &json);
        }
        item.seed = json.at("seed").get<std::uint64_t>();
    }
    item.settings = json.value("set", std::vector<std::string>());
    return item;
}

} // namespace

int Work(std::istream& lines,
         std::ostream& answers,
         const std::function<std::optional<WorkFailure>(const WorkItem&,
                                                        nlohmann::ordered_json& answer)>& perform)
{
    constexpr int USER_ERROR = 2;
    for (std::string line; std::getline(lines, line);)
    {
        std::optional<WorkFailure> failure;
        nlohmann::ordered_json answer;
        try
        {
            failure = perform(ReadItem(line), answer);
        }
        catch (const nlohmann::json::exception& error)
        {
            failure = {"this line asks for no run (" + std::string(error.what()) + "): " + line,
                       USER_ERROR};
        }
        if (failure)
        {
            answer = {{"failed", failure->text}, {"code", failure->code}};
        }
        answers << answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                << std::endl;
        if (failure)
        {
            return failure->code;
        }
    }
    return 0;
}

} // namespace swimlab
