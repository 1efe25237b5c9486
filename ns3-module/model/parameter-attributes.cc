// SPDX-License-Identifier: GPL-2.0-only
//
// See parameter-attributes.h.
#include "parameter-attributes.h"

#include "ns3/abort.h"
#include "ns3/attribute.h"
#include "ns3/boolean.h"
#include "ns3/nstime.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cctype>

namespace ns3
{

namespace
{

/// @return a parameter's value in the attribute's type
Ptr<const AttributeValue> ParameterValue(const swim::Parameter& parameter,
                                         const swim::Config& config)
{
    const std::string text = parameter.get(config);
    if (parameter.unit == "duration")
    {
        return Create<TimeValue>(NanoSeconds(swim::ParseDuration(text)->count()));
    }
    if (parameter.unit == "boolean")
    {
        return Create<BooleanValue>(text == "true");
    }
    if (parameter.unit == "count" || parameter.unit == "bytes")
    {
        return Create<UintegerValue>(std::stoull(text));
    }
    return Create<StringValue>(text);
}

/// Reads and writes one field of a configuration through the text that the table understands.
class ParameterAccessor : public AttributeAccessor
{
  public:
    ParameterAccessor(const swim::Parameter& parameter, ConfigOf configOf)
        : m_parameter(parameter),
          m_configOf(configOf)
    {
    }

    bool Set(ObjectBase* object, const AttributeValue& value) const override
    {
        swim::Config* config = m_configOf(object);
        if (!config)
        {
            return false;
        }
        const std::string unit = m_parameter.unit == "bytes" ? "B" : "";
        const auto problem = m_parameter.set(*config, Text(value) + unit);
        NS_ABORT_MSG_IF(problem,
                        "attribute " << AttributeName(m_parameter.name) << " = " << Text(value)
                                     << ": " << WithAttributeNames(*problem));
        return true;
    }

    bool Get(const ObjectBase* object, AttributeValue& attribute) const override
    {
        const swim::Config* config = m_configOf(const_cast<ObjectBase*>(object));
        if (!config)
        {
            return false;
        }
        // A string of ns-3 does not read back the empty text that it writes.
        if (auto* text = dynamic_cast<StringValue*>(&attribute))
        {
            text->Set(m_parameter.get(*config));
            return true;
        }
        return attribute.DeserializeFromString(
            ParameterValue(m_parameter, *config)->SerializeToString(nullptr),
            nullptr);
    }

    bool HasGetter() const override
    {
        return true;
    }

    bool HasSetter() const override
    {
        return true;
    }

  private:
    static std::string Text(const AttributeValue& value)
    {
        if (const auto* time = dynamic_cast<const TimeValue*>(&value))
        {
            return swim::FormatDuration(swim::Duration(time->Get().GetNanoSeconds()));
        }
        if (const auto* boolean = dynamic_cast<const BooleanValue*>(&value))
        {
            return boolean->Get() ? "true" : "false";
        }
        return value.SerializeToString(nullptr);
    }

    const swim::Parameter& m_parameter;
    ConfigOf m_configOf;
};

Ptr<const AttributeChecker> CheckerOf(const swim::Parameter& parameter)
{
    if (parameter.unit == "duration")
    {
        return MakeTimeChecker();
    }
    if (parameter.unit == "boolean")
    {
        return MakeBooleanChecker();
    }
    if (parameter.unit == "count" || parameter.unit == "bytes")
    {
        return MakeUintegerChecker<uint32_t>();
    }
    return MakeStringChecker();
}

TypeId::AttributeInformation InformationOn(const ObjectFactory& factory,
                                           const std::string& attribute)
{
    TypeId::AttributeInformation information;
    const bool known = factory.GetTypeId().LookupAttributeByName(attribute, &information);
    NS_ABORT_MSG_UNLESS(known, factory.GetTypeId() << " has no attribute " << attribute);
    return information;
}

/// Whether the default was set, to whatever.
bool IsSet(const TypeId::AttributeInformation& attribute)
{
    // ns-3 replaces the initial value when a default is set, and keeps the one of the source.
    return attribute.initialValue != attribute.originalInitialValue;
}

bool Differs(const TypeId::AttributeInformation& attribute)
{
    return attribute.initialValue->SerializeToString(attribute.checker) !=
           attribute.originalInitialValue->SerializeToString(attribute.checker);
}

bool IsPartOfName(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

} // namespace

std::string WithAttributeNames(const std::string& text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();)
    {
        std::size_t end = at;
        while (end < text.size() && IsPartOfName(text[end]))
        {
            ++end;
        }
        const std::string word = text.substr(at, end - at);
        // Some parameters are words of prose too, such as suspicion.
        const bool isName = word.find('_') != std::string::npos || text.compare(end, 2, " =") == 0;
        result += isName && swim::FindParameter(word) ? AttributeName(word) : word;
        if (end < text.size())
        {
            result += text[end];
        }
        at = end + 1;
    }
    return result;
}

std::string AttributeName(std::string_view parameter)
{
    std::string name;
    bool upper = true;
    for (const char c : parameter)
    {
        if (c != '_')
        {
            name += upper ? static_cast<char>(std::toupper(c)) : c;
        }
        upper = c == '_';
    }
    return name;
}

TypeId AddParameterAttributes(TypeId tid, ConfigOf configOf)
{
    const swim::Config defaults;
    for (const swim::Parameter& parameter : swim::Parameters())
    {
        const std::string help =
            std::string(parameter.meaning) + " (" + std::string(parameter.source) + ")";
        tid.AddAttribute(AttributeName(parameter.name),
                         help,
                         *ParameterValue(parameter, defaults),
                         Create<ParameterAccessor>(parameter, configOf),
                         CheckerOf(parameter));
    }
    return tid;
}

void SetParameters(ObjectFactory& factory, const swim::Config& config)
{
    for (const swim::Parameter& parameter : swim::Parameters())
    {
        factory.Set(AttributeName(parameter.name), *ParameterValue(parameter, config));
    }
}

void SetParametersLeftAtDefault(ObjectFactory& factory, const swim::Config& config)
{
    const auto parameters = swim::Parameters();
    const bool allSet =
        std::ranges::all_of(parameters, [&factory](const swim::Parameter& parameter) {
            return IsSet(InformationOn(factory, AttributeName(parameter.name)));
        });
    for (const swim::Parameter& parameter : parameters)
    {
        const std::string name = AttributeName(parameter.name);
        const TypeId::AttributeInformation information = InformationOn(factory, name);
        if (allSet ? !Differs(information) : !IsSet(information))
        {
            factory.Set(name, *ParameterValue(parameter, config));
        }
    }
}

void SetUnlessUserDid(ObjectFactory& factory, const std::string& name, const AttributeValue& value)
{
    if (!Differs(InformationOn(factory, name)))
    {
        factory.Set(name, value);
    }
}

} // namespace ns3
