// SPDX-License-Identifier: GPL-2.0-only
//
// See sha256.h.
#include "lab/scenario/sha256.h"

#include <array>
#include <fstream>
#include <openssl/evp.h>
#include <vector>

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

void Sha256::Add(std::string_view bytes)
{
    EVP_DigestUpdate(m_digest.get(), bytes.data(), bytes.size());
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

std::string Sha256OfBytes(std::string_view bytes)
{
    Sha256 sum;
    sum.Add(bytes);
    return sum.Finish();
}

std::optional<std::string> Sha256OfFile(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::vector<char> block(1 << 20);
    Sha256 sum;
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    {
        sum.Add({block.data(), static_cast<std::size_t>(in.gcount())});
    }
    return in.eof() ? std::optional(sum.Finish()) : std::nullopt;
}

} // namespace swimlab
