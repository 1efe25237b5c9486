// SPDX-License-Identifier: GPL-2.0-only
//
// The sums by which records tell whether a file is what it was. All are SHA-256, in hexadecimal.
#pragma once

#include <filesystem>
#include <memory>
#include <openssl/types.h>
#include <optional>
#include <string>
#include <string_view>

namespace swimlab
{

/// A sum of what comes bit by bit.
class Sha256
{
  public:
    Sha256();

    void Add(std::string_view bytes);

    /// To be called once, last.
    std::string Finish();

  private:
    struct Free
    {
        void operator()(EVP_MD_CTX* digest) const;
    };

    std::unique_ptr<EVP_MD_CTX, Free> m_digest;
};

std::string Sha256OfBytes(std::string_view bytes);

/// Of a file's content; none where it cannot be read.
std::optional<std::string> Sha256OfFile(const std::filesystem::path& file);

} // namespace swimlab
