// SPDX-License-Identifier: MIT
//
// See hearings.h.
#include "hearings.h"

#include <algorithm>
#include <utility>

namespace swim
{

HearingInvariants::HearingInvariants(std::uint32_t members)
    : m_hearers(members)
{
}

wire::Bytes HearingInvariants::MakePayload(Member sender, std::size_t size)
{
    constexpr std::size_t NUMBER_BYTES = 3;
    wire::Bytes payload(std::max(size, NUMBER_BYTES), static_cast<std::uint8_t>(sender));
    for (std::size_t i = 0; i < NUMBER_BYTES; ++i)
    {
        payload[i] = static_cast<std::uint8_t>(m_sent.size() >> (8 * i));
    }
    m_sent.emplace(payload, sender);
    return payload;
}

void HearingInvariants::Check(const Step& step)
{
    Hearer& hearer = m_hearers[step.member];
    if (hearer.life != step.network.Life(step.member))
    {
        hearer.life = step.network.Life(step.member);
        hearer.heard.clear();
    }
    for (const Hearer::Told& told : std::exchange(hearer.told, {}))
    {
        const auto sent = m_sent.find(told.payload);
        Require(sent != m_sent.end(), "a broadcast that is told was sent");
        Require(VirtualNetwork::MemberNamed(told.from) == sent->second,
                "a broadcast is told as its sender's",
                sent->second);
        Require(sent->second != step.member, "a member is not told its own broadcasts");
        Require(hearer.heard.insert(told.payload).second, "a broadcast is told once", sent->second);
    }
}

} // namespace swim
