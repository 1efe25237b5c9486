// SPDX-License-Identifier: MIT
//
// A kind of detector as scenarios know it: its name, its parameters, and what it has a word for.
#pragma once

#include "detectors/parameters.h"
#include "swim/detector.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace swim::detectors
{

/// After which faults the members of a cluster become right about each other again: who lives is alive
/// to all who live, and who does not live is not.
enum class Heals : std::uint8_t
{
    NOTHING,  ///< whatever failed, some may stay wrong for ever
    CRASHES,  ///< processes that crash, leave and start again
    PAUSES,   ///< and those that pause or are slow
    NETWORKS, ///< and networks that lose, delay, double and part: everything
};

struct Kind
{
    std::string_view name; ///< as cluster.detector spells it
    std::string_view meaning;
    std::string_view source; ///< paper, or program and file
    std::span<const Parameter> parameters;
    /// Whether it tells suspicion from death: otherwise nobody is ever suspected, and what is measured
    /// of suspicions is not observable.
    bool suspects;
    /// Whether it concludes that a member is dead: otherwise what is measured of deaths is not
    /// observable.
    bool buries;
    /// Whether a member can leave of its own will.
    bool leaves;
    /// What it promises of its members' views, and its tests hold it to. Where somebody joined meanwhile
    /// whose first join failed, once he has joined again.
    Heals heals;
    std::string_view
        staysWrong; ///< who does, and why, after what it does not heal; of NETWORKS none
    /// How long after the last fault it takes in a cluster of so many.
    Duration (*healsWithin)(const Values& values, std::uint32_t members);
    /// What a member remembers of another, in bytes, at most.
    std::uint64_t (*pairBytes)(const Values& values);
    /// Whether its connections last, so that streams between the same two have one handshake.
    bool streamsLast = false;
    /// What no single parameter can tell. @return what is wrong, or nothing
    std::optional<std::string> (*check)(const Values& values);
    DetectorMaker (*make)(const Values& values);
};

/// A kind of somebody else, from a folder of plugins/detectors/ or of SWIMLAB_DETECTORS.
struct Plugin
{
    std::string_view folder; ///< its name, which is the kind's too
    const Kind* kind;
    std::string_view sourceSha256; ///< of what `sha256sum` tells of its files, by name
};

/// Those that come along, but SWIM, in the order of the documentation.
std::span<const Kind* const> ShippedKinds();

/// Those of others, in the order of their folders.
std::span<const Plugin> Plugins();

/// All kinds but SWIM: those that come along, then those of others.
std::span<const Kind* const> Kinds();

/// @return the kind of this name, or nullptr
const Kind* FindKind(std::string_view name);

/// @return the row of this name, or nullptr
const Parameter* FindParameter(const Kind& kind, std::string_view name);

/// @return what is wrong with its table, each a sentence that names it; none: nothing
std::vector<std::string> ProblemsOf(const Kind& kind);

/// @return the same of all kinds, and where a plug-in's kind is not called as its folder
std::vector<std::string> ProblemsOfKinds();

} // namespace swim::detectors
