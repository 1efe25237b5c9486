// SPDX-License-Identifier: MIT
//
// See fast-paxos.h.
#include "detectors/fast-paxos.h"

#include <algorithm>

namespace swim::detectors
{

FastPaxos::FastPaxos(std::uint32_t members, std::uint64_t key)
    : m_members(members),
      m_key(key)
{
}

std::optional<FastPaxos::Value> FastPaxos::Decide(const Value& value)
{
    if (m_decided)
    {
        return std::nullopt;
    }
    m_decided = true;
    return value;
}

bool FastPaxos::Vote(const Value& value)
{
    constexpr Rank FAST{1, 1};
    if (m_promised > FAST || m_voted.round > 0)
    {
        return false;
    }
    m_promised = FAST;
    m_voted = FAST;
    m_value = value;
    return true;
}

std::optional<FastPaxos::Value> FastPaxos::OnVote(Member from, const Value& value)
{
    if (m_decided || !m_voters.insert(from).second)
    {
        return std::nullopt;
    }
    if (++m_votes[value] < FastQuorum(m_members))
    {
        return std::nullopt;
    }
    return Decide(value);
}

std::optional<FastPaxos::Rank> FastPaxos::StartClassic()
{
    const Rank rank{CLASSIC_ROUND, m_key};
    if (m_decided || m_started || m_promised > rank)
    {
        return std::nullopt;
    }
    m_started = true;
    return rank;
}

std::optional<FastPaxos::Promise> FastPaxos::OnPrepare(const Rank& rank)
{
    if (rank <= m_promised)
    {
        return std::nullopt;
    }
    m_promised = rank;
    return Promise{rank, m_voted, m_value};
}

/// The value of the highest rank that anybody voted in; of the fast round one that may have been
/// decided, or any.
FastPaxos::Value FastPaxos::Choose(const std::vector<Promise>& promises, std::uint32_t members)
{
    Rank highest{};
    for (const Promise& promise : promises)
    {
        highest = std::max(highest, promise.voted);
    }
    std::map<Value, std::uint32_t> votes;
    for (const Promise& promise : promises)
    {
        if (promise.voted == highest && !promise.value.empty())
        {
            ++votes[promise.value];
        }
    }
    if (votes.size() == 1)
    {
        return votes.begin()->first;
    }
    for (const auto& [value, count] : votes)
    {
        if (count > members / 4)
        {
            return value;
        }
    }
    for (const Promise& promise : promises)
    {
        if (!promise.value.empty())
        {
            return promise.value;
        }
    }
    return {};
}

std::optional<FastPaxos::Value> FastPaxos::OnPromise(Member from, const Promise& promise)
{
    if (m_decided || m_proposed || !m_started || promise.round != Rank{CLASSIC_ROUND, m_key})
    {
        return std::nullopt;
    }
    m_promises.emplace(from, promise);
    if (m_promises.size() <= m_members / 2)
    {
        return std::nullopt;
    }
    std::vector<Promise> promises;
    for (const auto& [member, given] : m_promises)
    {
        promises.push_back(given);
    }
    const Value chosen = Choose(promises, m_members);
    if (chosen.empty())
    {
        return std::nullopt; // nobody has voted yet; a later promise may bring a value
    }
    m_proposed = true;
    return chosen;
}

bool FastPaxos::OnAccept(const Rank& rank, const Value& value)
{
    if (rank < m_promised || m_voted == rank)
    {
        return false;
    }
    m_promised = rank;
    m_voted = rank;
    m_value = value;
    return true;
}

std::optional<FastPaxos::Value> FastPaxos::OnAccepted(Member from,
                                                      const Rank& rank,
                                                      const Value& value)
{
    std::set<Member>& members = m_accepted[rank];
    members.insert(from);
    if (members.size() <= m_members / 2)
    {
        return std::nullopt;
    }
    return Decide(value);
}

} // namespace swim::detectors
