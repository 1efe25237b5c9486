// SPDX-License-Identifier: MIT
//
// A member's keys: in memory, where they can be changed while messages are sealed and opened, and
// in the file that holds them.
//
// The file has one key a line, in base64, the primary first; or, as Serf's keyring files, a JSON
// list of them. Lines that begin with # and empty ones do not count.
#pragma once

#include "swim/aes-gcm-cipher.h"

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace swim::program
{

/// All methods from any thread.
class MemberKeys : public Cipher
{
  public:
    /// @throws UserError if the file cannot be read, or by others than its owner and group, or has
    ///         no proper keys
    explicit MemberKeys(std::string file);

    /// The primary first.
    std::vector<SecretKey> List() const;

    /// Changes the ring, then the file. @return why that is not possible, or nothing
    std::optional<std::string> Install(const SecretKey& key);
    std::optional<std::string> Use(const SecretKey& key);
    std::optional<std::string> Remove(const SecretKey& key);

    /// Reads the file again. @throws UserError
    Keyring Read() const;

    /// Uses these keys from now on; the file stays as it is.
    void Replace(Keyring ring);

    std::size_t Overhead() const override;
    void Seal(Bytes& bytes, std::size_t start, ByteView aad) override;
    bool Open(ByteView sealed, ByteView aad, Bytes& plain) override;

  private:
    template <typename Change>
    std::optional<std::string> Apply(Change change);

    const std::string m_file;
    mutable std::mutex m_mutex;
    std::shared_ptr<Keyring> m_ring;
    AesGcmCipher m_cipher;
};

} // namespace swim::program
