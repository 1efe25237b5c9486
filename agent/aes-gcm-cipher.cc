// SPDX-License-Identifier: MIT
//
// See aes-gcm-cipher.h.
#include "swim/aes-gcm-cipher.h"

#include "swim/assert.h"

#include <algorithm>
#include <array>
#include <openssl/crypto.h>
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
bool RemovePadding(Bytes& plain)
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

/// OpenSSL's side. A context is kept for each key size: to change a context's cipher allocates, and
/// a datagram should not.
class AesGcmCipher::Aes
{
  public:
    Aes()
        : m_contexts{Context("AES-128-GCM"), Context("AES-192-GCM"), Context("AES-256-GCM")}
    {
    }

    Aes(const Aes&) = delete;
    Aes& operator=(const Aes&) = delete;

    ~Aes()
    {
        std::ranges::for_each(m_contexts, EVP_CIPHER_CTX_free);
    }

    /// Encrypts in place and writes the tag behind the text.
    void Encrypt(const SecretKey& key,
                 const std::uint8_t* nonce,
                 ByteView aad,
                 std::span<std::uint8_t> text)
    {
        EVP_CIPHER_CTX* context = m_contexts[key.size() / 8 - 2];
        std::uint8_t* tag = text.data() + text.size();
        const bool done =
            EVP_CipherInit_ex2(context, nullptr, key.data(), nonce, 1, nullptr) == 1 &&
            Update(context, nullptr, aad) && Update(context, text.data(), text) &&
            Finish(context) &&
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag) == 1;
        SWIM_ASSERT(done, "encryption of bytes in memory has no reason to fail");
    }

    /// @param text with the tag behind it
    /// @param plain of the text's size
    bool Decrypt(const SecretKey& key,
                 const std::uint8_t* nonce,
                 ByteView aad,
                 ByteView text,
                 std::uint8_t* plain)
    {
        EVP_CIPHER_CTX* context = m_contexts[key.size() / 8 - 2];
        // OpenSSL takes the expected tag by a pointer to non-const and only reads it.
        auto* tag = const_cast<std::uint8_t*>(text.data() + text.size());
        return EVP_CipherInit_ex2(context, nullptr, key.data(), nonce, 0, nullptr) == 1 &&
               Update(context, nullptr, aad) && Update(context, plain, text) &&
               EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
               Finish(context);
    }

  private:
    static EVP_CIPHER_CTX* Context(const char* name)
    {
        // An agent may be destroyed as late as static objects are, and its thread seals until then:
        // OpenSSL must not clean up before. Of no effect once somebody else has used it.
        OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
        EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
        EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
        const bool made = context != nullptr && cipher != nullptr &&
                          EVP_CipherInit_ex2(context, cipher, nullptr, nullptr, 1, nullptr) == 1;
        SWIM_ASSERT(made, "OpenSSL has AES-GCM");
        EVP_CIPHER_free(cipher); // the context holds it
        return context;
    }

    /// @param out null: `in` is aad
    static bool Update(EVP_CIPHER_CTX* context, std::uint8_t* out, ByteView in)
    {
        int count = 0;
        const auto size = static_cast<int>(in.size());
        return in.empty() || EVP_CipherUpdate(context, out, &count, in.data(), size) == 1;
    }

    /// Makes the tag, or compares it.
    static bool Finish(EVP_CIPHER_CTX* context)
    {
        std::uint8_t none[BLOCK_SIZE]; // a stream cipher keeps nothing back
        int count = 0;
        return EVP_CipherFinal_ex(context, none, &count) == 1;
    }

    std::array<EVP_CIPHER_CTX*, 3> m_contexts; ///< for keys of 16, 24 and 32 bytes
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

void AesGcmCipher::Seal(Bytes& bytes, std::size_t start, ByteView aad)
{
    const std::size_t size = bytes.size() - start;
    bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(start), VERSION_SIZE + NONCE_SIZE, 0);
    bytes.resize(bytes.size() + TAG_SIZE);
    std::uint8_t* sealed = bytes.data() + start;
    std::uint8_t* nonce = sealed + VERSION_SIZE;
    sealed[0] = UNPADDED;
    const auto keys = m_keyring->Current();
    const std::lock_guard lock(m_mutex);
    m_nonceSource(std::span<std::uint8_t, NONCE_SIZE>(nonce, NONCE_SIZE));
    m_aes->Encrypt(keys->front(), nonce, aad, {nonce + NONCE_SIZE, size});
}

bool AesGcmCipher::Open(ByteView sealed, ByteView aad, Bytes& plain)
{
    if (sealed.size() < OVERHEAD || sealed[0] > UNPADDED)
    {
        return false;
    }
    const std::uint8_t* nonce = sealed.data() + VERSION_SIZE;
    const ByteView text = sealed.subspan(VERSION_SIZE + NONCE_SIZE, sealed.size() - OVERHEAD);
    plain.resize(text.size());
    const auto keys = m_keyring->Current();
    const std::lock_guard lock(m_mutex);
    for (const SecretKey& key : *keys)
    {
        if (m_aes->Decrypt(key, nonce, aad, text, plain.data()))
        {
            return sealed[0] != PADDED || RemovePadding(plain);
        }
    }
    return false;
}

} // namespace swim
