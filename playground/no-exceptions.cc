// SPDX-License-Identifier: MIT
//
// What a C++ that throws needs, where nothing can be thrown: WebAssembly as Debian's compiler makes it.
//
// The core never throws; the metrics library does, of records that nobody can have written here. So
// whatever is thrown is a defect, ends the instance, and says so.
#include <cstdio>
#include <cstdlib>
#include <new>
#include <typeinfo>

extern "C"
{
    void* __cxa_allocate_exception(std::size_t size)
    {
        return std::malloc(size);
    }

    void __cxa_free_exception(void* memory)
    {
        std::free(memory);
    }

    void __cxa_throw(void*, void*, void (*)(void*))
    {
        std::fputs("an exception was thrown\n", stderr);
        std::abort();
    }
}
