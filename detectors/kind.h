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
    /// What a member remembers of another, in bytes, at most.
    std::uint64_t (*pairBytes)(const Values& values);
    /// What no single parameter can tell. @return what is wrong, or nothing
    std::optional<std::string> (*check)(const Values& values);
    DetectorMaker (*make)(const Values& values);
};

/// A kind of somebody else, from a folder of plugins/detectors/ or of SWIMLAB_DETECTORS.
struct Plugin
{
    std::string_view folder; ///< its name, which is the kind's too
    const Kind* kind;
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
