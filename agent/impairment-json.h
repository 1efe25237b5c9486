// SPDX-License-Identifier: MIT
//
// Impairments as JSON: the command `impair`, written by the lab and read by the agent.
#pragma once

#include "agent/impairment.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace swim
{

/// What is wrong with an impairment as JSON, and where.
class ImpairmentError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/**
 * {"seed": 7, "out": {"loss": 0.1, "datagram_loss": 0, "delay_ns": 0, "jitter_ns": 0,
 * "duplication": 0, "reorder": 0, "reorder_by_ns": 0}, "in": {...}, "slow_ns": 0, "down": false,
 * "blocks": [{"peers": ["127.9.0.5"] or "all", "direction": "in|out|both",
 * "carries": "all|datagrams|streams"}], "delays": {"127.9.0.5": 150000},
 * "peers": {"*": {"out": {...}, "in": {...}, "slow_ns": 0, "down": false}, "127.9.0.5": {...}}}
 * What is missing is not impaired. @throws ImpairmentError
 */
Impairment ImpairmentFromJson(const nlohmann::json& json);

/// The same, without what is not impaired.
nlohmann::ordered_json ToJson(const Impairment& impairment);

} // namespace swim
