// SPDX-License-Identifier: MIT
//
// Which broadcasts a member has heard, so that each is told and passed on once.
//
// Kept by sender, life of the sender and number, as ranges of numbers. A window behind the highest
// number would not do: what waits is offered newest first, so a burst of thousands comes from its end
// to its beginning, and who joins hears of number 5,000 first. In the long run all that was heard of
// a life is one range, and what was lost for ever is a hole in it.
//
// Bounded whatever comes. Of a sender the last few lives are kept. Where ranges grow too many, the
// lower half of those of the sender that was not heard for longest become one: what is in the holes
// counts as heard, so that at worst a broadcast is not told and none is told twice. Only senders with
// a single range left are forgotten, and theirs could be told again if they are still on their way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace swim
{

/// The broadcasts that one member has heard.
class Heard
{
  public:
    /// Ranges of all senders, and one more for every 64 bytes of each one's name. A sender with its
    /// first range takes some 250 bytes and its name, a further range 8 to 16: at most 1 MB where
    /// few send much, and 20 MB where 65,536 members do, or somebody pretends to be as many.
    static constexpr std::size_t MOST_RANGES = 65'536;

    /// Of a sender that is started anew again and again.
    static constexpr std::size_t MOST_LIVES = 4;

    explicit Heard(std::size_t mostRanges = MOST_RANGES)
        : m_most(mostRanges)
    {
    }

    Heard(const Heard&) = delete;
    Heard& operator=(const Heard&) = delete;

    /// @param epoch tells the sender's lives apart
    /// @return whether it was not heard before; now it is
    bool Add(std::string_view sender, std::uint32_t epoch, std::uint32_t number);

    /// What counts against the limit.
    std::size_t Ranges() const
    {
        return m_ranges;
    }

    std::size_t Senders() const
    {
        return m_senders.size();
    }

  private:
    /// No life has more than this part of all ranges: others keep theirs while one of them sends
    /// numbers with gaps.
    static constexpr std::size_t SHARE = 4;

    struct Range
    {
        std::uint32_t first;
        std::uint32_t last;
    };

    struct Life
    {
        std::uint32_t epoch;
        std::vector<Range> ranges; ///< by number, with a gap between any two
    };

    struct Sender
    {
        std::string name;
        std::vector<Life> lives; ///< the one that was heard last comes first
    };

    static bool Insert(std::vector<Range>& ranges, std::uint32_t number);
    static std::size_t CostOf(const Sender& sender);
    Sender& Find(std::string_view name);
    Life& Find(Sender& sender, std::uint32_t epoch);
    void Coarsen(Life& life);
    void Shrink();

    std::list<Sender> m_senders; ///< the one that was heard last comes first
    std::unordered_map<std::string_view, std::list<Sender>::iterator> m_places;
    std::size_t m_ranges = 0;
    std::size_t m_most;
};

} // namespace swim
