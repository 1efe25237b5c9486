// SPDX-License-Identifier: GPL-2.0-only
//
// ns-3 takes settings from the environment: NS_GLOBAL_VALUE, NS_ATTRIBUTE_DEFAULT, NS_LOG. A queue that
// is shorter for one user than for another would give them two answers to one scenario.
//
// Some are read before main begins, so a program that finds any starts itself again without them.
#pragma once

#include <cstring>
#include <string>
#include <unistd.h>
#include <vector>

namespace swimlab
{

/// Call first in main. Returns where there is nothing to leave.
inline void LeaveSettingsOfNs3(char* argv[])
{
    std::vector<std::string> names;
    for (char** entry = environ; *entry != nullptr; ++entry)
    {
        const char* const equals = std::strchr(*entry, '=');
        if (std::strncmp(*entry, "NS_", 3) == 0 && equals != nullptr)
        {
            names.emplace_back(*entry, static_cast<std::size_t>(equals - *entry));
        }
    }
    for (const std::string& name : names)
    {
        unsetenv(name.c_str());
    }
    if (!names.empty())
    {
        execv("/proc/self/exe", argv);
    }
}

} // namespace swimlab
