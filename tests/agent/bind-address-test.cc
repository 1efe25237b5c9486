// SPDX-License-Identifier: MIT
//
// What `bind` stands for: numbers, interfaces and names, on machines made up and on this one.
#include "agent/bind-address.h"
#include "agents-on-sockets.h"
#include "swim/agent.h"
#include "swim/endpoint.h"
#include "swim/swarm.h"

#include <gtest/gtest.h>
#include <map>

namespace swim
{

namespace
{

Address NumericAt(const std::string& text)
{
    return *NumericAddress(*ParseHostPort(text));
}

/// A machine's addresses, as "interface address".
std::vector<OwnAddress> Machine(const std::vector<std::string>& lines)
{
    std::vector<OwnAddress> own;
    for (const std::string& line : lines)
    {
        const std::size_t blank = line.find(' ');
        own.push_back({.interface = line.substr(0, blank),
                       .address = NumericAt(line.substr(blank + 1)),
                       .loopback = line.starts_with("lo ")});
    }
    return own;
}

const std::vector<OwnAddress> SERVER_ADDRESSES = Machine({"lo 127.0.0.1",
                                                          "lo ::1",
                                                          "eth0 10.0.0.1",
                                                          "eth0 fd00::1",
                                                          "eth0 fe80::1",
                                                          "eth1 fd01::1",
                                                          "eth1 fe80::2",
                                                          "eth2 10.2.0.1",
                                                          "eth2 10.2.0.2",
                                                          "eth3 fe80::3",
                                                          "eth4 fd04::1",
                                                          "eth4 fd04::2"});

/// What name servers and files say.
const std::map<std::string, std::vector<std::string>> HOST_NAMES = {
    {"localhost", {"127.0.0.1", "127.0.0.1", "::1"}}, // /etc/hosts may name it twice
    {"myself", {"127.0.1.1"}},                        // as Debian has it
    {"db-1", {"10.9.0.1", "10.0.0.1"}},
    {"db-1-ipv6", {"fe80::1", "fd01::1"}},
    {"db-2", {"10.9.0.2", "fd09::2"}},
    {"everywhere", {"10.0.0.1", "10.2.0.1", "fd01::1"}},
    {"eth0", {"10.2.0.1"}}};

Transport::Resolution LookUpMade(const HostPort& host, bool ipv6)
{
    const auto found = HOST_NAMES.find(host.host);
    Transport::Resolution resolution{.addresses = {}, .error = "unknown"};
    for (const std::string& text :
         found == HOST_NAMES.end() ? std::vector<std::string>{} : found->second)
    {
        const Address address = *NumericAddress({.host = text, .port = host.port});
        if ((address.length == 16) == ipv6)
        {
            resolution.addresses.push_back(address);
            resolution.error.clear();
        }
    }
    return resolution;
}

/// The address, or what is wrong.
std::string Bound(const std::string& bind, const std::vector<OwnAddress>& own = SERVER_ADDRESSES)
{
    try
    {
        return FormatAddress(ReadBindAddress(bind, own, LookUpMade));
    }
    catch (const AgentError& error)
    {
        return error.what();
    }
}

TEST(BindAddress, NumbersAreTakenAsTheyAre)
{
    EXPECT_EQ(Bound("10.7.7.7:1"), "10.7.7.7:1");
    EXPECT_EQ(Bound("10.7.7.7"), "10.7.7.7:7946");
    EXPECT_EQ(Bound("[fd00::7]:0"), "[fd00::7]:0");
    EXPECT_EQ(Bound("fd00::7"), "[fd00::7]:7946");
    EXPECT_EQ(Bound("0.0.0.0:7000"), "0.0.0.0:7000");
}

TEST(BindAddress, AnInterfaceIsItsIPv4AddressOrElseItsGlobalIPv6)
{
    EXPECT_EQ(Bound("eth0"), "10.0.0.1:7946");
    EXPECT_EQ(Bound("eth0:0"), "10.0.0.1:0");
    EXPECT_EQ(Bound("eth1:7000"), "[fd01::1]:7000");
    EXPECT_EQ(Bound("lo:7000"), "127.0.0.1:7000");
    EXPECT_EQ(Bound("lo:7000", Machine({"lo ::1"})), "[::1]:7000");
}

TEST(BindAddress, OfSeveralAddressesOfAnInterfaceTheUserSaysWhich)
{
    EXPECT_EQ(Bound("eth2"),
              "bind = \"eth2\": eth2 has several addresses; say which: 10.2.0.1, 10.2.0.2");
    EXPECT_EQ(Bound("eth4:1"),
              "bind = \"eth4:1\": eth4 has several addresses; say which: [fd04::1], [fd04::2]");
    EXPECT_EQ(Bound("eth3"),
              "bind = \"eth3\": eth3 has only addresses of its link alone: [fe80::3]");
}

TEST(BindAddress, ANameIsTheAddressOfThisMachineAmongThoseThatItStandsFor)
{
    EXPECT_EQ(Bound("localhost:1"), "127.0.0.1:1");
    EXPECT_EQ(Bound("myself:1"), "127.0.1.1:1");
    EXPECT_EQ(Bound("db-1:1"), "10.0.0.1:1");
    EXPECT_EQ(Bound("db-1-ipv6"), "[fd01::1]:7946");
    EXPECT_EQ(Bound("everywhere"),
              "bind = \"everywhere\": everywhere stands for several addresses of this machine; say "
              "which: 10.0.0.1, 10.2.0.1");
}

TEST(BindAddress, ANameOfAnotherMachineIsRefusedWithWhatItStandsFor)
{
    EXPECT_EQ(Bound("db-2", Machine({"lo 127.0.0.1", "eth0 10.0.0.1", "eth0 fd00::1"})),
              "bind = \"db-2\": db-2 stands for 10.9.0.2, [fd09::2], which this machine cannot "
              "listen at; its interfaces are lo (127.0.0.1), eth0 (10.0.0.1, [fd00::1])");
}

TEST(BindAddress, WhatStandsForNothingIsToldWithTheInterfacesThatThereAre)
{
    EXPECT_EQ(Bound("eth7:1", Machine({"lo 127.0.0.1", "eth0 10.0.0.1"})),
              "bind = \"eth7:1\": there is no interface eth7 that is up and has an address, and no "
              "host of that name (unknown); its interfaces are lo (127.0.0.1), eth0 (10.0.0.1)");
    EXPECT_NE(Bound("eth7", {}).find("it has no interface that is up"), std::string::npos);
}

TEST(BindAddress, WhatIsNoHostAndPortIsRefused)
{
    for (const char* const text : {"", ":7946", "eth0:", "eth0:x", "eth0:65536", "[fd00::1"})
    {
        EXPECT_NE(Bound(text).find("must be HOST:PORT or HOST"), std::string::npos) << text;
    }
}

/// On the machine at hand, whatever else it has.
TEST(BindAddress, AgentsListenAtLoByItsNameAndByLocalhost)
{
    AgentOptions byInterface = Quick("a");
    byInterface.bind = "lo:0";
    AgentOptions byName = Quick("b");
    byName.bind = "localhost:0";
    Agent a(byInterface);
    Agent b(byName);
    EXPECT_EQ(a.AdvertisedAddress().Bytes()[0], 127);
    EXPECT_EQ(Get(b.Join({Where(a)})).contacted, 1u);
    EXPECT_EQ(OpenSockets(byName)->LocalAddress().Bytes()[0], 127);
}

/// Every interface with one IPv4 address can be listened at by its name.
TEST(BindAddress, EachInterfaceOfThisMachineIsItsAddress)
{
    for (const OwnAddress& each : OwnAddresses())
    {
        AgentOptions options = Quick("a");
        options.bind = each.interface + ":0";
        try
        {
            const Agent agent(options);
            const std::vector<OwnAddress> own = OwnAddresses();
            EXPECT_TRUE(std::ranges::any_of(own, [&](const OwnAddress& other) {
                return other.interface == each.interface &&
                       std::ranges::equal(other.address.Bytes(), agent.LocalAddress().Bytes());
            })) << each.interface;
        }
        catch (const AgentError& error) // one of several, or of its link alone
        {
            EXPECT_NE(std::string(error.what()).find(each.interface), std::string::npos);
        }
    }
}

TEST(BindAddress, ASwarmBeginsAtTheAddressOfAnInterface)
{
    SwarmOptions options;
    options.members = 2;
    options.first = Quick("m0");
    options.first.bind = "lo:0";
    Swarm swarm(options);
    EXPECT_EQ(swarm.At(0).AdvertisedAddress().Bytes()[3] + 1,
              swarm.At(1).AdvertisedAddress().Bytes()[3]);
}

} // namespace

} // namespace swim
