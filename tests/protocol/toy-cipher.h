// SPDX-License-Identifier: MIT
//
// A cipher of no worth, for tests of what lies around a cipher: it tells keys apart, notices every
// change and every other aad, and keeps Cipher's contract. AES-GCM itself is tested with agent/.
#pragma once

#include "swim/cipher.h"

#include <algorithm>

namespace swim
{

class ToyCipher : public Cipher
{
  public:
    explicit ToyCipher(std::uint8_t key)
        : m_key(key)
    {
    }

    std::size_t Overhead() const override
    {
        return SUM_SIZE;
    }

    void Seal(wire::Bytes& bytes, std::size_t start, wire::ByteView aad) override
    {
        const std::uint64_t sum = Sum(wire::ByteView(bytes).subspan(start), aad);
        for (std::size_t i = start; i < bytes.size(); ++i)
        {
            bytes[i] ^= m_key;
        }
        for (std::size_t i = 0; i < SUM_SIZE; ++i)
        {
            bytes.push_back(static_cast<std::uint8_t>(sum >> 8 * i));
        }
    }

    bool Open(wire::ByteView sealed, wire::ByteView aad, wire::Bytes& plain) override
    {
        if (sealed.size() < SUM_SIZE)
        {
            return false;
        }
        plain.assign(sealed.begin(), sealed.end() - SUM_SIZE);
        for (std::uint8_t& byte : plain)
        {
            byte ^= m_key;
        }
        wire::Bytes again = plain;
        Seal(again, 0, aad);
        return std::ranges::equal(again, sealed);
    }

  private:
    static constexpr std::size_t SUM_SIZE = 8;

    /// FNV-1a over key, aad, message and the length of both.
    std::uint64_t Sum(wire::ByteView message, wire::ByteView aad) const
    {
        std::uint64_t sum = 0xcbf29ce484222325;
        const auto add = [&](std::uint64_t value) { sum = (sum ^ value) * 0x100000001b3; };
        add(m_key);
        add(aad.size());
        std::ranges::for_each(aad, add);
        add(message.size());
        std::ranges::for_each(message, add);
        return sum;
    }

    std::uint8_t m_key;
};

} // namespace swim
