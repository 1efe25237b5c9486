// SPDX-License-Identifier: MIT
//
// See aes-gcm-cipher.h.
#include "agent/aes-gcm-cipher.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

namespace swim
{

namespace
{

constexpr std::size_t VERSION_SIZE = 1;
constexpr std::size_t TAG_SIZE = 16;
constexpr std::size_t BLOCK_SIZE = 16;
constexpr std::size_t OVERHEAD = VERSION_SIZE + NONCE_SIZE + TAG_SIZE;
constexpr std::uint8_t PADDED = 0;
constexpr std::uint8_t UNPADDED = 1;

/// Cuts off a PKCS7 padding: its last byte says how many bytes it has, 1 to 16.
bool RemovePadding(wire::Bytes& plain)
{
    const std::size_t count = plain.empty() ? 0 : plain.back();
    if (count == 0 || count > BLOCK_SIZE || count > plain.size())
    {
        return false;
    }
    plain.resize(plain.size() - count);
    return true;
}

} // namespace

/// OpenSSL's side: one context, so that a datagram costs no allocation.
class AesGcmCipher::Aes
{
  public:
    Aes()
        : m_context(EVP_CIPHER_CTX_new()),
          m_aes128(EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr)),
          m_aes192(EVP_CIPHER_fetch(nullptr, "AES-192-GCM", nullptr)),
          m_aes256(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr))
    {
        SWIM_ASSERT(m_context && m_aes128 && m_aes192 && m_aes256, "OpenSSL has AES-GCM");
    }

    Aes(const Aes&) = delete;
    Aes& operator=(const Aes&) = delete;

    ~Aes()
    {
        EVP_CIPHER_CTX_free(m_context);
        EVP_CIPHER_free(m_aes128);
        EVP_CIPHER_free(m_aes192);
        EVP_CIPHER_free(m_aes256);
    }

    /// Encrypts in place and writes the tag behind the text.
    void Encrypt(const Key& key,
                 const std::uint8_t* nonce,
                 wire::ByteView aad,
                 std::span<std::uint8_t> text)
    {
        std::uint8_t* tag = text.data() + text.size();
        const bool done = Start(key, nonce, aad, true) && Update(text.data(), text) && Finish() &&
                          EVP_CIPHER_CTX_ctrl(m_context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag) == 1;
        SWIM_ASSERT(done, "encryption of bytes in memory has no reason to fail");
    }

    /// @param plain of the text's size
    /// @param tag stands behind the text
    bool Decrypt(const Key& key,
                 const std::uint8_t* nonce,
                 wire::ByteView aad,
                 wire::ByteView text,
                 std::uint8_t* plain)
    {
        // OpenSSL takes the expected tag by a pointer to non-const and only reads it.
        auto* tag = const_cast<std::uint8_t*>(text.data() + text.size());
        return Start(key, nonce, aad, false) && Update(plain, text) &&
               EVP_CIPHER_CTX_ctrl(m_context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
               Finish();
    }

  private:
    bool Start(const Key& key, const std::uint8_t* nonce, wire::ByteView aad, bool encrypt)
    {
        const EVP_CIPHER* aes = key.size() == 16   ? m_aes128
                                : key.size() == 24 ? m_aes192
                                                   : m_aes256;
        int count = 0;
        return EVP_CipherInit_ex2(m_context, aes, key.data(), nonce, encrypt, nullptr) == 1 &&
               (aad.empty() || EVP_CipherUpdate(m_context,
                                                nullptr,
                                                &count,
                                                aad.data(),
                                                static_cast<int>(aad.size())) == 1);
    }

    bool Update(std::uint8_t* out, wire::ByteView in)
    {
        int count = 0;
        return in.empty() ||
               EVP_CipherUpdate(m_context, out, &count, in.data(), static_cast<int>(in.size())) ==
                   1;
    }

    /// Makes the tag, or compares it.
    bool Finish()
    {
        std::uint8_t none[BLOCK_SIZE]; // a stream cipher keeps nothing back
        int count = 0;
        return EVP_CipherFinal_ex(m_context, none, &count) == 1;
    }

    EVP_CIPHER_CTX* m_context;
    EVP_CIPHER* m_aes128;
    EVP_CIPHER* m_aes192;
    EVP_CIPHER* m_aes256;
};

void AesGcmCipher::RandomNonce(std::span<std::uint8_t, NONCE_SIZE> nonce)
{
    const bool random = RAND_bytes(nonce.data(), static_cast<int>(nonce.size())) == 1;
    SWIM_ASSERT(random, "without randomness nothing can be encrypted safely");
}

AesGcmCipher::AesGcmCipher(std::shared_ptr<const Keyring> keyring, NonceSource nonceSource)
    : m_keyring(std::move(keyring)),
      m_nonceSource(std::move(nonceSource)),
      m_aes(std::make_unique<Aes>())
{
}

AesGcmCipher::~AesGcmCipher() = default;

std::size_t AesGcmCipher::Overhead() const
{
    return OVERHEAD;
}

void AesGcmCipher::Seal(wire::Bytes& bytes, std::size_t start, wire::ByteView aad)
{
    const std::size_t size = bytes.size() - start;
    bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(start), VERSION_SIZE + NONCE_SIZE, 0);
    bytes.resize(bytes.size() + TAG_SIZE);
    std::uint8_t* sealed = bytes.data() + start;
    std::uint8_t* nonce = sealed + VERSION_SIZE;
    sealed[0] = UNPADDED;
    m_nonceSource(std::span<std::uint8_t, NONCE_SIZE>(nonce, NONCE_SIZE));
    m_aes->Encrypt(m_keyring->Keys().front(), nonce, aad, {nonce + NONCE_SIZE, size});
}

bool AesGcmCipher::Open(wire::ByteView sealed, wire::ByteView aad, wire::Bytes& plain)
{
    if (sealed.size() < OVERHEAD || sealed[0] > UNPADDED)
    {
        return false;
    }
    const std::uint8_t* nonce = sealed.data() + VERSION_SIZE;
    const wire::ByteView text = sealed.subspan(VERSION_SIZE + NONCE_SIZE, sealed.size() - OVERHEAD);
    plain.resize(text.size());
    for (const Key& key : m_keyring->Keys())
    {
        if (m_aes->Decrypt(key, nonce, aad, text, plain.data()))
        {
            return sealed[0] != PADDED || RemovePadding(plain);
        }
    }
    return false;
}

} // namespace swim
