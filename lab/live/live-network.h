// SPDX-License-Identifier: GPL-2.0-only
//
// What lies between the processes of a run: addresses, and the faults of the timeline.
#pragma once

#include "agent/impairment.h"
#include "lab/live/lag.h"
#include "lab/plan/plan.h"
#include "lab/record/trace/capture.h"
#include "lab/record/traffic-sums.h"

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace swimlab
{

/// Every call comes from the thread that runs the processes.
class LiveNetwork
{
  public:
    /// Has a running member's process perform what the network asks of it.
    using Impair = std::function<void(MemberId, const swim::Impairment&)>;

    virtual ~LiveNetwork() = default;

    /// The address at which the member listens, or will when it starts.
    virtual swim::Address AddressOf(MemberId member) const = 0;

    /// From its next start on the member has that address; see Action::addresses.
    virtual void SetAddress(MemberId member, AddressId address) = 0;

    /// What the member's process does before its program; see Process::Start. May be empty.
    virtual std::function<bool()> EntranceOf(MemberId member) const = 0;

    /// What a process of the member that starts now is impaired by.
    virtual swim::Impairment ImpairmentOf(MemberId member) const = 0;

    /// The run's time zero: from now on the network is as the plan says. It was perfect before.
    virtual void Begin() = 0;

    /// Changes the network as the action says, where it is about the network: from PARTITION to
    /// RECONNECT, and those that set a value; and what processes suffer (IsSuffered).
    virtual void Perform(const Action& action) = 0;

    /// The member's machine falls silent with its process, or is there again.
    virtual void SetUp(MemberId member, bool up) = 0;

    /// A datagram that nobody sent reaches the member. @param from who passes for its sender
    virtual void Inject(MemberId into, MemberId from, std::span<const std::uint8_t> datagram) = 0;

    /// From Begin on, puts down the packets that it carries. @param capture is its own until EndCapture
    /// @return whether it can
    virtual bool BeginCapture(swimlab::Capture& /*capture*/)
    {
        return false;
    }

    virtual void EndCapture()
    {
    }

    /// What the member has sent and received since it was made: packets, and bytes with their IP headers.
    /// @return nothing where the network does not carry packets by member
    virtual std::optional<TrafficSums> CarriedBy(MemberId /*member*/) const
    {
        return {};
    }

    /// How late it was by itself, since Begin; of a network that has no clock nothing.
    virtual LagSummary Lag() const
    {
        return {};
    }

    /// What run.json says of it besides.
    virtual nlohmann::ordered_json Facts() const
    {
        return nlohmann::ordered_json::object();
    }
};

} // namespace swimlab
