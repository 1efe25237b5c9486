// SPDX-License-Identifier: GPL-2.0-only
//
// Faults put on processes that cannot be impaired themselves: by nftables, in a network namespace
// that only this run has.
//
// A process's packets are known by its user, since a process that opens a stream on loopback has
// the address 127.0.0.1 like any other. They are marked when they leave, and lost when they arrive:
// the kernel would tell the sender of what it drops on the way out, as it does of a pulled cable.
// What streams suffer is what the kernel's own TCP makes of the loss. Answers on a stream that such
// a process opened suffer only where the one who answers is such a process too.
#pragma once

#include "agent/impairment.h"

#include <asio/io_context.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace swimlab
{

/**
 * Moves this process to a network namespace of its own, with nothing in it but loopback. To be
 * called before any socket is open and any thread is started.
 * @throws UserError
 */
void EnterPrivateNetwork();

/// Why there can be no firewall here, and what would be right; nothing if there can.
std::optional<std::string> FirewallRefusal();

/// There is one in a namespace. Loss, datagram loss, blocks and unplugged cables are performed, the
/// rest of an impairment is not.
class Firewall
{
  public:
    /// Of the private network, once it has been entered; nullptr before.
    static Firewall* Instance();

    /// Who is to run as UserOf(number) at that address suffers that from now on. The rules change
    /// when the loop runs next, once for all that came until then.
    void Set(asio::io_context& loop,
             std::uint32_t number,
             const swim::Address& address,
             const swim::Impairment& impairment);

    /// The user as whom the process with this number runs. No account is needed.
    static std::uint32_t UserOf(std::uint32_t number);

    /// The whole of it, as `nft -f` reads it.
    std::string Rules() const;

  private:
    struct Process
    {
        swim::Address address;
        swim::Impairment impairment;
    };

    /// @throws UserError
    void Apply();

    std::map<std::uint32_t, Process> m_processes;
    bool m_changed = false;
};

} // namespace swimlab
