// SPDX-License-Identifier: GPL-2.0-only
//
// swimlab-metrics RUN-FOLDER...: computes the metrics of runs that were recorded, and writes the
// metrics.json of each. With --verdicts FILE it writes instead, of one run, what each row is worth
// (verdicts.h), for who shows single rows.
//
// Exit code 0, or 2 with a message where a record is wrong; runs before it are done then.
#include "lab/record/metrics/recorded-run.h"
#include "lab/record/metrics/verdicts.h"

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
    std::string verdicts;
    app.add_option("--verdicts",
                   verdicts,
                   "write the verdict of each row of one run, and no metrics");
    try
    {
        app.parse(argc, argv);
        if (!verdicts.empty())
        {
            swimlab::WriteVerdictsOf(folders.front(), verdicts);
            return 0;
        }
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
