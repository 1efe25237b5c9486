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
    /// @param hearSerf is told of the state that came with a push/pull; whether it was Serf's
    /// @param serf what goes with ours, if Serf's agents look for theirs there
    /// @param memberNamed what we hold of a member
    Hooks(const AllowList& allow,
          RoundTrips& roundTrips,
          std::map<NameId, Coordinate>* coordinates,
          Audience& audience,
          std::function<bool(ByteView)> hearSerf,
          std::function<std::optional<Bytes>()> serf,
          std::function<Member(NameId)> memberNamed)
        : m_allow(allow),
          m_roundTrips(roundTrips),
          m_coordinates(coordinates),
          m_audience(audience),
          m_hearSerf(std::move(hearSerf)),
          m_serf(std::move(serf)),
          m_memberNamed(std::move(memberNamed))
    {
    }

    void AppendState(bool join, Bytes& out) override
    {
        const std::optional<Bytes> serf = m_serf();
        const Bytes state = serf ? *serf : m_audience.AskLocalState(join);
        out.insert(out.end(), state.begin(), state.end());
    }

    void OnState(bool join, ByteView state) override
    {
        if (!m_hearSerf(state))
        {
            m_audience.TellRemoteState(state, join);
        }
    }

    bool AcceptAlive(const wire::Alive& alive) override
    {
        return m_allow.Allows(alive.address) &&
               (!m_audience.Asked().acceptAlive || m_audience.AskAlive(MemberOf(alive)));
    }

    bool AcceptMerge(ByteView message) override
    {
        if (!m_audience.Asked().acceptMerge)
        {
            return true;
        }
        std::vector<Member> members;
        wire::PushPullReader reader(message);
        for (wire::PushNodeState state; reader.Next(state);)
        {
            members.push_back(MemberOf(state.member));
            members.back().state = static_cast<MemberState>(state.state);
        }
        return m_audience.AskMerge(members, reader.Header().join);
    }

    void AppendAckPayload(Bytes& out) override
    {
        const Bytes payload = m_audience.AskAckPayload();
        out.insert(out.end(), payload.begin(), payload.end());
    }

    void OnBroadcast(std::string_view from, std::string_view name, ByteView payload) override
    {
        m_broadcasts.push_back(
            {std::string(from), std::string(name), {payload.begin(), payload.end()}});
    }

    void OnBroadcastDone(std::uint32_t broadcast, bool passedOn) override
    {
        m_broadcastsDone.emplace_back(broadcast, passedOn);
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
        if (m_audience.Asked().pinged)
        {
            m_audience.TellPinged(m_memberNamed(member), roundTrip, payload);
        }
    }

    void OnPinged(std::uint32_t ping, std::optional<Duration> roundTrip) override
    {
        m_pinged.emplace_back(ping, roundTrip);
    }

    std::vector<std::pair<std::uint32_t, std::optional<Duration>>> TakePinged()
    {
        return std::exchange(m_pinged, {});
    }

    std::vector<BroadcastMessage> TakeBroadcasts()
    {
        return std::exchange(m_broadcasts, {});
    }

    std::vector<std::pair<std::uint32_t, bool>> TakeBroadcastsDone()
    {
        return std::exchange(m_broadcastsDone, {});
    }

    std::vector<Bytes> TakeUserMessages()
    {
        return std::exchange(m_userMessages, {});
    }

  private:
    static Member MemberOf(const wire::Alive& alive)
    {
        return {.name = std::string(alive.node),
                .address = alive.address,
                .meta = {alive.meta.begin(), alive.meta.end()},
                .state = MemberState::ALIVE,
                .incarnation = alive.incarnation,
                .roundTrip = {}};
    }

    AllowList m_allow;
    RoundTrips& m_roundTrips;
    std::map<NameId, Coordinate>* m_coordinates;
    Audience& m_audience;
    std::function<bool(ByteView)> m_hearSerf;
    std::function<std::optional<Bytes>()> m_serf;
    std::function<Member(NameId)> m_memberNamed;
    std::vector<BroadcastMessage> m_broadcasts;
    std::vector<std::pair<std::uint32_t, bool>> m_broadcastsDone;
    std::vector<Bytes> m_userMessages;
    std::vector<std::pair<std::uint32_t, std::optional<Duration>>> m_pinged;
};

} // namespace swim
