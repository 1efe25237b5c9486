// SPDX-License-Identifier: MIT
//
// A member's keys: the ring that its agent's messages are sealed and opened with, and the file that
// holds them, changed together.
//
// The file has one key a line, in base64, the primary first; or, as Serf's keyring files, a JSON
// list of them. Lines that begin with # and empty ones do not count.
#pragma once

#include "swim/keyring.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace swim::program
{

/// From one thread; the ring's users may be on others.
class MemberKeys
{
  public:
    /// @throws UserError if the file cannot be read, or by others than its owner and group, or has
    ///         no proper keys
    explicit MemberKeys(std::string file);

    /// For the agent's cipher; it changes as the keys do.
    std::shared_ptr<const Keyring> Ring() const
    {
        return m_ring;
    }

    /// The primary first.
    std::vector<SecretKey> List() const;

    /// Changes the ring, then the file. @return why that is not possible, or nothing
    std::optional<std::string> Install(const SecretKey& key);
    std::optional<std::string> Use(const SecretKey& key);
    std::optional<std::string> Remove(const SecretKey& key);

    /// Reads the file again. @throws UserError
    Keyring Read() const;

    /// Uses these keys from now on; the file stays as it is.
    void Replace(const Keyring& ring);

  private:
    template <typename Change>
    std::optional<std::string> Apply(Change change);

    const std::string m_file;
    const std::shared_ptr<Keyring> m_ring;
};

} // namespace swim::program
