// SPDX-License-Identifier: MIT
//
// See broadcast.h.
#include "broadcast.h"

#include "suspicion.h"

namespace swim
{

std::uint32_t RetransmitLimit(const Config& config, std::uint32_t n)
{
    switch (config.retransmitLaw)
    {
    case RetransmitLaw::MEMBERLIST:
        return config.retransmitMult * CeilLog10(n + 1ull);
    case RetransmitLaw::PAPER:
        return config.retransmitMult * CeilLn(n + 1ull);
    case RetransmitLaw::MEMLIST:
        return config.retransmitMult * (CeilLog10(std::max(n, 1u)) + 1);
    }
    return 0;
}

} // namespace swim
