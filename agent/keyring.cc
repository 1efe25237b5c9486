// SPDX-License-Identifier: MIT
//
// See keyring.h.
#include "swim/keyring.h"

#include <algorithm>
#include <cstddef>
#include <openssl/evp.h>
#include <utility>

namespace swim
{

namespace
{

bool IsKeySize(std::size_t size)
{
    return size == 16 || size == 24 || size == 32;
}

void CheckSize(const SecretKey& key)
{
    if (!IsKeySize(key.size()))
    {
        throw KeyError("a key of " + std::to_string(key.size()) + " bytes: must be 16, 24 or 32");
    }
}

} // namespace

std::string KeyToText(ByteView key)
{
    std::string text((key.size() + 2) / 3 * 4 + 1, '\0'); // EVP_EncodeBlock ends it with a zero
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                       key.data(),
                                       static_cast<int>(key.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::optional<SecretKey> KeyFromText(std::string_view text)
{
    // EVP_DecodeBlock passes over blanks around the text and turns padding into zeros. What is left
    // when the padding is cut off was a key if it spells the same text.
    constexpr std::size_t LONGEST = 44;
    if (text.size() > LONGEST || text.size() % 4 != 0)
    {
        return std::nullopt;
    }
    SecretKey key(text.size() / 4 * 3);
    const int length = EVP_DecodeBlock(key.data(),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    const auto padding = static_cast<std::size_t>(std::ranges::count(text, '='));
    if (length != static_cast<int>(key.size()) || padding > 2)
    {
        return std::nullopt;
    }
    key.resize(key.size() - padding);
    return IsKeySize(key.size()) && KeyToText(key) == text ? std::optional(key) : std::nullopt;
}

Keyring::Keyring(SecretKey primary)
    : m_keys{std::move(primary)}
{
    CheckSize(m_keys.front());
}

void Keyring::Add(const SecretKey& key)
{
    CheckSize(key);
    if (std::ranges::find(m_keys, key) == m_keys.end())
    {
        m_keys.push_back(key);
    }
}

void Keyring::Use(const SecretKey& key)
{
    const auto found = std::ranges::find(m_keys, key);
    if (found == m_keys.end())
    {
        throw KeyError("the key is not in the keyring: add it first, on every member");
    }
    std::rotate(m_keys.begin(), found, found + 1);
}

void Keyring::Remove(const SecretKey& key)
{
    if (key == m_keys.front())
    {
        throw KeyError("the primary key cannot be removed: use another one first");
    }
    std::erase(m_keys, key);
}

} // namespace swim
