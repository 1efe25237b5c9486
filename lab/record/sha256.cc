// SPDX-License-Identifier: GPL-2.0-only
//
// See sha256.h.
#include "lab/record/sha256.h"

#include <array>
#include <openssl/evp.h>

namespace swimlab
{

void Sha256::Free::operator()(EVP_MD_CTX* digest) const
{
    EVP_MD_CTX_free(digest);
}

Sha256::Sha256()
    : m_digest(EVP_MD_CTX_new())
{
    EVP_DigestInit_ex(m_digest.get(), EVP_sha256(), nullptr);
}

void Sha256::Add(std::string_view text)
{
    EVP_DigestUpdate(m_digest.get(), text.data(), text.size());
}

std::string Sha256::Finish()
{
    constexpr std::string_view DIGITS = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum;
    unsigned int size = 0;
    EVP_DigestFinal_ex(m_digest.get(), sum.data(), &size);
    std::string text;
    for (unsigned int i = 0; i < size; ++i)
    {
        text += DIGITS[sum[i] >> 4];
        text += DIGITS[sum[i] & 0xf];
    }
    return text;
}

std::string Sha256Of(std::string_view text)
{
    Sha256 sum;
    sum.Add(text);
    return sum.Finish();
}

} // namespace swimlab
