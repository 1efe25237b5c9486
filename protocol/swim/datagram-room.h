// SPDX-License-Identifier: MIT
//
// How long a member's name and metadata may be, so that news of it travels by datagram.
//
// memberlist limits metadata to 512 bytes and names not at all, and gossips neither where they do
// not fit: nobody hears of such an update, nor of the refutation of who cannot say that it lives.
// Here they are refused before they can do harm.
#pragma once

#include "swim/cipher.h"
#include "swim/config.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace swim
{

/// The room that the datagrams of members with these settings have for messages.
class DatagramRoom
{
  public:
    /// @param cipher which the members use; null: none
    explicit DatagramRoom(const Config& config, const Cipher* cipher = nullptr);

    /// @return the most bytes of metadata of a member with a name of that size; nothing: the name
    ///         is too long by itself
    std::optional<std::size_t> MaxMeta(std::size_t nameSize) const;

    /// @return the most bytes of a name: so long that one of its size can accuse another
    std::size_t MaxName() const;

    /// @return what is wrong with a member's name or metadata and what would be right, or nothing
    std::optional<std::string> WhyNot(std::string_view name, std::string_view meta) const;

  private:
    bool Fits(std::size_t newsSize, std::size_t nameSize) const;
    std::string Where() const;

    const Config& m_config;
    std::size_t m_room; ///< for messages, and what joins them to a compound
};

} // namespace swim
