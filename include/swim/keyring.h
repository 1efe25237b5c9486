// SPDX-License-Identifier: MIT
//
// The keys of an encrypted cluster, and how they are replaced while it runs.
//
// What arrives may be sealed under any key of the ring, what is sent is sealed under the primary.
// So a key is rotated without a gap: add the new one everywhere, then make it primary everywhere,
// then remove the old one (memberlist's keyring.go).
#pragma once

#include "swim/wire.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace swim
{

using Key = wire::Bytes;

/// @return the key as `serf keygen` prints keys: base64
std::string KeyToText(wire::ByteView key);

/// @return the key of 16, 24 or 32 bytes that the base64 text spells, or nothing
std::optional<Key> KeyFromText(std::string_view text);

/// Never empty: its first key is the primary. Not thread-safe.
class Keyring
{
  public:
    /// @param primary 16, 24 or 32 bytes, for AES-128, AES-192 or AES-256
    explicit Keyring(Key primary);

    /// Adds a key to open with; one that is there already stays where it is.
    /// @return what is wrong with the key and what would be right, or nothing
    std::optional<std::string> Add(const Key& key);

    /// Makes a key of the ring the primary.
    /// @return why that is not possible, or nothing
    std::optional<std::string> Use(const Key& key);

    /// Forgets a key; one that is not there is forgotten already.
    /// @return why that is not possible, or nothing
    std::optional<std::string> Remove(const Key& key);

    /// The primary first, then the others as they were added.
    std::span<const Key> Keys() const
    {
        return m_keys;
    }

  private:
    std::vector<Key> m_keys;
};

} // namespace swim
