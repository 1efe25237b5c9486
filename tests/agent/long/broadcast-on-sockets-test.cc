// SPDX-License-Identifier: MIT
//
// Broadcasts in a cluster of a hundred agents that loses datagrams.
#include "../broadcast-cluster.h"

#include <gtest/gtest.h>

namespace swim
{

TEST(BroadcastsOnSockets, AreToldOnceToAllOfAHundred)
{
    ExpectBroadcastsToReachAll(100, 200);
}

} // namespace swim
