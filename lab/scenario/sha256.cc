// SPDX-License-Identifier: GPL-2.0-only
//
// See sha256.h.
#include "lab/scenario/sha256.h"

#include <array>
#include <fstream>
#include <memory>
#include <openssl/evp.h>
#include <vector>

namespace swimlab
{

namespace
{

class Digest
{
  public:
    Digest()
        : m_context(EVP_MD_CTX_new(), EVP_MD_CTX_free)
    {
        EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr);
    }

    void Add(std::string_view bytes)
    {
        EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size());
    }

    std::string Finish()
    {
        std::array<unsigned char, EVP_MAX_MD_SIZE> sum;
        unsigned int size = 0;
        EVP_DigestFinal_ex(m_context.get(), sum.data(), &size);
        std::string text;
        for (unsigned int i = 0; i < size; ++i)
        {
            constexpr std::string_view DIGITS = "0123456789abcdef";
            text += DIGITS[sum[i] >> 4];
            text += DIGITS[sum[i] & 0xf];
        }
        return text;
    }

  private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> m_context;
};

} // namespace

std::string Sha256OfBytes(std::string_view bytes)
{
    Digest digest;
    digest.Add(bytes);
    return digest.Finish();
}

std::optional<std::string> Sha256OfFile(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::vector<char> block(1 << 20);
    Digest digest;
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    {
        digest.Add({block.data(), static_cast<std::size_t>(in.gcount())});
    }
    return in.eof() ? std::optional(digest.Finish()) : std::nullopt;
}

} // namespace swimlab
