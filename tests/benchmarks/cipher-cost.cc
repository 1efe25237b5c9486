// SPDX-License-Identifier: MIT
//
// What it costs that a keyring may change at any time: a message sealed by AesGcmCipher, beside the
// same message sealed by OpenSSL's calls alone, under one key for ever.
//
//     cipher-cost [--check]
//
// Both in turn, by the CPU time of this thread; the best of the rounds counts, since what else runs
// on a machine only ever makes a program slower. `--check` makes it a test: it fails where a message
// costs more than a quarter as much again.
#include "swim/aes-gcm-cipher.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <limits>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string_view>
#include <thread>

namespace
{

using swim::Bytes;

constexpr double MOST_TIMES_BARE = 1.25;
constexpr int ROUNDS = 200;
constexpr int MESSAGES_A_ROUND = 500;
constexpr std::size_t TAG_SIZE = 16;

/// What no cipher can do without: a nonce and an encryption.
class BareSeal
{
  public:
    explicit BareSeal(const swim::SecretKey& key)
        : m_key(key),
          m_context(EVP_CIPHER_CTX_new())
    {
        EVP_CipherInit_ex2(m_context, EVP_aes_256_gcm(), nullptr, nullptr, 1, nullptr);
    }

    BareSeal(const BareSeal&) = delete;
    BareSeal& operator=(const BareSeal&) = delete;

    ~BareSeal()
    {
        EVP_CIPHER_CTX_free(m_context);
    }

    void Seal(Bytes& bytes)
    {
        std::uint8_t nonce[swim::NONCE_SIZE];
        std::uint8_t none[TAG_SIZE];
        std::uint8_t tag[TAG_SIZE];
        int count = 0;
        RAND_bytes(nonce, sizeof nonce);
        EVP_CipherInit_ex2(m_context, nullptr, m_key.data(), nonce, 1, nullptr);
        EVP_CipherUpdate(m_context,
                         bytes.data(),
                         &count,
                         bytes.data(),
                         static_cast<int>(bytes.size()));
        EVP_CipherFinal_ex(m_context, none, &count);
        EVP_CIPHER_CTX_ctrl(m_context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag);
        bytes.insert(bytes.begin(), 1);
        bytes.insert(bytes.begin() + 1, nonce, nonce + sizeof nonce);
        bytes.insert(bytes.end(), tag, tag + sizeof tag);
    }

  private:
    swim::SecretKey m_key;
    EVP_CIPHER_CTX* m_context;
};

double CpuSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// @return the time of one message, in seconds
template <typename Seal>
double OneRound(std::size_t size, Seal seal)
{
    Bytes bytes;
    bytes.reserve(size + 64);
    const double begin = CpuSeconds();
    for (int i = 0; i < MESSAGES_A_ROUND; ++i)
    {
        bytes.assign(size, 7);
        seal(bytes);
    }
    return (CpuSeconds() - begin) / MESSAGES_A_ROUND;
}

/// @return how many times the bare cost
double Compare(std::size_t size)
{
    const swim::SecretKey key(32, 1);
    BareSeal bare(key);
    swim::AesGcmCipher cipher(std::make_shared<swim::Keyring>(key));
    double bareBest = std::numeric_limits<double>::infinity();
    double best = bareBest;
    for (int round = 0; round < ROUNDS; ++round)
    {
        bareBest = std::min(bareBest, OneRound(size, [&](Bytes& bytes) { bare.Seal(bytes); }));
        best = std::min(best, OneRound(size, [&](Bytes& bytes) { cipher.Seal(bytes, 0, {}); }));
    }
    std::printf("%4zu bytes: %.0f ns, bare %.0f ns, ratio %.2f\n",
                size,
                best * 1e9,
                bareBest * 1e9,
                best / bareBest);
    return best / bareBest;
}

} // namespace

int main(int argc, char** argv)
{
    // In a process that never had a second thread, the library counts pointers without locking.
    std::thread([] {}).join();
    double worst = 0;
    for (const std::size_t size : {50, 300, 1300}) // a probe, gossip, a full datagram
    {
        worst = std::max(worst, Compare(size));
    }
    return argc > 1 && std::string_view(argv[1]) == "--check" && worst > MOST_TIMES_BARE ? 1 : 0;
}
