// SPDX-License-Identifier: GPL-2.0-only
//
// The threads that carry packets go before all others, as a network does not wait for a processor.
#pragma once

#include <pthread.h>
#include <sched.h>

namespace swimlab
{

/// Of the calling thread alone. Where that is not allowed, nothing changes: the lag will show it.
/// Linux keeps a share of each processor from such threads (5 % unless told otherwise).
inline void RaiseThreadPriority()
{
    sched_param parameters{};
    parameters.sched_priority = sched_get_priority_min(SCHED_RR);
    pthread_setschedparam(pthread_self(), SCHED_RR, &parameters);
}

} // namespace swimlab
