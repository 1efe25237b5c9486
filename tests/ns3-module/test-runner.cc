// SPDX-License-Identifier: GPL-2.0-only
//
// Runs test suites of ns-3's framework: Debian's ns-3 brings the framework but not its program.
#include "ns3/test.h"

int main(int argc, char* argv[])
{
    return ns3::TestRunner::Run(argc, argv);
}
