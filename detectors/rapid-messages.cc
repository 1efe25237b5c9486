// SPDX-License-Identifier: MIT
//
// See rapid.h: which bytes are a whole message of Rapid's. Asked before anything that one says is
// believed.
#include "detectors/rapid-types.h"
#include "detectors/rapid.h"

namespace swim::detectors
{

namespace
{

bool AreAlerts(ByteReader& body)
{
    body.Number<std::uint64_t>(); // the configuration
    const auto count = body.Number<std::uint16_t>();
    for (std::uint16_t i = 0; i < count && body.Ok(); ++i)
    {
        const auto flags = body.Number<std::uint8_t>();
        const bool named = !body.Name().empty();
        body.Number<std::uint32_t>(); // incarnation
        body.Number<std::uint16_t>(); // rings
        if (flags == RAPID_JOINS)
        {
            body.Place();
        }
        const bool known =
            flags == RAPID_JOINS || flags == RAPID_DOWN || flags == (RAPID_DOWN | RAPID_LEAVES);
        if (!named || !known)
        {
            return false;
        }
    }
    return body.AtEnd();
}

bool IsConsensus(RapidType type, ByteReader& body)
{
    body.Number<std::uint64_t>(); // the configuration
    body.Number<std::uint32_t>(); // the rank: its round
    body.Number<std::uint64_t>(); // and its coordinator
    const auto count = body.Number<std::uint16_t>();
    for (std::uint16_t i = 0; i < count && body.Ok(); ++i)
    {
        const auto flags = body.Number<std::uint8_t>();
        const bool named = !body.Name().empty();
        if (flags == RAPID_JOINS)
        {
            body.Number<std::uint32_t>(); // incarnation
            body.Place();
        }
        if (!named || (flags != RAPID_JOINS && flags != RAPID_DOWN))
        {
            return false;
        }
    }
    if (type == RapidType::PHASE_1B)
    {
        body.Number<std::uint32_t>(); // the rank that it voted in
        body.Number<std::uint64_t>();
    }
    return body.AtEnd();
}

bool IsConfiguration(ByteReader& body)
{
    body.Number<std::uint64_t>(); // its id
    const auto count = body.Number<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && body.Ok(); ++i)
    {
        const bool named = !body.Name().empty();
        body.Number<std::uint32_t>(); // incarnation
        body.Place();
        if (!named)
        {
            return false;
        }
    }
    return body.AtEnd();
}

bool IsPreJoinAnswer(ByteReader& body)
{
    switch (static_cast<JoinStatus>(body.Number<std::uint8_t>()))
    {
    case JoinStatus::NOT_READY:
        return body.AtEnd();
    case JoinStatus::ALREADY_IN:
        return IsConfiguration(body);
    case JoinStatus::SAFE_TO_JOIN: {
        body.Number<std::uint64_t>(); // the configuration
        const auto rings = body.Number<std::uint8_t>();
        for (std::uint8_t ring = 0; ring < rings && body.Ok(); ++ring)
        {
            body.Place();
        }
        return body.AtEnd();
    }
    default:
        return false;
    }
}

} // namespace

bool Rapid::IsWhole(std::uint8_t code, ByteReader body)
{
    const auto type = static_cast<RapidType>(code);
    switch (type)
    {
    case RapidType::PROBE:
    case RapidType::PROBE_ANSWER:
    case RapidType::RECEIVED:
        body.Number<std::uint32_t>();
        return body.AtEnd();
    case RapidType::LEAVE:
    case RapidType::PRE_JOIN:
        return body.AtEnd();
    case RapidType::ALERTS:
        return AreAlerts(body);
    case RapidType::PRE_JOIN_ANSWER:
        return IsPreJoinAnswer(body);
    case RapidType::JOIN:
        body.Number<std::uint64_t>(); // the configuration
        body.Number<std::uint16_t>(); // rings
        return body.AtEnd();
    case RapidType::WELCOME:
        return IsConfiguration(body);
    default:
        return code >= static_cast<std::uint8_t>(RapidType::VOTE) &&
               code <= static_cast<std::uint8_t>(RapidType::PHASE_2B) && IsConsensus(type, body);
    }
}

} // namespace swim::detectors
