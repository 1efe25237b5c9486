// SPDX-License-Identifier: MIT
//
// See heap-count.h.
#include "heap-count.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace
{

std::uint64_t allocations = 0;

void* Allocate(std::size_t size)
{
    ++allocations;
    if (void* memory = std::malloc(std::max<std::size_t>(size, 1)))
    {
        return memory;
    }
    throw std::bad_alloc();
}

} // namespace

std::uint64_t heap::Allocations()
{
    return allocations;
}

void* operator new(std::size_t size)
{
    return Allocate(size);
}

void* operator new[](std::size_t size)
{
    return Allocate(size);
}

void* operator new(std::size_t size, const std::nothrow_t&) noexcept
{
    ++allocations;
    return std::malloc(std::max<std::size_t>(size, 1));
}

void operator delete(void* memory) noexcept
{
    std::free(memory);
}

void operator delete[](void* memory) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

void operator delete[](void* memory, std::size_t) noexcept
{
    std::free(memory);
}
