// SPDX-License-Identifier: GPL-2.0-only
//
// The SHA-256 of what a record holds.
#pragma once

#include <memory>
#include <openssl/types.h>
#include <string>
#include <string_view>

namespace swimlab
{

class Sha256
{
  public:
    Sha256();

    void Add(std::string_view text);

    /// To be called once, last. @return in hexadecimal
    std::string Finish();

  private:
    struct Free
    {
        void operator()(EVP_MD_CTX* digest) const;
    };

    std::unique_ptr<EVP_MD_CTX, Free> m_digest;
};

std::string Sha256Of(std::string_view text);

} // namespace swimlab
