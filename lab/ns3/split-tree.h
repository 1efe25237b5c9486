// SPDX-License-Identifier: GPL-2.0-only
//
// Multilevel splitting (RESTART; Villen-Altamirano 1991) of whatever a process does: copies by fork.
//
// A simulation is one process without threads, so fork copies its whole state. Whenever the run rises
// over a level, it becomes as many as the level asks for, the run itself among them; a copy ends when
// it falls below the level at which it was born, and the run itself never does. What happens at a level
// counts the inverse of all copies up to it, so its expectation is that of a run without any copy,
// whatever the levels, the copies and the importance are, as long as neither knows the future.
//
// Depth first: a run waits for each of its copies before it goes on, so that there are never more
// processes than levels, and what they count comes in one order. A copy tells its counts through a
// pipe. It dies with the process that waits for it (PR_SET_PDEATHSIG), so that nothing is left behind.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace swimlab
{

/// The copies did not come about, so that there is no estimate.
class SplitError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// What makes an estimate fail rather than take for ever. It never cuts one short.
struct SplitBounds
{
    std::uint64_t copies = 100'000;
    std::chrono::seconds time{600};
};

/// What happened in all copies together, by level: 0 is below the first.
struct SplitTally
{
    explicit SplitTally(std::size_t levels)
        : hits(levels + 1),
          rises(levels + 1)
    {
    }

    std::vector<std::uint64_t> hits;  ///< what is counted
    std::vector<std::uint64_t> rises; ///< from a level to the next one; of the last none
};

/// As one process sees it: the run itself, or a copy.
class SplitTree
{
  public:
    /// The most levels that there may be.
    static constexpr std::size_t MOST_LEVELS = 64;

    /// @param copies by level, from the first: how many a run becomes that rises to it, 1 or more
    /// @param key of all that is random in copies
    SplitTree(std::vector<std::uint32_t> copies, std::uint64_t key, const SplitBounds& bounds);
    ~SplitTree();

    SplitTree(const SplitTree&) = delete;
    SplitTree& operator=(const SplitTree&) = delete;

    /// How many levels the run is over.
    std::size_t Level() const
    {
        return m_level;
    }

    std::size_t Levels() const
    {
        return m_copies.size();
    }

    /**
     * The run rises over one more level. Returns once in each copy, and then in the run itself.
     * @return in a copy: what its randomness is to be drawn by from now on
     * @throws SplitError of the run itself, when a bound is hit or a copy failed
     */
    std::optional<std::uint64_t> Rise();

    /// The run falls to this level. Of a copy that was born above it that is the end: no return.
    void FallTo(std::size_t level);

    /// What is counted happens, at the present level.
    void Hit();

    /// Whether this process is a copy.
    bool IsCopy() const
    {
        return m_born > 0;
    }

    /// All is over. Of a copy: no return.
    void EndIfCopy();

    /// An error in a copy is one of the run. Of the run itself: nothing happens.
    void FailIfCopy(const std::string& why);

    /// Of this process and of all its copies that are over.
    const SplitTally& Tally() const
    {
        return m_tally;
    }

    /// Of the run itself, as if there were no copies.
    std::uint64_t PlainHits() const
    {
        return m_plainHits;
    }

    /// How many copies were made, by all.
    std::uint64_t Copies() const;

    /// What one hit at a level counts: 1 over the copies of it and all before it.
    double Weight(std::size_t level) const;

    /// The sum of all hits, each with its weight: unbiased for those of a plain run.
    double WeightedHits() const;

  private:
    struct Shared;

    void CheckBounds() const;
    void BecomeCopy(std::uint64_t key, int descriptor);
    void Await(int process, int descriptor);
    [[noreturn]] void Tell(const std::string& error);

    std::vector<std::uint32_t> m_copies;
    std::uint64_t m_key;
    SplitBounds m_bounds;
    std::chrono::steady_clock::time_point m_began;
    Shared* m_shared; ///< one for all processes
    std::size_t m_level = 0;
    std::size_t m_born = 0; ///< the level of a copy's birth; 0: the run itself
    int m_answer = -1;      ///< of a copy: where it tells its tally
    std::uint64_t m_splits = 0;
    std::uint64_t m_plainHits = 0;
    SplitTally m_tally;
};

} // namespace swimlab
