// SPDX-License-Identifier: MIT
//
// How many datagrams each source may send, so that one that floods us cannot starve the others.
//
// A bucket of tokens for each source, full for whoever was quiet for a second. The table is
// bounded: sources are forgotten when their bucket is full again, and when very many are active at
// once, as with forged addresses, those that do not fit share one bucket.
#pragma once

#include "swim/types.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace swim
{

/// Buckets of tokens, one for each source. From one thread.
class SourceLimiter
{
  public:
    static constexpr std::size_t MAX_SOURCES = 4096;

    /// @param perSecond datagrams of one source, and as many at once; 0: no limit
    explicit SourceLimiter(std::uint32_t perSecond)
        : m_perSecond(perSecond)
    {
    }

    /// @return whether a datagram from there is still within the limit
    bool Admit(const Address& from, Instant now);

    std::size_t Sources() const
    {
        return m_buckets.size();
    }

  private:
    /// What a source may still send, as of a moment.
    struct Bucket
    {
        double tokens;
        Instant filled;
    };

    bool Take(Bucket& bucket, Instant now) const;
    Bucket* Find(std::uint64_t source, Instant now);

    std::uint32_t m_perSecond;
    std::unordered_map<std::uint64_t, Bucket> m_buckets;
    std::size_t m_forgetAt = 64; ///< at how many sources the quiet ones are forgotten
    Instant m_forgotten{};       ///< when that was last
    Bucket m_others{0, Instant{}};
};

} // namespace swim
