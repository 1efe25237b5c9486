// SPDX-License-Identifier: GPL-2.0-only
//
// See metrics-json.h.
#include "lab/record/metrics/metrics-json.h"

#include "lab/record/record-error.h"

#include <fstream>
#include <unistd.h>

namespace swimlab
{

Json WithHeader(const RunFacts& facts, std::string_view eventsSha256, Json metrics)
{
    Json json = {{"metrics_format", METRICS_FORMAT},
                 {"events_sha256", eventsSha256},
                 {"members", facts.Members()},
                 {"simulated_s", SecondsJson(facts.endNs)}};
    json.update(metrics);
    return json;
}

std::string TextOf(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void WriteAtomically(const std::filesystem::path& path, const Json& json)
{
    auto partial = path;
    partial.replace_filename("." + path.filename().string() + "." + std::to_string(::getpid()) +
                             ".partial");
    std::ofstream out(partial);
    out << TextOf(json) << "\n";
    out.close();
    std::error_code error;
    if (out)
    {
        std::filesystem::rename(partial, path, error);
    }
    if (!out || error)
    {
        std::filesystem::remove(partial, error);
        throw RecordError(path.string() + ": cannot be written");
    }
}

} // namespace swimlab
