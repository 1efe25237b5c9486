// SPDX-License-Identifier: MIT
//
// Says what is wrong with the tables of the detectors of others, as a part of the build.
#include "detectors/kind.h"

#include <cstdio>

int main()
{
    const auto problems = swim::detectors::ProblemsOfKinds();
    for (const auto& problem : problems)
    {
        std::fprintf(stderr, "error: %s\n", problem.c_str());
    }
    return problems.empty() ? 0 : 1;
}
