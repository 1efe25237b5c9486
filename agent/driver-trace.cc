// SPDX-License-Identifier: MIT
//
// What a driver shows to a tracer, if it has one: packets and decisions.
#include "agent/driver.h"

#include <string>
#include <string_view>

namespace swim
{

void Driver::Trace(Instant when,
                   bool sent,
                   PacketChannel channel,
                   const Address& peer,
                   ByteView bytes) const
{
    if (m_tracer != nullptr && !bytes.empty())
    {
        m_tracer->OnPacket(
            {.when = when, .sent = sent, .channel = channel, .peer = peer, .bytes = bytes});
    }
}

/// With the lock held, as the directory has the names.
void Driver::TraceDecisions(Instant now) const
{
    const auto nameOf = [this](NameId name) {
        return name == NONE ? std::string_view{} : m_directory.Name(name);
    };
    for (const Decision& decision : m_out.Decisions())
    {
        std::string detail;
        AppendDetail(decision, detail);
        TracedDecision traced{.when = now,
                              .decision = DecisionKindName(decision.kind),
                              .about = nameOf(decision.subject),
                              .accuser = nameOf(decision.accuser),
                              .detail = detail};
        if (decision.sequence != 0)
        {
            traced.sequence = decision.sequence;
        }
        if (decision.subject != NONE)
        {
            traced.incarnation = decision.incarnation;
        }
        m_tracer->OnDecision(traced);
    }
}

} // namespace swim
