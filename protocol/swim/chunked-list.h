// SPDX-License-Identifier: MIT
//
// A list that grows by pieces and never moves what it has.
//
// A vector that doubles leaves half of its memory unused, and holes behind it as it moves. In a
// cluster of 10,000 that forms from nothing each member's table does so at the same time.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace swim
{

/// A list whose elements stay where they are.
template <typename T>
class ChunkedList
{
  public:
    std::size_t Size() const
    {
        return m_size;
    }

    T& operator[](std::size_t index)
    {
        return m_chunks[index / CHUNK][index % CHUNK];
    }

    const T& operator[](std::size_t index) const
    {
        return m_chunks[index / CHUNK][index % CHUNK];
    }

    void Append(const T& value)
    {
        if (m_size % CHUNK == 0)
        {
            m_chunks.push_back(std::make_unique<T[]>(CHUNK));
        }
        (*this)[m_size++] = value;
    }

  private:
    static constexpr std::size_t CHUNK = 128;

    std::vector<std::unique_ptr<T[]>> m_chunks;
    std::size_t m_size = 0;
};

} // namespace swim
