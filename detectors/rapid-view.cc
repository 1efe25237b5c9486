// SPDX-License-Identifier: MIT
//
// See rapid-view.h.
#include "detectors/rapid-view.h"

#include "swim/rng.h"

#include <algorithm>

namespace swim::detectors
{

namespace
{

/// Where somebody stands on a ring.
std::uint64_t PlaceOn(std::uint32_t ring, std::uint64_t hash)
{
    std::uint64_t state = hash ^ (std::uint64_t{ring} + 1) * 0xd1342543de82ef95;
    return SplitMix64(state);
}

} // namespace

std::uint64_t RapidHash(std::string_view name)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char letter : name)
    {
        hash = (hash ^ static_cast<std::uint8_t>(letter)) * 0x100000001b3;
    }
    return hash;
}

RapidView::RapidView(const std::vector<Member>& members, std::uint32_t rings)
    : m_rings(rings)
{
    for (std::uint32_t ring = 0; ring < rings; ++ring)
    {
        m_rings[ring].reserve(members.size());
        for (const Member& member : members)
        {
            m_rings[ring].emplace_back(PlaceOn(ring, member.hash), member.name);
        }
        std::ranges::sort(m_rings[ring]);
    }
}

bool RapidView::Has(std::uint64_t hash) const
{
    const std::uint64_t place = PlaceOn(0, hash);
    const auto found = std::ranges::lower_bound(m_rings[0], place, {}, &Ring::value_type::first);
    return found != m_rings[0].end() && found->first == place;
}

NameId RapidView::Subject(std::uint64_t hash, std::uint32_t ring) const
{
    const Ring& members = m_rings[ring];
    const auto found =
        std::ranges::lower_bound(members, PlaceOn(ring, hash), {}, &Ring::value_type::first);
    return found == members.begin() ? members.back().second : std::prev(found)->second;
}

NameId RapidView::Observer(std::uint64_t hash, std::uint32_t ring) const
{
    const Ring& members = m_rings[ring];
    const auto found =
        std::ranges::upper_bound(members, PlaceOn(ring, hash), {}, &Ring::value_type::first);
    return found == members.end() ? members.front().second : found->second;
}

std::vector<NameId> RapidView::InOrder() const
{
    std::vector<NameId> names;
    names.reserve(m_rings[0].size());
    for (const auto& [place, name] : m_rings[0])
    {
        names.push_back(name);
    }
    return names;
}

} // namespace swim::detectors
