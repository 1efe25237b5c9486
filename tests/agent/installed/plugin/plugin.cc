// SPDX-License-Identifier: MIT
//
// A plugin with a member in it: what its host loads has one function, and the library is inside.
#include <cstddef>
#include <swim/agent.h>
#include <swim/endpoint.h>

/// Two members meet. @return how many the one knows that joined; 0 if something failed
extern "C" [[gnu::visibility("default")]] std::size_t PluginMeet() noexcept
{
    try
    {
        swim::Agent first({.name = "first", .bind = "127.0.0.1:0"});
        swim::Agent second({.name = "second", .bind = "127.0.0.1:0"});
        const std::string address = swim::FormatAddress(first.AdvertisedAddress());
        return second.Join({address}).get().contacted == 1 ? second.MemberCount() : 0;
    }
    catch (const swim::AgentError&)
    {
        return 0;
    }
}

/// @return whether what the library throws is caught as what it is
extern "C" [[gnu::visibility("default")]] bool PluginCatches() noexcept
{
    try
    {
        const swim::Agent agent({.name = ""});
    }
    catch (const swim::AgentError&)
    {
        return true;
    }
    catch (...)
    {
    }
    return false;
}
