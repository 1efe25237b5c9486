// SPDX-License-Identifier: MIT
//
// The keys of an encrypted cluster, and how they are replaced while it runs.
//
// What arrives may be sealed under any key of the ring, what is sent is sealed under the primary.
// So a key is rotated without a gap: add the new one everywhere, then make it primary everywhere,
// then remove the old one (memberlist's keyring.go).
//
// The application keeps the ring that it gave to an AesGcmCipher, and changes it whenever it likes.
// The keys are an immutable list that a change replaces, so that who seals and opens messages holds
// the ring's lock for the copy of a pointer, and each message is sealed or opened by one whole list.
#pragma once

#include "swim/bytes.h"

#include <memory>
#include <mutex>
#include <optional>
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

/// The keys of a member. Never empty: its first key is the primary. All methods from any thread,
/// while ciphers use the ring; the next message that they seal or open goes by the change.
class Keyring
{
  public:
    /// @param primary what is sent is sealed with it
    /// @throws KeyError if it has no key's size
    explicit Keyring(SecretKey primary);

    /// The keys of the other ring as they are now; later changes of one leave the other alone.
    Keyring(const Keyring& other);

    /// Likewise, and all at once: whoever uses this ring finds the former keys or the new ones.
    Keyring& operator=(const Keyring& other);

    ~Keyring() = default;

    /// Adds a key to open with; one that is there already stays where it is.
    /// @throws KeyError if it has no key's size
    void Add(const SecretKey& key);

    /// Makes a key of the ring the primary.
    /// @throws KeyError if it is not in the ring
    void Use(const SecretKey& key);

    /// Forgets a key; one that is not there is forgotten already.
    /// @throws KeyError if it is the primary
    void Remove(const SecretKey& key);

    /// @return a copy: the primary first, then the others as they were added
    std::vector<SecretKey> Keys() const;

  private:
    friend class AesGcmCipher;

    using List = std::vector<SecretKey>;

    /// The keys at this moment, which nobody changes any more; allocates nothing.
    std::shared_ptr<const List> Current() const;

    mutable std::mutex m_mutex;
    std::shared_ptr<const List> m_keys; ///< never null, never an empty list
};

} // namespace swim
