// SPDX-License-Identifier: MIT
//
// The log for people: spdlog's default logger, on standard error or in a file, which a full disk or
// a stalled terminal does not stop (see line-output.h).
#pragma once

#include <spdlog/spdlog.h>
#include <string>

namespace swim::program
{

/// @param file empty: standard error. @throws std::system_error if the file cannot be opened
void OpenLog(const std::string& file, const std::string& level);

/// Goes on in this file, which is opened anew: the former one may have been moved away.
/// @param file as of OpenLog. @throws std::system_error if it cannot be opened; nothing changes
void ReopenLog(const std::string& file);

void SetLogLevel(const std::string& level);

/// Writes what waits.
void CloseLog();

} // namespace swim::program
