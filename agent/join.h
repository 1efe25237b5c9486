// SPDX-License-Identifier: MIT
//
// Joining as users mean it (swim/join.h), carried out: on the transport's thread only.
#pragma once

#include "agent/driver.h"
#include "swim/join.h"

#include <functional>
#include <string>
#include <vector>

namespace swim
{

/// Told once how the last attempt went.
using OnJoined = std::function<void(const JoinResult&)>;

/// @param addresses as people write them; see endpoint.h
void StartJoin(Driver& driver,
               Transport& transport,
               Audience& audience,
               std::vector<std::string> addresses,
               const JoinOptions& options,
               OnJoined done);

} // namespace swim
