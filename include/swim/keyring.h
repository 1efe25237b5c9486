// SPDX-License-Identifier: MIT
//
// The keys of an encrypted cluster, and how they are replaced while it runs.
//
// What arrives may be sealed under any key of the ring, what is sent is sealed under the primary.
// So a key is rotated without a gap: add the new one everywhere, then make it primary everywhere,
// then remove the old one (memberlist's keyring.go).
#pragma once

#include "swim/bytes.h"

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace swim
{

/// 16, 24 or 32 bytes, for AES-128, AES-192 or AES-256.
using SecretKey = Bytes;

/// What is wrong with a key or with what is to be done to the ring, and what would be right.
class KeyError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// @return the key as `serf keygen` prints keys: base64
std::string KeyToText(ByteView key);

/// @return the key of 16, 24 or 32 bytes that the base64 text spells, or nothing
std::optional<SecretKey> KeyFromText(std::string_view text);

/// The keys of a member. Never empty: its first key is the primary. Not thread-safe; a cipher reads
/// it on the agent's thread, so change it while that is held off, or put a lock around both.
class Keyring
{
  public:
    /// @param primary what is sent is sealed with it
    /// @throws KeyError if it has no key's size
    explicit Keyring(SecretKey primary);

    /// Adds a key to open with; one that is there already stays where it is.
    /// @throws KeyError if it has no key's size
    void Add(const SecretKey& key);

    /// Makes a key of the ring the primary.
    /// @throws KeyError if it is not in the ring
    void Use(const SecretKey& key);

    /// Forgets a key; one that is not there is forgotten already.
    /// @throws KeyError if it is the primary
    void Remove(const SecretKey& key);

    /// The primary first, then the others as they were added.
    std::span<const SecretKey> Keys() const
    {
        return m_keys;
    }

  private:
    std::vector<SecretKey> m_keys;
};

} // namespace swim
