# SPDX-License-Identifier: MIT
#
# Which headers of include/swim/ belong to which library: they are what an application may include, are
# found by `#include <swim/...>` here as where they are installed, and include nothing else of ours.

# The library's public headers, by their names in include/swim/ without ".h".
function(swim_headers library)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/include/swim/)
  list(TRANSFORM ARGN APPEND .h)
  target_sources(${library} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${ARGN})
endfunction()
