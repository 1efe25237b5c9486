// SPDX-License-Identifier: MIT
//
// What memberlist's gossip promises of something that every member passes on: which share of the
// members it misses, and how long it takes to everybody. Upper bounds of the mean, to test against.
//
// The process: whoever hears of it sends it L = RetransmitLimit times, at each tick of
// gossip_interval to k = gossip_nodes members, no two of them the same; a datagram arrives with
// probability q.
//
// Who is missed. Let every member choose whom it sends to beforehand, heard or not: whoever hears it
// are those that the sender reaches in the random graph of all choices that arrive (Andersson and
// Britton, Stochastic Epidemic Models and Their Statistical Analysis, 2000, section 2.2). If M, m of
// the n - 1 others, is exactly who does not, then none of the n - m who do has hit M with any of its
// L copies. One copy misses M with 1 - q m / (n - 1), and distinct targets miss a set less often than
// independent ones, so
//
//     P(M is missed) <= (1 - q m / (n - 1))^(L (n - m)),
//     E(missed)      <= sum over m of m C(n - 1, m) (1 - q m / (n - 1))^(L (n - m)).
//
// The first term is nearly all of it: n - 1 members of which each is missed by L (n - 1) copies, a
// share of about exp(-q L). SWIM's section 4.1 has the like for passing on for a given time: after
// lambda log n periods n^-(2 lambda - 2) members have not heard.
//
// How long, of what reaches everybody. In rounds, where whoever hears in one sends from the next on
// for L / k rounds, the expected number u of those who have not heard follows
// u' = u (1 - q k / (n - 1))^a, a the senders of the round. By Markov's inequality
// P(r < T < infinity) <= min(1, u(r) - u(infinity)), and E(T) is at most the sum of these over r.
// Members tick out of step and wait half a round on average where this lets them wait a whole one;
// that outweighs that u is the mean's and not the process's. A round takes the interval and a delay.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <numeric>
#include <vector>

namespace swim
{

/// Gossip of something that all members pass on.
struct Infection
{
    std::uint32_t members;
    std::uint32_t limit; ///< how often each one sends it
    std::uint32_t nodes; ///< to how many at a tick
    double loss;

    /// @return at most this share of the others misses it on average
    double MissedShare() const
    {
        const double others = members - 1;
        double missed = 0;
        for (std::uint32_t m = 1; m < members; ++m)
        {
            const double subsets =
                std::lgamma(others + 1) - std::lgamma(m + 1.0) - std::lgamma(others - m + 1);
            const double copies = static_cast<double>(limit) * (members - m);
            const double misses = std::log1p(-(1 - loss) * m / others);
            missed += m * std::exp(subsets + copies * misses);
        }
        return missed / others;
    }

    /// @return at most this number of rounds on average until the last one of all has heard
    double RoundsToEverybody() const
    {
        constexpr int ENOUGH = 100;
        const double hit = (1 - loss) * nodes / (members - 1);
        std::deque<double> heardIn(limit / nodes, 0.0); // in each of the last rounds
        heardIn.back() = 1;
        std::vector<double> unheard{members - 1.0}; // after each round
        for (int round = 0; round < ENOUGH; ++round)
        {
            const double senders = std::accumulate(heardIn.begin(), heardIn.end(), 0.0);
            const double before = unheard.back();
            unheard.push_back(before * std::pow(1 - hit, senders));
            heardIn.push_back(before - unheard.back());
            heardIn.pop_front();
        }
        double rounds = 0;
        for (const double after : unheard)
        {
            rounds += std::min(1.0, after - unheard.back());
        }
        return rounds;
    }
};

} // namespace swim
