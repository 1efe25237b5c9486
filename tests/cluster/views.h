// SPDX-License-Identifier: MIT
//
// What must hold of every member's view of the others after every input: who may rise from the
// dead, whose word counts, how long a suspicion lasts.
//
// The view is replayed from the member's own events and compared with its table. Nothing here asks
// the node how it decides.
#pragma once

#include "violation.h"

#include <vector>

namespace swim
{

class ViewInvariants
{
  public:
    ViewInvariants(const Config& config, std::uint32_t members);

    /// @throw Violation
    void Check(const Step& step);

  private:
    /// What one member's events tell of another.
    struct Belief
    {
        bool known = false;
        MemberState state{};
        std::uint32_t incarnation = 0;
        Instant since{};
        Address address{};         ///< as the table had it after the last input
        std::uint32_t accused = 0; ///< the highest incarnation at which it was heard to be accused
        Instant mayDie{};          ///< of a suspect: no earlier may the suspicion end in death
        Instant mustEnd = NEVER;   ///< of a suspect: no later may it still be one

        bool Gone() const
        {
            return state == MemberState::DEAD || state == MemberState::LEFT;
        }
    };

    struct View
    {
        std::uint32_t life = 0;
        bool left = false;
        std::uint32_t size = 0; ///< of the table, before this input
        std::uint32_t incarnation = 0;
        std::vector<Belief> of;
    };

    void Begin(const Step& step);
    void Hear(const Step& step);
    void CheckSelf(const Step& step);
    void Replay(const Step& step, const Event& event);
    void Believe(const Step& step, const Event& event, MemberState state);
    bool MayBeForgotten(const Belief& belief, Instant now) const;
    void CheckKind(const Step& step, const Event& event, const Belief& before);
    bool LaterEnd(const Event& event, const Belief& before, MemberState other) const;
    void CheckOrder(const Event& event, const Belief& before) const;
    void CheckDeath(const Step& step, const Event& event, const Belief& before) const;
    void CheckPeer(const Step& step, Member subject);
    void CheckForgotten(const Step& step, Belief& belief, Member subject) const;

    const Config& m_config;
    std::vector<View> m_views;
    std::vector<std::uint32_t> m_highest; ///< each member's incarnation over all its lives
};

} // namespace swim
