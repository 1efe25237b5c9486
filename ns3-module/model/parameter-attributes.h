// SPDX-License-Identifier: GPL-2.0-only
//
// The protocol's parameter table as ns-3 attributes, so that the parameters are listed once.
// Private to this module, as it is C++20.
#pragma once

#include "swim/config.h"

#include "ns3/object-factory.h"
#include "ns3/type-id.h"

#include <string>

namespace ns3
{

/// Finds the configuration inside an object; null if the object is another's.
using ConfigOf = swim::Config* (*)(ObjectBase* object);

/// @return a parameter's name as an attribute: ProbeInterval for probe_interval
std::string AttributeName(std::string_view parameter);

/// @return a text about parameters with their names as attributes
std::string WithAttributeNames(const std::string& text);

/// @return the TypeId with an attribute for each protocol parameter; initial values are Config's
/// own
TypeId AddParameterAttributes(TypeId tid, ConfigOf configOf);

/// Makes a factory of applications give them this configuration.
void SetParameters(ObjectFactory& factory, const swim::Config& config);

/**
 * The same but for attributes whose default the user changed by Config::SetDefault or on the
 * command line.
 *
 * A configuration that ConfigStore loads sets all of them, also to what they were: where all are
 * set, only those count that differ.
 */
void SetParametersLeftAtDefault(ObjectFactory& factory, const swim::Config& config);

/// Sets one attribute unless the user changed its default.
void SetUnlessUserDid(ObjectFactory& factory, const std::string& name, const AttributeValue& value);

} // namespace ns3
