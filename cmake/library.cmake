# SPDX-License-Identifier: MIT
#
# What the libraries for applications have in common, and which headers of include/swim/ belong to which:
# they are what an application may include, are found by `#include <swim/...>` here as where they are
# installed, and include nothing else of ours.
#
# Static or shared is CMake's BUILD_SHARED_LIBS. Either kind is position-independent, and keeps its names
# to itself as far as it can, so that it meets no other copy of them in one process:
# - a static library becomes part of a program, a plugin or an extension module: all of its names are
#   hidden there, and two plugins with two versions of it never take each other's;
# - a shared one shows what is in namespace swim, to its neighbours among these libraries too, under a
#   version that is the name of its ABI.

set(swim_abi ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
if(BUILD_SHARED_LIBS)
  set(swim_exports ${PROJECT_BINARY_DIR}/swim.map)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/swim.map.in ${swim_exports} @ONLY)
endif()

# Make the target a library for applications.
# component: what find_package(swim) calls it; its file is libswim-COMPONENT
function(swim_library library component)
  set_target_properties(${library} PROPERTIES
    OUTPUT_NAME swim-${component}
    EXPORT_NAME ${component}
    POSITION_INDEPENDENT_CODE ON
    VISIBILITY_INLINES_HIDDEN ON
    VERSION ${PROJECT_VERSION}
    SOVERSION ${swim_abi})
  add_library(swim::${component} ALIAS ${library})
  if(BUILD_SHARED_LIBS)
    # Nobody puts functions in front of ours, so calls among them need no detour.
    target_compile_options(${library} PRIVATE -fno-semantic-interposition)
    target_link_options(${library} PRIVATE -Wl,--version-script=${swim_exports})
    set_target_properties(${library} PROPERTIES LINK_DEPENDS ${swim_exports})
    if(NOT SWIMLAB_SANITIZE) # whose functions only a program has
      target_link_options(${library} PRIVATE -Wl,--no-undefined)
    endif()
  else()
    set_target_properties(${library} PROPERTIES CXX_VISIBILITY_PRESET hidden)
    # A plugin that has such a name, of a template of the standard library, is never unloaded.
    target_compile_options(${library} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  endif()
endfunction()

# The library's public headers, by their names in include/swim/ without ".h".
function(swim_headers library)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/include/swim/)
  list(TRANSFORM ARGN APPEND .h)
  target_sources(${library} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${ARGN})
endfunction()
