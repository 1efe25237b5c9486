// SPDX-License-Identifier: MIT
//
// The only source of chance in the protocol and in the scenarios.
//
// xoshiro256** (Blackman, Vigna 2018), seeded by SplitMix64 from a seed and a stream number. We own
// the generator because std distributions and std::shuffle give other numbers on other standard
// libraries, and a result has to be the same bytes everywhere. One stream a member: adding a member
// changes nobody else's choices.
#pragma once

#include <cstdint>

namespace swim
{

/// One step of SplitMix64: spreads the bits of a counter over a whole word.
constexpr std::uint64_t SplitMix64(std::uint64_t& state)
{
    state += 0x9e3779b97f4a7c15;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/// xoshiro256**: the same numbers on every platform.
class Rng
{
  public:
    /// @param seed the seed of the run
    /// @param stream which of the run's independent generators this is (a member's index, say)
    Rng(std::uint64_t seed, std::uint64_t stream)
    {
        std::uint64_t streamState = stream;
        std::uint64_t state = seed ^ SplitMix64(streamState);
        for (auto& word : m_state)
        {
            word = SplitMix64(state);
        }
    }

    /// 64 uniform bits.
    std::uint64_t Next()
    {
        const std::uint64_t result = RotateLeft(m_state[1] * 5, 7) * 9;
        const std::uint64_t t = m_state[1] << 17;
        m_state[2] ^= m_state[0];
        m_state[3] ^= m_state[1];
        m_state[1] ^= m_state[2];
        m_state[0] ^= m_state[3];
        m_state[2] ^= t;
        m_state[3] = RotateLeft(m_state[3], 45);
        return result;
    }

    /// A uniform integer in [0, bound), without bias (Lemire 2019). @param bound at least 1
    std::uint64_t Below(std::uint64_t bound)
    {
        auto product = static_cast<Wide>(Next()) * bound;
        auto low = static_cast<std::uint64_t>(product);
        if (low < bound)
        {
            const std::uint64_t threshold = (0 - bound) % bound;
            while (low < threshold)
            {
                product = static_cast<Wide>(Next()) * bound;
                low = static_cast<std::uint64_t>(product);
            }
        }
        return static_cast<std::uint64_t>(product >> 64);
    }

    /// A uniform number in [0, 1) with 53 bits.
    double Unit()
    {
        return static_cast<double>(Next() >> 11) * 0x1.0p-53;
    }

  private:
    __extension__ using Wide = unsigned __int128;

    static constexpr std::uint64_t RotateLeft(std::uint64_t x, int k)
    {
        return (x << k) | (x >> (64 - k));
    }

    std::uint64_t m_state[4];
};

} // namespace swim
