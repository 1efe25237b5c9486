// SPDX-License-Identifier: MIT
//
// Which versions of memberlist's protocol a member speaks, as it tells all others.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>

namespace swim
{

/// memberlist's Vsn, byte for byte. The delegate is the application above it: serf, say.
struct Versions
{
    std::uint8_t protocolMin = 0;
    std::uint8_t protocolMax = 0;
    std::uint8_t protocol = 0; ///< which it speaks
    std::uint8_t delegateMin = 0;
    std::uint8_t delegateMax = 0;
    std::uint8_t delegate = 0;

    static constexpr std::size_t SIZE = 6;

    /// @param vsn what a member told; taken for nothing if it has not six bytes
    /// @param otherwise what to take in its place
    static Versions Read(std::span<const std::uint8_t> vsn, const Versions& otherwise)
    {
        return vsn.size() == SIZE ? Versions{vsn[0], vsn[1], vsn[2], vsn[3], vsn[4], vsn[5]}
                                  : otherwise;
    }

    std::span<const std::uint8_t> Bytes() const
    {
        return {reinterpret_cast<const std::uint8_t*>(this), SIZE};
    }

    /// As a message has them.
    operator std::span<const std::uint8_t>() const
    {
        return Bytes();
    }

    // By the version up to which it understands the protocol:

    bool AnswersStreamPings() const
    {
        return protocolMax >= 3;
    }

    bool SendsNacks() const
    {
        return protocolMax >= 4;
    }

    bool ChecksCrcs() const
    {
        return protocolMax >= 5;
    }

    friend auto operator<=>(const Versions&, const Versions&) = default;
};

static_assert(sizeof(Versions) == Versions::SIZE);

/// What our own members advertise: protocol 1 to 5, speaking 2; delegate versions that serf
/// accepts.
inline constexpr Versions OUR_VERSIONS{1, 5, 2, 2, 5, 5};

} // namespace swim
