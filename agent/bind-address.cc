// SPDX-License-Identifier: MIT
//
// See bind-address.h.
#include "agent/bind-address.h"

#include "swim/agent.h"
#include "swim/endpoint.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace swim
{

namespace
{

/// Without a port.
std::string HostText(Address address)
{
    address.port = 0;
    const std::string text = FormatAddress(address);
    return text.substr(0, text.rfind(':'));
}

std::string HostTexts(const std::vector<Address>& addresses)
{
    std::string list;
    for (const Address& each : addresses)
    {
        list += (list.empty() ? "" : ", ") + HostText(each);
    }
    return list;
}

std::vector<Address> AddressesOf(const std::string& interface, const std::vector<OwnAddress>& own)
{
    std::vector<Address> addresses;
    for (const OwnAddress& each : own)
    {
        if (each.interface == interface)
        {
            addresses.push_back(each.address);
        }
    }
    return addresses;
}

/// "its interfaces are lo (127.0.0.1), eth0 (10.0.0.1, [fd00::1])"
std::string Interfaces(const std::vector<OwnAddress>& own)
{
    std::vector<std::string> names;
    std::string list;
    for (const OwnAddress& each : own)
    {
        if (std::ranges::find(names, each.interface) == names.end())
        {
            names.push_back(each.interface);
            list += (list.empty() ? "" : ", ") + each.interface + " (" +
                    HostTexts(AddressesOf(each.interface, own)) + ")";
        }
    }
    return list.empty() ? "it has no interface that is up" : "its interfaces are " + list;
}

/// Such an address means nothing without its link, which an Address does not hold.
bool IsOfOneLinkOnly(const Address& address)
{
    const auto bytes = address.Bytes();
    return bytes.size() == 16 && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

/// All of 127.0.0.0/8 is the machine, whichever of it the interface is said to have.
bool IsOurs(const Address& address, const std::vector<OwnAddress>& own)
{
    const auto bytes = address.Bytes();
    return (bytes.size() == 4 && bytes[0] == 127) ||
           std::ranges::any_of(own, [&](const OwnAddress& each) {
               return std::ranges::equal(each.address.Bytes(), bytes);
           });
}

/// What one family of addresses offers, each once.
std::vector<Address> Candidates(const std::vector<Address>& addresses, std::size_t length)
{
    std::vector<Address> candidates;
    for (Address each : addresses)
    {
        each.port = 0;
        if (each.length == length && !IsOfOneLinkOnly(each) &&
            std::ranges::find(candidates, each) == candidates.end())
        {
            candidates.push_back(each);
        }
    }
    return candidates;
}

/// What a text may stand for, and which of it is meant.
class BindText
{
  public:
    BindText(const std::string& text, const std::vector<OwnAddress>& own)
        : m_text(text),
          m_own(own)
    {
        const std::optional<HostPort> endpoint = ParseHostPort(text);
        if (!endpoint)
        {
            Fail("must be HOST:PORT or HOST, such as 10.0.0.1:7946, [fd00::1]:7946, eth0 or db-1");
        }
        m_endpoint = *endpoint;
    }

    Address Read(const LookUpHost& lookUp) const
    {
        if (const std::optional<Address> address = NumericAddress(m_endpoint))
        {
            return *address;
        }
        const std::vector<Address> addresses = AddressesOf(m_endpoint.host, m_own);
        if (addresses.empty())
        {
            return OfName(lookUp);
        }
        if (const std::optional<Address> address = Only(addresses, "has several addresses"))
        {
            return *address;
        }
        Fail(m_endpoint.host + " has only addresses of its link alone: " + HostTexts(addresses));
    }

  private:
    [[noreturn]] void Fail(const std::string& wrong) const
    {
        throw AgentError("bind = \"" + m_text + "\": " + wrong);
    }

    /// Of IPv4, or else of IPv6. @return nothing if there is none. @throws AgentError of several
    std::optional<Address> Only(const std::vector<Address>& addresses, const char* several) const
    {
        for (const std::size_t length : {4, 16})
        {
            std::vector<Address> candidates = Candidates(addresses, length);
            if (candidates.size() > 1)
            {
                Fail(m_endpoint.host + " " + several + "; say which: " + HostTexts(candidates));
            }
            if (!candidates.empty())
            {
                candidates.front().port = m_endpoint.port;
                return candidates.front();
            }
        }
        return std::nullopt;
    }

    Address OfName(const LookUpHost& lookUp) const
    {
        std::vector<Address> all;
        std::string error;
        for (const bool ipv6 : {false, true}) // most machines need no answer to the second
        {
            const Transport::Resolution found = lookUp(m_endpoint, ipv6);
            error = error.empty() ? found.error : error;
            all.insert(all.end(), found.addresses.begin(), found.addresses.end());
            std::vector<Address> ours = found.addresses;
            std::erase_if(ours, [&](const Address& each) { return !IsOurs(each, m_own); });
            if (const std::optional<Address> address =
                    Only(ours, "stands for several addresses of this machine"))
            {
                return *address;
            }
        }
        if (all.empty())
        {
            Fail("there is no interface " + m_endpoint.host +
                 " that is up and has an address, and no host of that name (" + error + "); " +
                 Interfaces(m_own));
        }
        Fail(m_endpoint.host + " stands for " + HostTexts(all) +
             ", which this machine cannot listen at; " + Interfaces(m_own));
    }

    const std::string& m_text;
    const std::vector<OwnAddress>& m_own;
    HostPort m_endpoint;
};

} // namespace

Address ReadBindAddress(const std::string& text,
                        const std::vector<OwnAddress>& own,
                        const LookUpHost& lookUp)
{
    return BindText(text, own).Read(lookUp);
}

Address ReadBindAddress(const std::string& text)
{
    return ReadBindAddress(text, OwnAddresses(), LookUpBySystem);
}

} // namespace swim
