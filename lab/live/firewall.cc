// SPDX-License-Identifier: GPL-2.0-only
//
// See firewall.h.
#include "lab/live/firewall.h"

#include "lab/backend/backend.h"
#include "swim/endpoint.h"

#include <array>
#include <asio/post.hpp>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace swimlab
{

namespace
{

constexpr std::uint32_t FIRST_USER = 1'900'000'000; // beyond what accounts and containers have

/// Resolution of a share in nftables' random numbers.
constexpr std::uint32_t SHARES = 1'000'000'000;

constexpr std::array NFT_PATHS = {"/usr/sbin/nft", "/usr/bin/nft"};

const char* NftPath()
{
    for (const char* const path : NFT_PATHS)
    {
        if (access(path, X_OK) == 0)
        {
            return path;
        }
    }
    return nullptr;
}

Firewall*& TheFirewall()
{
    static Firewall* firewall = nullptr;
    return firewall;
}

std::string Host(const swim::Address& address)
{
    const std::string text = swim::FormatAddress(address);
    return text.substr(0, text.rfind(':'));
}

double EitherShare(double a, double b)
{
    return 1 - (1 - a) * (1 - b);
}

/// Loses this share of what matches.
void AddLoss(std::string& rules, const std::string& match, double share)
{
    if (share > 0)
    {
        rules += "    " + match + " numgen random mod " + std::to_string(SHARES) + " < " +
                 std::to_string(std::llround(share * SHARES)) + " drop\n";
    }
}

/// Loses what goes to (`daddr`) or comes from (`saddr`) the block's peers.
void AddBlock(std::string& rules,
              const std::string& protocol,
              const std::string& end,
              const swim::Block& block)
{
    std::string peers;
    for (const swim::Address& peer : block.peers)
    {
        peers += (peers.empty() ? "" : ", ") + Host(peer);
    }
    if (block.everybody || !peers.empty())
    {
        rules += "    meta l4proto " + protocol +
                 (block.everybody ? "" : " ip " + end + " { " + peers + " }") + " drop\n";
    }
}

void AddPathLoss(std::string& rules, const swim::PathImpairment& path)
{
    AddLoss(rules, "meta l4proto udp", EitherShare(path.loss, path.datagramLoss));
    AddLoss(rules, "meta l4proto tcp", path.loss);
}

/// Of what the process sent. A stream that is blocked either way cannot be opened.
std::string RulesOfSender(const swim::Impairment& impairment)
{
    std::string rules;
    for (const swim::Block& block : impairment.blocks)
    {
        if (block.datagrams && block.out)
        {
            AddBlock(rules, "udp", "daddr", block);
        }
        if (block.streams)
        {
            AddBlock(rules, "tcp", "daddr", block);
        }
    }
    AddPathLoss(rules, impairment.out);
    return rules;
}

/// Of what comes to the process's address.
std::string RulesOfReceiver(const swim::Impairment& impairment)
{
    std::string rules;
    if (impairment.down)
    {
        rules += "    meta l4proto { tcp, udp } drop\n";
    }
    for (const swim::Block& block : impairment.blocks)
    {
        if (block.datagrams && block.in)
        {
            AddBlock(rules, "udp", "saddr", block);
        }
    }
    AddPathLoss(rules, impairment.in);
    return rules;
}

std::string Chain(const std::string& name, const std::string& rules)
{
    return "  chain " + name + " {\n" + rules + "  }\n";
}

} // namespace

void EnterPrivateNetwork()
{
    if (unshare(CLONE_NEWNET) != 0)
    {
        throw UserError(std::string("no private network namespace: ") + std::strerror(errno));
    }
    ifreq loopback{};
    std::strncpy(loopback.ifr_name, "lo", sizeof(loopback.ifr_name) - 1);
    loopback.ifr_flags = IFF_UP;
    const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int failed = ioctl(any, SIOCSIFFLAGS, &loopback);
    close(any);
    if (failed != 0)
    {
        throw UserError("the loopback device of a private network namespace cannot be set up");
    }
    static Firewall firewall;
    TheFirewall() = &firewall;
}

std::optional<std::string> FirewallRefusal()
{
    if (geteuid() != 0)
    {
        return "faults of the network are put on Serf by nftables in a private network namespace, "
               "which takes root; run it as root, or choose --members swimlab";
    }
    if (NftPath() == nullptr)
    {
        return "faults of the network are put on Serf by nftables, whose program nft is missing; "
               "install Debian's nftables";
    }
    return {};
}

Firewall* Firewall::Instance()
{
    return TheFirewall();
}

std::uint32_t Firewall::UserOf(std::uint32_t number)
{
    return FIRST_USER + number;
}

void Firewall::Set(asio::io_context& loop,
                   std::uint32_t number,
                   const swim::Address& address,
                   const swim::Impairment& impairment)
{
    m_processes[number] = {address, impairment};
    if (!std::exchange(m_changed, true))
    {
        asio::post(loop, [this] { Apply(); });
    }
}

/// Marks are numbers from 1 on; what has none is nobody's.
std::string Firewall::Rules() const
{
    std::string marksOfUsers;
    std::string marksOfAddresses;
    std::string senders;
    std::string receivers;
    std::string chains;
    std::string unplugged;
    for (const auto& [number, process] : m_processes)
    {
        const std::string mark = std::to_string(number + 1);
        const std::string host = Host(process.address);
        const std::string comma = marksOfUsers.empty() ? "" : ", ";
        marksOfUsers += comma + std::to_string(UserOf(number)) + " : " + mark;
        marksOfAddresses += comma + host + " : " + mark;
        senders += comma + mark + " : jump out_" + mark;
        receivers += comma + host + " : jump in_" + mark;
        chains += Chain("out_" + mark, RulesOfSender(process.impairment)) +
                  Chain("in_" + mark, RulesOfReceiver(process.impairment));
        if (process.impairment.down)
        {
            unplugged += "    meta l4proto { tcp, udp } meta mark " + mark +
                         " reject with icmp type net-unreachable\n";
        }
    }
    return "table ip swimlab {}\n"
           "delete table ip swimlab\n"
           "table ip swimlab {\n" +
           chains +
           Chain("outgoing",
                 "    type filter hook output priority 0\n"
                 "    meta mark set meta skuid map { " +
                     marksOfUsers +
                     " }\n"
                     "    meta mark set ip saddr map { " +
                     marksOfAddresses + " }\n" + unplugged) +
           Chain("incoming",
                 "    type filter hook input priority 0\n"
                 "    meta mark vmap { " +
                     senders +
                     " }\n"
                     "    ip daddr vmap { " +
                     receivers + " }\n") +
           "}\n";
}

void Firewall::Apply()
{
    m_changed = false;
    const std::string rules = Rules();
    const std::string command = std::string(NftPath()) + " -f -";
    std::FILE* const nft = popen(command.c_str(), "we");
    const bool written =
        nft != nullptr && std::fwrite(rules.data(), 1, rules.size(), nft) == rules.size();
    if (const int status = nft == nullptr ? -1 : pclose(nft); !written || status != 0)
    {
        throw UserError("nft did not take the rules of the network's faults; is nf_tables in this "
                        "kernel?");
    }
}

} // namespace swimlab
