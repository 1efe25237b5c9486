// SPDX-License-Identifier: GPL-2.0-only
//
// What this program was built from; written into every run.json.
#pragma once

#include <string_view>

namespace swimlab
{

/// The program's own version, and how it was compiled.
struct Version
{
    std::string_view swimlab;
    std::string_view commit; ///< with "+changes" when the work tree differed from it
    std::string_view compiler;
    std::string_view flags; ///< that make other code of the same sources
    std::string_view tomlplusplus;
};

extern const Version VERSION;

} // namespace swimlab
