// SPDX-License-Identifier: MIT
//
// See source-limiter.h.
#include "agent/source-limiter.h"

#include "swim/endpoint.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace swim
{

namespace
{

/// Forgetting looks at all, which must not be the price of each datagram of a forged source.
constexpr auto BETWEEN_FORGETTING = std::chrono::milliseconds(100);

/// A source is an IPv4 address, or an IPv6 network of 64 bits: who has one address of it has all.
std::uint64_t SourceOf(const Address& address)
{
    const Address plain = WithoutMapping(address);
    std::uint64_t source = 0;
    std::memcpy(&source, plain.bytes.data(), std::min<std::size_t>(plain.length, sizeof source));
    return source;
}

} // namespace

bool SourceLimiter::Admit(const Address& from, Instant now)
{
    if (m_perSecond == 0)
    {
        return true;
    }
    Bucket* const own = Find(SourceOf(from), now);
    return Take(own == nullptr ? m_others : *own, now);
}

bool SourceLimiter::Take(Bucket& bucket, Instant now) const
{
    const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
    bucket.tokens = std::min<double>(m_perSecond, bucket.tokens + seconds * m_perSecond);
    bucket.filled = now;
    if (bucket.tokens < 1)
    {
        return false;
    }
    --bucket.tokens;
    return true;
}

/// @return the source's bucket, or null if there is no room for one
SourceLimiter::Bucket* SourceLimiter::Find(std::uint64_t source, Instant now)
{
    if (const auto found = m_buckets.find(source); found != m_buckets.end())
    {
        return &found->second;
    }
    if (m_buckets.size() >= m_forgetAt && now - m_forgotten >= BETWEEN_FORGETTING)
    {
        m_forgotten = now;
        std::erase_if(m_buckets, [now](const auto& entry) {
            return now - entry.second.filled >= std::chrono::seconds(1);
        });
        m_forgetAt = std::clamp<std::size_t>(2 * m_buckets.size(), 64, MAX_SOURCES);
    }
    if (m_buckets.size() >= MAX_SOURCES)
    {
        return nullptr;
    }
    return &m_buckets.emplace(source, Bucket{static_cast<double>(m_perSecond), now}).first->second;
}

} // namespace swim
