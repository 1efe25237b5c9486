// SPDX-License-Identifier: GPL-2.0-only
//
// See refutations.h.
#include "lab/record/metrics/refutations.h"

namespace swimlab
{

void Refutations::Hear(const Heard& heard)
{
    if (heard.row.kind == swim::EventKind::REFUTED && heard.before.marks.wronglySuspected)
    {
        ++m_refuted;
    }
}

void Refutations::Finish(Json& metrics)
{
    metrics["refuted_suspicions"] = m_refuted;
}

} // namespace swimlab
