// SPDX-License-Identifier: MIT
//
// Impairments as JSON: the command `impair`, written by the lab and read by the agent.
#pragma once

#include "agent/impairment.h"
#include "swim/key-table.h"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

namespace swim
{

/// What is wrong with an impairment as JSON, and where.
class ImpairmentError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// Reads what a member is to suffer; its keys are the rows of impairment-json.cc. What is missing is
/// not impaired. @throws ImpairmentError
Impairment ImpairmentFromJson(const nlohmann::ordered_json& json);

/// The same, without what is not impaired.
nlohmann::ordered_json ToJson(const Impairment& impairment);

/// What documentation tells of the keys.
std::vector<TableReference> ImpairmentReference();

} // namespace swim
