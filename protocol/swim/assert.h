// SPDX-License-Identifier: MIT
//
// What a caller must not get wrong: checked in release builds too, since a member that goes on with
// a broken table would spread what it believes.
#pragma once

#include <cstdio>
#include <cstdlib>

/// Checks what only a programmer can break; stays in release builds.
#define SWIM_ASSERT(condition, explanation)                                                        \
    do                                                                                             \
    {                                                                                              \
        if (!(condition)) [[unlikely]]                                                             \
        {                                                                                          \
            std::fprintf(stderr,                                                                   \
                         "%s:%d: %s (violated: %s)\n",                                             \
                         __FILE__,                                                                 \
                         __LINE__,                                                                 \
                         explanation,                                                              \
                         #condition);                                                              \
            std::abort();                                                                          \
        }                                                                                          \
    } while (false)
