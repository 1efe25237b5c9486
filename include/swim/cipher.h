// SPDX-License-Identifier: MIT
//
// What the envelope needs of an encryption.
//
// Keys, random nonces and the cryptographic library belong to whoever runs a node, so the protocol
// sees this hook only: a simulation needs no library, and a test can count nonces.
#pragma once

#include "swim/bytes.h"

#include <cstddef>

namespace swim
{

/// memberlist's sealed form, `version | nonce | ciphertext | tag`, under some keys.
class Cipher
{
  public:
    virtual ~Cipher() = default;

    /// @return by exactly how many bytes sealing makes a message longer
    virtual std::size_t Overhead() const = 0;

    /**
     * Replaces the bytes from `start` to the end by their sealed form. Cannot fail: an
     * implementation that finds no safe nonce must not return.
     *
     * @param bytes the message, and what stands before it
     * @param start where the message begins
     * @param aad what is not sent along but must be the same on the other side; not in `bytes`
     */
    virtual void Seal(Bytes& bytes, std::size_t start, ByteView aad) = 0;

    /**
     * Reads a sealed form, whoever sent it.
     *
     * @param sealed not a part of `plain`
     * @param aad as it was sealed with
     * @param plain becomes the message; after a failure of no meaning
     * @return whether one of the keys fits and nothing was changed on the way
     */
    virtual bool Open(ByteView sealed, ByteView aad, Bytes& plain) = 0;
};

} // namespace swim
