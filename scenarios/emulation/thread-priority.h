// SPDX-License-Identifier: GPL-2.0-only
//
// The threads that carry packets go before those of the members, who share the processors.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

namespace swimlab
{

/// Of the calling thread alone. Where that is not allowed, nothing changes: the lag will show it.
inline void RaiseThreadPriority()
{
    constexpr int HIGHEST = -20;
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), HIGHEST);
}

} // namespace swimlab
