// SPDX-License-Identifier: MIT
//
// A message is sealed and opened without memory of the heap, though the ring may change meanwhile.
#include "heap-count.h"
#include "swim/aes-gcm-cipher.h"

#include <gtest/gtest.h>

namespace swim
{

namespace
{

TEST(CipherAllocation, SealingAndOpeningTakeNothing)
{
    const auto ring = std::make_shared<Keyring>(SecretKey(16, 1));
    ring->Add(SecretKey(32, 2));
    AesGcmCipher theirs(ring);
    AesGcmCipher ours(ring);
    Bytes message(1000, 7);
    Bytes plain;
    message.reserve(message.size() + ours.Overhead());
    plain.reserve(message.capacity());
    for (const SecretKey& primary : {SecretKey(32, 2), SecretKey(16, 1)})
    {
        ring->Use(primary);
        const std::uint64_t before = heap::Allocations();
        for (int i = 0; i < 100; ++i)
        {
            message.resize(1000);
            theirs.Seal(message, 0, {});
            ASSERT_TRUE(ours.Open(message, {}, plain));
        }
        EXPECT_EQ(heap::Allocations() - before, 0u);
    }
}

} // namespace

} // namespace swim
