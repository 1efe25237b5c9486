# SPDX-License-Identifier: GPL-2.0-only
#
# Unity builds: the sources of a folder are compiled together, since reading the headers costs more than
# our own code. SWIMLAB_UNITY=OFF compiles each file alone, as clang-tidy and the mutants do, which shows
# what a file forgot to include.

option(SWIMLAB_UNITY "Compile the sources of a folder together" ON)

# Compile the target's sources in groups: those of one folder, at most BATCH of them.
# BATCH n: 12 unless given; small enough for one changed file to be compiled again in seconds
# ALONE file...: what clashes with its neighbours
function(swimlab_unity target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "BATCH" "ALONE")
  if(NOT SWIMLAB_UNITY)
    return()
  endif()
  if(NOT arg_BATCH)
    set(arg_BATCH 12)
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    if(source IN_LIST arg_ALONE OR NOT source MATCHES "\\.cc$")
      continue()
    endif()
    cmake_path(ABSOLUTE_PATH source OUTPUT_VARIABLE folder)
    cmake_path(GET folder PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
    string(MAKE_C_IDENTIFIER "in_${folder}" folder)
    if(NOT DEFINED count_${folder})
      set(count_${folder} 0)
    endif()
    math(EXPR batch "${count_${folder}} / ${arg_BATCH}")
    math(EXPR count_${folder} "${count_${folder}} + 1")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP "${folder}_${batch}")
  endforeach()
endfunction()
