// SPDX-License-Identifier: MIT
//
// See decision.h.
#include "swim/decision.h"

#include "swim/enum-rows.h"
#include "swim/trace-row.h"

#include <iterator>

namespace swim
{

namespace
{

struct DecisionRow
{
    DecisionKind kind;
    std::string_view name;
};

constexpr DecisionRow DECISION_ROWS[] = {
    {DecisionKind::PROBE_TIMEOUT, "probe-timeout"},
    {DecisionKind::PROBE_SAVED, "probe-saved"},
    {DecisionKind::PROBE_GIVEN_UP, "probe-given-up"},
    {DecisionKind::PROBE_FAILED, "probe-failed"},
    {DecisionKind::SUSPICION_STARTED, "suspicion-started"},
    {DecisionKind::SUSPICION_CONFIRMED, "suspicion-confirmed"},
    {DecisionKind::SUSPICION_SHORTENED, "suspicion-shortened"},
    {DecisionKind::SUSPICION_FIRED, "suspicion-fired"},
    {DecisionKind::SUSPICION_ENDED, "suspicion-ended"},
    {DecisionKind::REFUTED, "refuted"},
    {DecisionKind::HEALTH, "health"},
};

static_assert(std::size(DECISION_ROWS) == DECISION_KINDS &&
              AreInOrder(DECISION_ROWS, &DecisionRow::kind));

void AppendCount(std::string_view name, std::uint32_t count, std::string& text)
{
    text += name;
    text += std::to_string(count);
}

void AppendTime(std::string_view name, Duration time, std::string& text)
{
    text += name;
    AppendSeconds(time.count(), text);
}

} // namespace

std::string_view DecisionKindName(DecisionKind kind)
{
    return DECISION_ROWS[static_cast<std::size_t>(kind)].name;
}

void AppendDetail(const Decision& decision, std::string& text)
{
    switch (decision.kind)
    {
    case DecisionKind::PROBE_TIMEOUT:
        AppendCount("helpers=", decision.count, text);
        text += decision.stream ? ";stream=1" : ";stream=0";
        return;
    case DecisionKind::PROBE_FAILED:
        AppendCount("nacks=", decision.count, text);
        AppendCount(";nacks_expected=", decision.of, text);
        return;
    case DecisionKind::SUSPICION_STARTED:
        AppendTime("timeout_s=", decision.timeout, text);
        AppendTime(";min_s=", decision.least, text);
        AppendTime(";max_s=", decision.most, text);
        AppendCount(";confirmations_wanted=", decision.count, text);
        return;
    case DecisionKind::SUSPICION_SHORTENED:
    case DecisionKind::SUSPICION_FIRED:
        AppendTime("timeout_s=", decision.timeout, text);
        return;
    case DecisionKind::SUSPICION_ENDED:
        text += "by=";
        text += decision.by;
        return;
    case DecisionKind::HEALTH:
        AppendCount("score=", decision.count, text);
        return;
    default:
        return;
    }
}

} // namespace swim
