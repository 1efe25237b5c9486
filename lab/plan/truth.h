// SPDX-License-Identifier: GPL-2.0-only
//
// What an action is on the record, and on the wire, whatever the cluster runs on.
#pragma once

#include "lab/plan/plan.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// A row of ground truth; see Recorder::Truth.
struct TruthRow
{
    std::string_view event;
    std::optional<MemberId> subject; ///< none: everybody
    std::string value;
    std::uint32_t incarnation = 0; ///< of the process that starts; 0: the event is no start
};

/// The rows of an action. @param incarnationOf what a member's process starts with
std::vector<TruthRow> TruthOf(const Plan& plan,
                              const Action& action,
                              const std::function<std::uint32_t(MemberId)>& incarnationOf);

/// The message of INJECT as memberlist would encode it, without envelope.
/// @param addressOfSubject of the member that the message is about
std::vector<std::uint8_t> EncodeInjection(const Plan& plan,
                                          const Injection& injection,
                                          const swim::Address& addressOfSubject);

} // namespace swimlab
