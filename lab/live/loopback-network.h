// SPDX-License-Identifier: GPL-2.0-only
//
// Processes on the loopback addresses of one machine, each impaired by itself as the network would
// impair it.
//
// Every address of 127.0.0.0/8 is local on Linux, so each member has one of its own and all listen
// at memberlist's port. The network is a table of who suffers what; a change of it is told to those
// whom it concerns (the command `impair`). Queues and data rates are not modelled.
#pragma once

#include "lab/live/live-network.h"
#include "lab/topology/paths.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <vector>

namespace swimlab
{

/// A block of addresses, 127.B.0.0/16, that no other run on this machine has.
class LoopbackBlock
{
  public:
    /// @throws UserError if all are taken
    LoopbackBlock();
    ~LoopbackBlock();

    LoopbackBlock(const LoopbackBlock&) = delete;
    LoopbackBlock& operator=(const LoopbackBlock&) = delete;

    /// @param number 127.B.0.0 plus so much, up to 65535
    swim::Address At(std::uint32_t number, std::uint16_t port) const;

  private:
    int m_lock = -1;
    std::uint8_t m_block = 0;
};

/// Members at addresses of 127.0.0.0/8; their faults are put on the members themselves.
class LoopbackNetwork : public LiveNetwork
{
  public:
    /// Addresses that one run can have.
    static constexpr std::uint32_t MOST_ADDRESSES = 65'000;

    /// @param impair tells a running member @throws UserError
    LoopbackNetwork(const Plan& plan, Impair impair);
    ~LoopbackNetwork() override;

    swim::Address AddressOf(MemberId member) const override;
    void SetAddress(MemberId member, AddressId address) override;
    std::function<bool()> EntranceOf(MemberId member) const override;
    swim::Impairment ImpairmentOf(MemberId member) const override;
    void Begin() override;
    void Perform(const Action& action) override;
    void SetUp(MemberId member, bool up) override;
    void Inject(MemberId into, MemberId from, std::span<const std::uint8_t> datagram) override;

  private:
    struct Member
    {
        AddressId address = 0;
        std::uint64_t seed = 0;
        swim::PathImpairment out; ///< its own, on top of the network's
        swim::PathImpairment in;
        Duration slow{};
        bool stalled = false;
        std::size_t side = 0;
        bool connected = true;
        bool up = true;
    };

    /// What of `from` does not reach `to`.
    struct OneWayBlock
    {
        std::uint64_t number;
        std::set<MemberId> from;
        std::set<MemberId> to;
        Carrier carrier;
    };

    void AddBlock(const Action& action);
    void SetValue(const Action& action);
    swim::PathImpairment OutOf(const Member& member) const;
    void AddSides(MemberId member, swim::Impairment& impairment) const;
    void AddBlocks(MemberId member, swim::Impairment& impairment) const;
    void AddPeers(MemberId member, swim::Impairment& impairment) const;

    /// Tells those members what changed for them.
    void Tell();

    const Plan& m_plan;
    Impair m_impair;
    LoopbackBlock m_block;
    Paths m_paths;
    int m_socket = -1; ///< for what nobody sent
    bool m_begun = false;
    swim::PathImpairment m_common; ///< the network's own
    std::vector<Member> m_members;
    std::vector<OneWayBlock> m_blocks;
    std::vector<swim::Impairment> m_told; ///< by member
};

} // namespace swimlab
