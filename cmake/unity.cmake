# SPDX-License-Identifier: GPL-2.0-only
#
# Unity builds: neighbouring sources are compiled together, since reading the headers costs more than
# our own code. SWIMLAB_UNITY=OFF compiles each file alone, which is what linters want and what shows
# that a file includes all that it needs.

option(SWIMLAB_UNITY "Compile neighbouring sources together" ON)

# Compile the target's sources in batches, in the order in which they are listed.
# BATCH n: how many at most, 12 unless given; one changed file must be compiled again in seconds
# ALONE file...: what clashes with its neighbours
function(swimlab_unity target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "BATCH" "ALONE")
  if(NOT arg_BATCH)
    set(arg_BATCH 12)
  endif()
  set_target_properties(${target} PROPERTIES
    UNITY_BUILD ${SWIMLAB_UNITY} UNITY_BUILD_BATCH_SIZE ${arg_BATCH})
  if(SWIMLAB_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # What a source keeps to itself looks to GCC as if it came from a header. And its own memory is
    # searched for garbage again and again, a tenth of the time, unless it may hold half a gigabyte.
    target_compile_options(${target} PRIVATE
      -Wno-subobject-linkage --param=ggc-min-heapsize=500000)
  endif()
  if(arg_ALONE)
    set_source_files_properties(${arg_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

# Optimize the target little: what runs for moments before a simulation takes longer to optimize than
# to run. Not for Debug and the sanitizers, which have levels of their own.
function(swimlab_compile_quickly target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()
