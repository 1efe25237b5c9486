// SPDX-License-Identifier: MIT
//
// What a node tells of its decisions to an outbox that asks for them; see decision.h.
#include "swim/node.h"

namespace swim
{

/// Of the probe round under way. @param count see Decision
void Node::TraceProbe(DecisionKind kind, std::uint32_t count, Outbox& out) const
{
    if (out.TracesDecisions())
    {
        out.AddDecision({.kind = kind,
                         .subject = m_directory.Get(m_probe.target).name,
                         .incarnation = m_probe.incarnation,
                         .sequence = m_probe.seqNo,
                         .count = count,
                         .of = m_probe.nacksExpected,
                         .stream = m_probe.stream != 0});
    }
}

/// Of the running suspicion of a member. @param decision the rest is filled in
void Node::TraceSuspicion(Decision decision, Slot slot, Outbox& out) const
{
    if (!out.TracesDecisions())
    {
        return;
    }
    const Instant deadline = m_suspicions.DeadlineOf(slot);
    if (decision.kind == DecisionKind::SUSPICION_ENDED && deadline <= m_now)
    {
        return; // its time was up: it has fired
    }
    const PeerRecord record = m_members.At(slot);
    decision.subject = m_directory.Get(record.identity).name;
    decision.incarnation = record.incarnation;
    decision.timeout = deadline - record.Since();
    if (decision.kind == DecisionKind::SUSPICION_STARTED)
    {
        const SuspicionBounds bounds = BoundSuspicion(*m_config, m_members.Size());
        decision.least = bounds.min;
        decision.most = bounds.max;
        decision.count = bounds.confirmations;
    }
    out.AddDecision(decision);
}

} // namespace swim
