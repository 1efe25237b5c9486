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
{
    CheckSize(primary);
    List keys;
    keys.push_back(std::move(primary));
    m_keys = std::make_shared<const List>(std::move(keys));
}

Keyring::Keyring(const Keyring& other)
    : m_keys(other.Current())
{
}

Keyring& Keyring::operator=(const Keyring& other)
{
    // One lock after the other, so that two rings may be assigned to each other.
    std::shared_ptr<const List> keys = other.Current();
    const std::lock_guard lock(m_mutex);
    m_keys = std::move(keys);
    return *this;
}

void Keyring::Add(const SecretKey& key)
{
    CheckSize(key);
    const std::lock_guard lock(m_mutex);
    if (std::ranges::find(*m_keys, key) == m_keys->end())
    {
        List keys = *m_keys;
        keys.push_back(key);
        m_keys = std::make_shared<const List>(std::move(keys));
    }
}

void Keyring::Use(const SecretKey& key)
{
    const std::lock_guard lock(m_mutex);
    List keys = *m_keys;
    const auto found = std::ranges::find(keys, key);
    if (found == keys.end())
    {
        throw KeyError("the key is not in the keyring: add it first, on every member");
    }
    std::rotate(keys.begin(), found, found + 1);
    m_keys = std::make_shared<const List>(std::move(keys));
}

void Keyring::Remove(const SecretKey& key)
{
    const std::lock_guard lock(m_mutex);
    if (key == m_keys->front())
    {
        throw KeyError("the primary key cannot be removed: use another one first");
    }
    List keys = *m_keys;
    std::erase(keys, key);
    m_keys = std::make_shared<const List>(std::move(keys));
}

std::vector<SecretKey> Keyring::Keys() const
{
    return *Current();
}

std::shared_ptr<const Keyring::List> Keyring::Current() const
{
    const std::lock_guard lock(m_mutex);
    return m_keys;
}

} // namespace swim
