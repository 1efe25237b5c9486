// SPDX-License-Identifier: MIT
//
// Warnings that whoever sends us packets could cause as often as he likes: each is told at once, and
// then once a minute, with the number of those that were kept back.
#pragma once

#include "swim/types.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace swim::program
{

/// From one thread.
class RepeatedWarnings
{
  public:
    static constexpr Duration INTERVAL = std::chrono::minutes(1);

    /// Different warnings remembered; what is beyond, as with forged addresses, shares one place.
    static constexpr std::size_t MOST = 1024;

    /// @param what the same for warnings that are alike
    /// @return how many like it were kept back since one was told; nothing: keep this one back too
    std::optional<std::uint64_t> Tell(const std::string& what, Instant now)
    {
        Place& place = PlaceOf(what, now);
        if (place.told && now - *place.told < INTERVAL)
        {
            ++place.kept;
            return std::nullopt;
        }
        place.told = now;
        return std::exchange(place.kept, 0);
    }

  private:
    /// One warning, or all those that found no room.
    struct Place
    {
        std::optional<Instant> told;
        std::uint64_t kept = 0;
    };

    Place& PlaceOf(const std::string& what, Instant now)
    {
        const auto found = m_places.find(what);
        if (found != m_places.end())
        {
            return found->second;
        }
        if (m_places.size() >= MOST)
        {
            std::erase_if(m_places, [now](const auto& entry) {
                return now - *entry.second.told >= INTERVAL && entry.second.kept == 0;
            });
        }
        return m_places.size() >= MOST ? m_others : m_places[what];
    }

    std::map<std::string, Place> m_places;
    Place m_others;
};

} // namespace swim::program
