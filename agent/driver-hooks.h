// SPDX-License-Identifier: MIT
//
// What a driver's node calls in the middle of an input: keeps what it is told until the lock is
// released, when the listener may be called.
#pragma once

#include "agent/driver.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace swim
{

class Driver::Hooks : public Application
{
  public:
    /// @param coordinates of others; null: they are not kept
    /// @param hearState is told of the state that came with a push/pull
    /// @param state what goes with ours
    Hooks(const AllowList& allow,
          RoundTrips& roundTrips,
          std::map<NameId, Coordinate>* coordinates,
          std::function<void(ByteView)> hearState,
          std::function<Bytes()> state)
        : m_allow(allow),
          m_roundTrips(roundTrips),
          m_coordinates(coordinates),
          m_hearState(std::move(hearState)),
          m_state(std::move(state))
    {
    }

    void AppendState(bool, Bytes& out) override
    {
        const Bytes state = m_state();
        out.insert(out.end(), state.begin(), state.end());
    }

    void OnState(bool, ByteView state) override
    {
        m_hearState(state);
    }

    bool AcceptAlive(const wire::Alive& alive) override
    {
        return m_allow.Allows(alive.address);
    }

    /// Whether it is passed on is asked later, when the listener may be called.
    bool OnUserMessage(ByteView payload) override
    {
        m_userMessages.emplace_back(payload.begin(), payload.end());
        return false;
    }

    void OnRoundTrip(NameId member, Duration roundTrip, ByteView payload) override
    {
        Coordinate coordinate;
        if (m_coordinates != nullptr && !DecodeCoordinate(payload, coordinate))
        {
            (*m_coordinates)[member] = coordinate;
        }
        const std::size_t name = member.Value();
        m_roundTrips.resize(std::max(m_roundTrips.size(), name + 1));
        m_roundTrips[name] = roundTrip;
    }

    void OnPinged(std::uint32_t ping, std::optional<Duration> roundTrip) override
    {
        m_pinged.emplace_back(ping, roundTrip);
    }

    std::vector<std::pair<std::uint32_t, std::optional<Duration>>> TakePinged()
    {
        return std::exchange(m_pinged, {});
    }

    std::vector<Bytes> TakeUserMessages()
    {
        return std::exchange(m_userMessages, {});
    }

  private:
    AllowList m_allow;
    RoundTrips& m_roundTrips;
    std::map<NameId, Coordinate>* m_coordinates;
    std::function<void(ByteView)> m_hearState;
    std::function<Bytes()> m_state;
    std::vector<Bytes> m_userMessages;
    std::vector<std::pair<std::uint32_t, std::optional<Duration>>> m_pinged;
};

} // namespace swim
