// SPDX-License-Identifier: GPL-2.0-only
//
// What a run was made with, besides our own code: so that somebody who has only the records can tell
// whether another result is due to another library.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace swimlab
{

/// Versions of ours, of the compiler with its flags, and of the libraries that are compiled in.
nlohmann::ordered_json VersionsJson();

/// The shared libraries of this process, ns-3's among them: sha256 of each file, by its name.
nlohmann::ordered_json LibrariesJson();

/// `Debian GNU/Linux 12 (bookworm)`; "unknown" where the system does not say.
std::string DistributionName();

} // namespace swimlab
