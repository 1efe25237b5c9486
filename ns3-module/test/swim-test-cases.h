// SPDX-License-Identifier: GPL-2.0-only
//
// The cases of the suite `swim` that are in files of their own.
#ifndef SWIM_TEST_CASES_H
#define SWIM_TEST_CASES_H

#include "ns3/test.h"

#include <vector>

/// How members are installed and started.
std::vector<ns3::TestCase*> MakeSwimHelperCases();

/// What is set for them, and by whom.
std::vector<ns3::TestCase*> MakeSwimSettingsCases();

/// What a script is told: traces, views, broadcasts.
std::vector<ns3::TestCase*> MakeSwimTraceCases();

/// Whom broadcasts reach, and which ones are refused.
std::vector<ns3::TestCase*> MakeSwimBroadcastCases();

/// What a script gets wrong, and what it is told of that.
std::vector<ns3::TestCase*> MakeSwimErrorCases();

#endif // SWIM_TEST_CASES_H
