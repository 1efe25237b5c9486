// SPDX-License-Identifier: MIT
//
// Input for decoders, copied to a heap block of exactly its size, so that AddressSanitizer sees a
// read of one byte too many.
#pragma once

#include "swim/wire.h"

#include <algorithm>
#include <memory>

namespace swim::wire
{

/// Bytes in a heap block without spare capacity.
class Exact
{
  public:
    explicit Exact(ByteView bytes)
        : m_size(bytes.size()),
          m_bytes(new std::uint8_t[bytes.size()])
    {
        std::ranges::copy(bytes, m_bytes.get());
    }

    ByteView View() const
    {
        return {m_bytes.get(), m_size};
    }

    /// Whether a decoded field points into these bytes; an empty one points nowhere.
    bool Holds(const auto& field) const
    {
        const auto* begin = reinterpret_cast<const std::uint8_t*>(field.data());
        return field.empty() ||
               (begin >= m_bytes.get() && begin + field.size() <= m_bytes.get() + m_size);
    }

  private:
    std::size_t m_size;
    std::unique_ptr<std::uint8_t[]> m_bytes;
};

} // namespace swim::wire
