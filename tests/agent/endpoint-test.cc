// SPDX-License-Identifier: MIT
//
// Addresses as people write them.
#include "swim/endpoint.h"

#include <gtest/gtest.h>

namespace swim
{

namespace
{

std::string ReadAndWrite(std::string_view text)
{
    const std::optional<HostPort> endpoint = ParseHostPort(text);
    const std::optional<Address> address = endpoint ? NumericAddress(*endpoint) : std::nullopt;
    return address ? FormatAddress(*address) : "none";
}

TEST(Endpoint, NumbersAreReadAndWritten)
{
    EXPECT_EQ(ReadAndWrite("10.0.0.1:80"), "10.0.0.1:80");
    EXPECT_EQ(ReadAndWrite("10.0.0.1"), "10.0.0.1:7946");
    EXPECT_EQ(ReadAndWrite("[::1]:80"), "[::1]:80");
    EXPECT_EQ(ReadAndWrite("[fe80::1]"), "[fe80::1]:7946");
    EXPECT_EQ(ReadAndWrite("fe80::1"), "[fe80::1]:7946");
    EXPECT_EQ(ReadAndWrite("[::ffff:10.0.0.1]:80"), "10.0.0.1:80");
}

TEST(Endpoint, WhatIsNoAddressIsRefused)
{
    for (const char* const text :
         {"", ":80", "10.0.0.1:", "10.0.0.1:65536", "10.0.0.1:8x", "[::1", "[::1]80", "[]:80"})
    {
        EXPECT_FALSE(ParseHostPort(text)) << text;
    }
    EXPECT_EQ(ReadAndWrite("db-1:80"), "none");
    EXPECT_EQ(ParseHostPort("db-1:80")->host, "db-1");
}

TEST(Endpoint, AllAddressesOfAMachineAreNone)
{
    EXPECT_TRUE(IsUnspecified(*NumericAddress({"0.0.0.0"})));
    EXPECT_TRUE(IsUnspecified(*NumericAddress({"::"})));
    EXPECT_TRUE(IsUnspecified(*NumericAddress({"::ffff:0.0.0.0"})));
    EXPECT_FALSE(IsUnspecified(*NumericAddress({"::1"})));
}

} // namespace

} // namespace swim
