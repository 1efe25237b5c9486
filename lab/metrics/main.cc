// SPDX-License-Identifier: GPL-2.0-only
//
// swimlab-metrics RUN-FOLDER...: computes the metrics of runs that were recorded, and writes the
// metrics.json of each.
//
// Exit code 0, or 2 with a message where a record is wrong; runs before it are done then.
#include "lab/record/metrics/recorded-run.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char* argv[])
{
    constexpr int USER_ERROR = 2;
    std::vector<std::string> folders;
    CLI::App app("Computes the metrics of recorded runs and writes metrics.json into each folder.");
    app.add_option("folder", folders, "a run's folder: run.json, events.csv and traffic.csv")
        ->required();
    try
    {
        app.parse(argc, argv);
        for (const std::string& folder : folders)
        {
            swimlab::WriteMetricsOf(folder, swimlab::SumCheck::REFUSE_OTHERS);
        }
        return 0;
    }
    catch (const CLI::ParseError& error)
    {
        return app.exit(error) == 0 ? 0 : USER_ERROR;
    }
    catch (const swimlab::RecordError& error)
    {
        std::cerr << error.what() << "\n";
        return USER_ERROR;
    }
}
