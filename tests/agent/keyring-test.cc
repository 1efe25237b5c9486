// SPDX-License-Identifier: MIT
//
// The keyring's order and refusals, and keys as text.
#include "swim/keyring.h"

#include <gtest/gtest.h>

namespace swim
{

namespace
{

const SecretKey KEY_16(16, 1);
const SecretKey KEY_24(24, 2);
const SecretKey KEY_32(32, 3);

/// @return what is wrong with it, or nothing
template <typename Change>
std::optional<std::string> RefusalOf(Change change)
{
    try
    {
        change();
        return std::nullopt;
    }
    catch (const KeyError& error)
    {
        return error.what();
    }
}

TEST(Keyring, KeepsThePrimaryFirst)
{
    Keyring ring(KEY_16);
    ring.Add(KEY_24);
    ring.Add(KEY_32);
    EXPECT_EQ(ring.Keys(), (std::vector{KEY_16, KEY_24, KEY_32}));
    ring.Use(KEY_32);
    EXPECT_EQ(ring.Keys(), (std::vector{KEY_32, KEY_16, KEY_24}));
    ring.Use(KEY_32);
    EXPECT_EQ(ring.Keys(), (std::vector{KEY_32, KEY_16, KEY_24}));
}

TEST(Keyring, AddsAKeyOnce)
{
    Keyring ring(KEY_16);
    ring.Add(KEY_24);
    ring.Add(KEY_24);
    ring.Add(KEY_16);
    EXPECT_EQ(ring.Keys(), (std::vector{KEY_16, KEY_24}));
}

TEST(Keyring, RefusesKeysOfOtherSizes)
{
    Keyring ring(KEY_16);
    for (const std::size_t size : {0, 15, 17, 23, 25, 31, 33, 64})
    {
        const std::string refusal =
            "a key of " + std::to_string(size) + " bytes: must be 16, 24 or 32";
        EXPECT_EQ(RefusalOf([&] { ring.Add(SecretKey(size, 9)); }), refusal);
        EXPECT_EQ(RefusalOf([&] { Keyring other(SecretKey(size, 9)); }), refusal);
    }
    EXPECT_EQ(ring.Keys(), std::vector<SecretKey>{KEY_16});
}

TEST(Keyring, RefusesToUseAKeyThatItDoesNotHave)
{
    Keyring ring(KEY_16);
    EXPECT_EQ(RefusalOf([&] { ring.Use(KEY_24); }),
              "the key is not in the keyring: add it first, on every member");
    EXPECT_EQ(ring.Keys(), std::vector<SecretKey>{KEY_16});
}

TEST(Keyring, RemovesAnyKeyButThePrimary)
{
    Keyring ring(KEY_16);
    ring.Add(KEY_24);
    EXPECT_EQ(RefusalOf([&] { ring.Remove(KEY_16); }),
              "the primary key cannot be removed: use another one first");
    EXPECT_EQ(ring.Keys(), (std::vector{KEY_16, KEY_24}));
    ring.Remove(KEY_24);
    ring.Remove(KEY_24);
    EXPECT_EQ(ring.Keys(), std::vector<SecretKey>{KEY_16});
}

TEST(Keyring, IsCopiedWithTheKeysOfTheMoment)
{
    Keyring ring(KEY_16);
    Keyring copy(ring);
    ring.Add(KEY_24);
    copy.Add(KEY_32);
    EXPECT_EQ(ring.Keys(), (std::vector{KEY_16, KEY_24}));
    EXPECT_EQ(copy.Keys(), (std::vector{KEY_16, KEY_32}));
    ring = copy;
    copy.Use(KEY_32);
    EXPECT_EQ(ring.Keys(), (std::vector{KEY_16, KEY_32}));
}

TEST(KeyText, IsBase64BothWays)
{
    const std::pair<SecretKey, std::string_view> rows[] = {
        {SecretKey(16, 0), "AAAAAAAAAAAAAAAAAAAAAA=="},
        {SecretKey(24, 0xff), "////////////////////////////////"},
        {SecretKey(32, 0), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}};
    for (const auto& [key, text] : rows)
    {
        EXPECT_EQ(KeyToText(key), text);
        EXPECT_EQ(KeyFromText(text), key) << text;
    }
}

TEST(KeyText, RefusesWhatSpellsNoKey)
{
    for (const std::string_view text : {"",
                                        "AAAA",                     // 3 bytes
                                        "AAAAAAAAAAAAAAAAAAAAAA",   // padding missing
                                        "AAAAAAAAAAAAAAAAAAAAAAA=", // 17 bytes
                                        "AAAAAAAAAAAAAAAAAAAAAB==", // bits behind the key
                                        "AAAAAAAAAAAAAAAAAAAA=A==", // padding inside
                                        "AAAAAAAAAAAAAAAAAAAAA===", // too much of it
                                        " AAAAAAAAAAAAAAAAAAAAA==", // a blank
                                        "AAAAAAAAAAAAAAAAAAAAAA==\n\n\n\n",
                                        "AAAAAAAAAAAAAAAAAAAA*A==", // no base64
                                        "AAAAAAAAAAAAAAAAAAAA-A==", // base64 of another kind
                                        "////////////////////////////////////////////"}) // 33 bytes
    {
        EXPECT_EQ(KeyFromText(text), std::nullopt) << text;
    }
}

} // namespace

} // namespace swim
