// SPDX-License-Identifier: MIT
//
// What a page may ask for, as text: a line a setting, `probe_interval = 500ms`.
//
// A page is given to strangers, and its sliders to curious ones: only settings on a list are taken,
// each within bounds that a browser can bear, and all together must be what the protocol can run with.
#pragma once

#include "virtual/cluster.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace swim::playground
{

/// The most members: views are a byte a pair, and numbers of members two bytes.
inline constexpr std::uint32_t MOST_MEMBERS = 2000;

/// The longest delay and jitter.
inline constexpr Duration LONGEST_DELAY = std::chrono::seconds(10);

/// A parameter of the protocol that a page may set, and what it takes.
struct Adjustable
{
    std::string_view name;
    std::string_view least; ///< as the parameter is written
    std::string_view most;
    std::string_view off = {}; ///< a value below `least` that turns it off; empty: there is none
};

std::span<const Adjustable> Adjustables();

/// @param text lines of `key = value`: members, seed, preset, path, delay, jitter, datagram_loss,
///     and parameters of the protocol that are adjustable
/// @return the setup, or what is wrong, with what would be right
std::variant<Cluster::Setup, std::string> ReadSetup(std::string_view text);

/// "2.5%" @return the share, or what is wrong
std::variant<double, std::string> ReadShare(std::string_view text);

/// A duration from 0 to LONGEST_DELAY. @return it, or what is wrong
std::variant<Duration, std::string> ReadDelay(std::string_view text);

/// A whole number. @return it, or `most` + 1 if it is none or larger
std::uint64_t ReadNumber(std::string_view text, std::uint64_t most);

} // namespace swim::playground
