// SPDX-License-Identifier: GPL-2.0-only
//
// What a value of each type of key looks like in a file.
#pragma once

#include <span>
#include <string_view>

namespace swimlab
{

struct TypeText
{
    std::string_view name;
    std::string_view example; ///< as one writes it behind the equals sign
    std::string_view meaning;
};

/// All types but words to choose from, which are their own description.
std::span<const TypeText> Types();

} // namespace swimlab
