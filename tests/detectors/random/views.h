// SPDX-License-Identifier: MIT
//
// What must hold of every member of any detector after every input: what it believes follows from what
// it told, nobody concludes nonsense of himself, and no deadline is missed.
//
// The view is replayed from the member's own events and compared with its table. Nothing here asks the
// detector how it decides; what it has no word for, its Kind says.
#pragma once

#include "detectors/kind.h"
#include "tests/cluster/violation.h"

#include <vector>

namespace swim::detectors
{

class Views
{
  public:
    /// @param kind outlives this
    Views(const Kind& kind, std::uint32_t members);

    /// @param member it has just handled the network's input
    /// @throw Violation
    void Check(const VirtualNetwork& network,
               Member member,
               const Detector& detector,
               const Outbox& out);

    /// What must hold of a member by itself, whatever it was told.
    /// @throw Violation
    static void CheckSelf(const Detector& detector, NameId name, bool left);

  private:
    struct Belief
    {
        bool known = false;
        MemberState state{};
    };

    struct View
    {
        std::uint32_t life = 0;
        bool left = false;
        std::uint32_t incarnation = 0;
        Instant second{};
        std::uint32_t wakeUps = 0; ///< within this second
        std::vector<Belief> of;
    };

    void Begin(const VirtualNetwork& network, Member member, const Detector& detector);
    void Replay(Member member, const Event& event);
    void CheckWord(const Event& event) const;
    void CheckDeadline(const VirtualNetwork& network, Member member, const Detector& detector);
    void Compare(Member member, const Detector& detector);

    const Kind& m_kind;
    std::vector<View> m_views;
    std::vector<std::uint32_t> m_highest; ///< each member's incarnation over all its lives
};

} // namespace swim::detectors
