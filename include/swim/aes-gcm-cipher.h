// SPDX-License-Identifier: MIT
//
// memberlist's encryption, AES-GCM, by OpenSSL.
//
// Sealed form: `version | nonce (12) | ciphertext | tag (16)`. Version 1 is written; version 0,
// whose message is padded to whole blocks (PKCS7), is read as well, as peers of protocol version 1
// write it.
#pragma once

#include "swim/bytes.h"
#include "swim/cipher.h"
#include "swim/keyring.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>

namespace swim
{

/// Of AES-GCM's nonces, in bytes.
inline constexpr std::size_t NONCE_SIZE = 12;

/// Seals with the primary key of a ring, and opens with any of them; the ring may change meanwhile.
/// All methods from any thread. Agents that share a cipher wait for each other, so each had better
/// have one of its own; a ring they share at no cost.
class AesGcmCipher : public Cipher
{
  public:
    /// Fills a nonce. Must never give the same one twice under one key: that would show the
    /// difference of two messages and let anybody forge more.
    using NonceSource = std::function<void(std::span<std::uint8_t, NONCE_SIZE> nonce)>;

    /// Of the operating system's randomness; ends the process if there is none.
    static void RandomNonce(std::span<std::uint8_t, NONCE_SIZE> nonce);

    /// @param keyring the caller may keep it, to change its keys
    /// @param nonceSource asked once a message that is sealed, one call at a time
    explicit AesGcmCipher(std::shared_ptr<const Keyring> keyring,
                          NonceSource nonceSource = RandomNonce);
    ~AesGcmCipher() override;

    std::size_t Overhead() const override;
    void Seal(Bytes& bytes, std::size_t start, ByteView aad) override;
    bool Open(ByteView sealed, ByteView aad, Bytes& plain) override;

  private:
    class Aes;

    std::shared_ptr<const Keyring> m_keyring;
    std::mutex m_mutex; ///< guards the rest
    NonceSource m_nonceSource;
    std::unique_ptr<Aes> m_aes;
};

} // namespace swim
