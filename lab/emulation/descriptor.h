// SPDX-License-Identifier: GPL-2.0-only
//
// A file descriptor that closes itself.
#pragma once

#include <unistd.h>
#include <utility>

namespace swimlab
{

/// Owns a file descriptor, or none.
class Descriptor
{
  public:
    Descriptor() = default;

    /// @param descriptor owned from now on; below 0: none
    explicit Descriptor(int descriptor)
        : m_descriptor(descriptor)
    {
    }

    Descriptor(Descriptor&& other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1))
    {
    }

    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }

    ~Descriptor()
    {
        if (m_descriptor >= 0)
        {
            close(m_descriptor);
        }
    }

    int Get() const
    {
        return m_descriptor;
    }

  private:
    int m_descriptor = -1;
};

} // namespace swimlab
