// SPDX-License-Identifier: MIT
//
// Rapid's consensus on the next configuration: Fast Paxos with a classic round to fall back on
// (Suresh et al., ATC'18, section 4.3; FastPaxos.java, Paxos.java).
//
// Everybody votes once, for his own proposal; who has n - floor((n - 1) / 4) equal votes of distinct
// members decides. A member that has voted and not decided starts a classic round after 1 s and an
// exponential time with a mean of n seconds, so that in most rounds one does. Every member starts one
// classic round at most, always the second.
//
// A value that consumes messages and answers what is to be sent; it knows no network.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace swim::detectors
{

class FastPaxos
{
  public:
    /// Members as the caller numbers them; a value is a list of whom to add or remove, in an order that
    /// all members give it.
    using Member = std::uint32_t;
    using Value = std::vector<Member>;

    struct Rank
    {
        std::uint32_t round = 0;
        std::uint64_t coordinator = 0;

        friend auto operator<=>(const Rank&, const Rank&) = default;
    };

    struct Promise
    {
        Rank round;
        Rank voted;
        Value value; ///< empty: none yet
    };

    /// @param members n @param key of this member, which tells coordinators apart; not 0
    FastPaxos(std::uint32_t members, std::uint64_t key);

    /// @return the votes that a fast round needs among n
    static std::uint32_t FastQuorum(std::uint32_t members)
    {
        return members - (members - 1) / 4;
    }

    bool Decided() const
    {
        return m_decided;
    }

    /// This member votes for a value, to be told to everybody, itself too.
    /// @return false: it has promised a classic round already, or has voted
    bool Vote(const Value& value);

    /// Somebody's vote of the fast round. @return what is decided, if it is now
    std::optional<Value> OnVote(Member from, const Value& value);

    /// Starts a classic round. @return its rank, to be told to everybody (1a); none: it is over, or was
    ///         started before
    std::optional<Rank> StartClassic();

    /// 1a. @return what to answer the coordinator (1b); none: a higher round was promised
    std::optional<Promise> OnPrepare(const Rank& rank);

    /// 1b, at the coordinator. @return the value to tell everybody (2a), once a majority has promised
    std::optional<Value> OnPromise(Member from, const Promise& promise);

    /// 2a. @return whether it is accepted, and everybody to be told so (2b)
    bool OnAccept(const Rank& rank, const Value& value);

    /// 2b. @return what is decided, if it is now
    std::optional<Value> OnAccepted(Member from, const Rank& rank, const Value& value);

    /// What a coordinator must choose. @return empty where anything may be
    static Value Choose(const std::vector<Promise>& promises, std::uint32_t members);

  private:
    static constexpr std::uint32_t CLASSIC_ROUND = 2;

    std::optional<Value> Decide(const Value& value);

    std::uint32_t m_members;
    std::uint64_t m_key;
    Rank m_promised{};
    Rank m_voted{};
    Value m_value;
    bool m_started = false;
    bool m_proposed = false;
    bool m_decided = false;
    std::set<Member> m_voters;
    std::map<Value, std::uint32_t> m_votes;
    std::map<Member, Promise> m_promises; ///< by who promised: a duplicate counts once
    std::map<Rank, std::set<Member>> m_accepted;
};

} // namespace swim::detectors
