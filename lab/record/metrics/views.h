// SPDX-License-Identifier: GPL-2.0-only
//
// Who holds whom for a live member, at any size of a cluster.
//
// A square of a million members has no place in memory, and nearly all of it never changes. So a
// view is what it was at the start, and only two kinds of strips are stored: the whole view of a
// process that started anew, and everybody's view of a member about whom there was news.
#pragma once

#include "lab/topology/member-id.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace swimlab
{

/// What an observer holds of a subject, as its last event says.
enum class View : std::uint8_t
{
    UNKNOWN,
    ALIVE,
    SUSPECT,
    DEAD,
    LEFT
};

/// Whether it is a member to the observer.
constexpr bool Holds(View view)
{
    return view == View::ALIVE || view == View::SUSPECT;
}

constexpr bool IsGone(View view)
{
    return view == View::DEAD || view == View::LEFT;
}

/// What else is remembered of a pair, a bit each.
struct Marks
{
    bool wronglySuspected = false; ///< the present suspicion is wrong
    bool wronglyBuried = false;    ///< once at least
    bool cutOff = false;           ///< a cut network is behind the present suspicion or death
};

/// Every observer's view of every subject.
class Views
{
  public:
    /**
     * @param present by member: not those who enter by a join
     * @param group the cluster of each
     * @param converged everybody present knows everybody present of its cluster
     */
    Views(std::vector<bool> present, std::vector<std::uint32_t> group, bool converged);

    View Get(MemberId observer, MemberId subject) const
    {
        return ViewOf(CellOf(observer, subject));
    }

    bool IsCutOff(MemberId observer, MemberId subject) const
    {
        return (CellOf(observer, subject) & CUT_OFF) != 0;
    }

    struct Entry
    {
        View view;
        Marks marks;
    };

    /// A member's view of itself stays alive.
    /// @param marks of now; what was buried wrongly once stays so
    /// @return what was before
    Entry Set(MemberId observer, MemberId subject, View view, Marks marks = {});

    /// The observer's process is another one, and knows nobody.
    void StartAnew(MemberId observer);

    /// How many members it holds for live, itself included.
    std::uint32_t SizeOf(MemberId observer) const
    {
        return m_sizes[observer];
    }

    /// Whether the two are of one cluster.
    bool AreOfOneGroup(MemberId a, MemberId b) const
    {
        return m_group[a] == m_group[b];
    }

    const std::vector<std::uint32_t>& Groups() const
    {
        return m_group;
    }

    /// Of each member, how many of its own cluster hold it for live, itself not counted; and
    /// how often one of another cluster does. @param counts by observer: whose views count
    struct Holders
    {
        std::vector<std::uint32_t> own;
        std::uint64_t foreign = 0;
    };

    Holders CountHolders(const std::vector<bool>& counts) const;

  private:
    /// A view, and above it the marks.
    using Cell = std::uint8_t;
    using Strip = std::unique_ptr<Cell[]>;

    static constexpr Cell VIEW = 0x07;
    static constexpr Cell WRONGLY_SUSPECTED = 0x08;
    static constexpr Cell WRONGLY_BURIED = 0x10;
    static constexpr Cell CUT_OFF = 0x20;

    static View ViewOf(Cell cell)
    {
        return static_cast<View>(cell & VIEW);
    }

    Cell Initial(MemberId observer, MemberId subject) const
    {
        const bool known = m_converged && m_present[observer] && m_present[subject] &&
                           m_group[observer] == m_group[subject];
        return static_cast<Cell>(known ? View::ALIVE : View::UNKNOWN);
    }

    Cell CellOf(MemberId observer, MemberId subject) const;
    Cell& At(MemberId observer, MemberId subject);

    std::vector<bool> m_present;
    std::vector<std::uint32_t> m_group;
    bool m_converged;
    std::vector<Strip> m_ofObserver; ///< null: its first process, see m_ofSubject
    std::vector<Strip> m_ofSubject;  ///< null: as at the start
    std::vector<std::uint32_t> m_sizes;
};

} // namespace swimlab
