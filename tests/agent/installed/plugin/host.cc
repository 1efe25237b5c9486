// SPDX-License-Identifier: MIT
//
// Loads plugins at the same time, uses them, and unloads them.
//
//     host PLUGIN...
#include <cstddef>
#include <cstdio>
#include <dlfcn.h>
#include <vector>

namespace
{

template <typename Function>
Function* Find(void* plugin, const char* name)
{
    void* const found = dlsym(plugin, name);
    if (found == nullptr)
    {
        std::fprintf(stderr, "%s\n", dlerror());
    }
    return reinterpret_cast<Function*>(found);
}

bool Works(void* plugin)
{
    auto* const meet = Find<std::size_t()>(plugin, "PluginMeet");
    auto* const catches = Find<bool()>(plugin, "PluginCatches");
    if (meet == nullptr || catches == nullptr)
    {
        return false;
    }
    const std::size_t members = meet();
    const bool caught = catches();
    std::printf("members %zu, caught %d\n", members, caught);
    return members == 2 && caught;
}

} // namespace

int main(int count, char** files)
{
    std::vector<void*> plugins;
    bool good = count > 1;
    for (int i = 1; i < count; ++i)
    {
        // As far as a loader can make them meet.
        plugins.push_back(dlopen(files[i], RTLD_NOW | RTLD_GLOBAL));
        if (plugins.back() == nullptr)
        {
            std::fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
        good = Works(plugins.back()) && good;
    }
    for (void* const plugin : plugins)
    {
        good = Works(plugin) && good;
    }
    // One that others took a name from goes with the last of these.
    for (void* const plugin : plugins)
    {
        dlclose(plugin);
    }
    for (int i = 1; i < count; ++i)
    {
        if (dlopen(files[i], RTLD_NOW | RTLD_NOLOAD) != nullptr)
        {
            std::fprintf(stderr, "%s stays loaded\n", files[i]);
            good = false;
        }
    }
    return good ? 0 : 1;
}
