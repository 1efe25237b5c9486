// SPDX-License-Identifier: MIT
//
// See agent-options.h.
#include "agent/agent-options.h"

#include "agent/asio-transport.h"
#include "agent/audience.h"
#include "agent/bind-address.h"
#include "agent/file-limit.h"
#include "agent/own-address.h"
#include "agent/shared-state.h"
#include "swim/datagram-room.h"
#include "swim/endpoint.h"

#include <cstdint>
#include <memory>
#include <system_error>

namespace swim
{

namespace
{

/// Leaves as many to grow by, as others take nobody's word at the last one.
constexpr std::uint32_t MAX_FIRST_INCARNATION = UINT32_MAX / 2;

Address ReadAdvertised(const std::string& text)
{
    const std::optional<HostPort> endpoint = ParseHostPort(text);
    const std::optional<Address> address = endpoint ? NumericAddress(*endpoint) : std::nullopt;
    if (!address)
    {
        throw AgentError("advertise = \"" + text +
                         "\": must be a numeric address such as 10.0.0.1:7946 or [fd00::1]:7946");
    }
    return *address;
}

/// A bare address, unlike 10.0.0.1:7946.
bool NamesNoPort(const std::string& text)
{
    return text.ends_with(']') || NumericAddress({.host = text, .port = 0});
}

} // namespace

AllowList ReadAllowList(const std::vector<std::string>& ranges)
{
    AllowList allow;
    for (const std::string& range : ranges)
    {
        if (const std::optional<std::string> wrong = allow.Add(range))
        {
            throw AgentError("allow = " + *wrong);
        }
    }
    return allow;
}

namespace
{

std::string AskMeta(const Delegates& delegates, std::size_t most)
{
    const Answering here;
    try
    {
        return delegates.meta(most);
    }
    catch (const std::exception& error)
    {
        throw AgentError(std::string("the delegate meta threw: ") + error.what());
    }
    catch (...)
    {
        throw AgentError("the delegate meta threw something that is no std::exception");
    }
}

} // namespace

void Complete(AgentOptions& options)
{
    if (options.name.empty() || options.name.size() > MAX_NAME_SIZE)
    {
        throw AgentError("the member's name must have 1 to " + std::to_string(MAX_NAME_SIZE) +
                         " bytes, and has " + std::to_string(options.name.size()));
    }
    if (const std::optional<std::string> wrong = Validate(options.config))
    {
        throw AgentError(*wrong);
    }
    const DatagramRoom room(options.config, options.cipher.get());
    if (options.delegates.meta)
    {
        options.meta = AskMeta(options.delegates, room.MaxMeta(options.name.size()).value_or(0));
    }
    if (const std::optional<std::string> wrong = room.WhyNot(options.name, options.meta))
    {
        throw AgentError(*wrong);
    }
    if (options.mostCallbacks == 0)
    {
        throw AgentError("mostCallbacks = 0: must be at least 1, or nobody would hear anything");
    }
    if (options.delegates.localState || options.delegates.remoteState)
    {
        if (options.serf == SerfPeers::YES)
        {
            throw AgentError("serf = YES: Serf's agents have their own state in the place of "
                             "localState and remoteState; leave these, or say NO");
        }
        options.serf = SerfPeers::NO;
    }
    if (options.incarnation == 0 || options.incarnation > MAX_FIRST_INCARNATION)
    {
        throw AgentError("incarnation = " + std::to_string(options.incarnation) +
                         ": must be from 1 to " + std::to_string(MAX_FIRST_INCARNATION));
    }
}

Address Advertised(const AgentOptions& options, const Address& local)
{
    Address address = options.advertise.empty() ? local : ReadAdvertised(options.advertise);
    if (options.advertise.empty() && IsUnspecified(local))
    {
        return PickOwnAddress(local,
                              OwnAddresses(),
                              ReadAllowList(options.allow),
                              SourceOfDefaultRoute(local.length == 16));
    }
    if (IsUnspecified(address))
    {
        throw AgentError("other members cannot reach " + FormatAddress(address) +
                         ": set advertise to an address of this machine, or bind to one");
    }
    address.port = address.port == 0 || NamesNoPort(options.advertise) ? local.port : address.port;
    return address;
}

std::unique_ptr<Transport> OpenSockets(const AgentOptions& options, const AgentHost& host)
{
    EnsureFiles(FILES_A_START);
    try
    {
        std::unique_ptr<Transport> sockets =
            MakeAsioTransport({.bind = ReadBindAddress(options.bind),
                               .streamTimeout = options.config.tcpTimeout,
                               .allow = ReadAllowList(options.allow),
                               .datagramsPerSecond = options.datagramsPerSecond},
                              host.GetParts().thread);
        EnsureFiles(1);
        return sockets;
    }
    catch (const std::system_error& error)
    {
        if (IsOutOfFiles(error.code()))
        {
            ThrowOutOfFiles(error.code());
        }
        // The numbers are errno's; Asio's category does not know what std::errc calls them.
        throw AgentError("cannot listen on " + options.bind + ": " + error.code().message(),
                         std::error_code(error.code().value(), std::system_category()));
    }
}

} // namespace swim
