// SPDX-License-Identifier: GPL-2.0-only
//
// What documentation tells of a scenario file, from the tables that read it.
#pragma once

#include "swim/key-table.h"

#include <vector>

namespace swimlab
{

/// All tables of the format, in the order in which one writes them. The keys of [protocol] are
/// swim::Parameters(); the verbs of [[event]], which are keys too, are VerbTable().
std::vector<swim::TableReference> ScenarioReference();

} // namespace swimlab
