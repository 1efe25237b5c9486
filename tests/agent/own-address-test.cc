// SPDX-License-Identifier: MIT
//
// Which address a member that listens at all of them tells others, and when that cannot be told.
#include "agent/own-address.h"
#include "future-outcome.h"
#include "swim/agent.h"
#include "swim/endpoint.h"

#include <gtest/gtest.h>

namespace swim
{

namespace
{

Address AddressAt(const std::string& text)
{
    return *NumericAddress(*ParseHostPort(text));
}

/// The address, or what is wrong.
std::string Pick(const std::string& bind,
                 const std::vector<std::string>& own,
                 const std::string& routed = {},
                 const std::string& allowed = {})
{
    std::vector<OwnAddress> addresses;
    for (const std::string& each : own)
    {
        addresses.push_back(
            {.interface = "if" + std::to_string(addresses.size()), .address = AddressAt(each)});
    }
    AllowList allow;
    if (!allowed.empty())
    {
        EXPECT_EQ(allow.Add(allowed), std::nullopt);
    }
    try
    {
        return FormatAddress(
            PickOwnAddress(AddressAt(bind),
                           addresses,
                           allow,
                           routed.empty() ? std::nullopt : std::optional(AddressAt(routed))));
    }
    catch (const AgentError& error)
    {
        return error.what();
    }
}

bool Mentions(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

TEST(OwnAddressTest, TheOnlyOneIsPicked)
{
    EXPECT_EQ(Pick("0.0.0.0:7000", {"127.0.0.1", "10.0.0.1", "169.254.3.4", "fd00::1"}),
              "10.0.0.1:7000");
    EXPECT_EQ(Pick("[::]:7000", {"::1", "10.0.0.1", "fe80::1", "fd00::1"}), "[fd00::1]:7000");
}

TEST(OwnAddressTest, ASocketOfIPv6TakesIPv4WhereThereIsNothingElse)
{
    EXPECT_EQ(Pick("[::]:7000", {"::1", "10.0.0.1", "fe80::1"}), "10.0.0.1:7000");
}

TEST(OwnAddressTest, OfSeveralTheDefaultRouteTells)
{
    EXPECT_EQ(Pick("0.0.0.0:7000", {"10.0.0.1", "10.1.0.1"}, "10.1.0.1"), "10.1.0.1:7000");
    EXPECT_EQ(Pick("[::]:7000", {"fd00::1", "fd01::1"}, "fd01::1"), "[fd01::1]:7000");
}

TEST(OwnAddressTest, WhatIsNotAllowedIsNotPicked)
{
    EXPECT_EQ(Pick("0.0.0.0:7000", {"10.0.0.1", "10.1.0.1"}, "10.1.0.1", "10.0.0.0/16"),
              "10.0.0.1:7000");
}

TEST(OwnAddressTest, WithoutARouteTheUserIsAskedWhichOfThem)
{
    for (const char* const routed : {"", "10.2.0.1"})
    {
        const std::string wrong = Pick("0.0.0.0:7000", {"10.0.0.1", "10.1.0.1"}, routed);
        EXPECT_TRUE(
            Mentions(wrong, "set advertise to one of 10.0.0.1:7000 (if0), 10.1.0.1:7000 (if1)"))
            << wrong;
    }
}

TEST(OwnAddressTest, WithoutAnyTheUserIsAskedForOne)
{
    for (const char* const bind : {"0.0.0.0:7000", "[::]:7000"})
    {
        const std::string wrong = Pick(bind, {"127.0.0.1", "::1", "169.254.3.4", "fe80::1"});
        EXPECT_TRUE(Mentions(wrong, "set advertise to where they do")) << wrong;
    }
}

/// A router's own address may be on its loopback interface.
TEST(OwnAddressTest, WhatIsOnLoopbackIsNotPicked)
{
    const std::vector<OwnAddress> own = {
        {.interface = "lo", .address = AddressAt("10.9.9.9"), .loopback = true},
        {.interface = "eth0", .address = AddressAt("10.0.0.1")}};
    EXPECT_EQ(FormatAddress(PickOwnAddress(AddressAt("0.0.0.0:7000"), own, {}, std::nullopt)),
              "10.0.0.1:7000");
}

/// What the system says: only lo is of the machine alone, and the default route's is its own.
TEST(OwnAddressTest, TheSystemsAnswersFitTogether)
{
    for (const OwnAddress& each : OwnAddresses())
    {
        EXPECT_EQ(each.interface == "lo", each.loopback);
        EXPECT_NE(each.address.length, 0);
    }
    if (const std::optional<Address> routed = SourceOfDefaultRoute(false))
    {
        EXPECT_TRUE(std::ranges::any_of(OwnAddresses(), [&](const OwnAddress& each) {
            return std::ranges::equal(each.address.Bytes(), routed->Bytes());
        }));
    }
}

} // namespace

} // namespace swim
