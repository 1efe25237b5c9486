# SPDX-License-Identifier: MIT
#
# The installed library as applications meet it, of both kinds: the one that this build makes, and the other
# one, built anew by whoever wants the library alone. Each is installed once into a folder of its own, where
# all scripts find it. To build the other kind takes a while, so its tests are nightly.

set(installed ${CMAKE_CURRENT_LIST_DIR})
set(installed_scratch ${CMAKE_CURRENT_BINARY_DIR}/installed)
set(own_kind static)
set(other_kind shared)
if(BUILD_SHARED_LIBS)
  set(own_kind shared)
  set(other_kind static)
endif()

add_test(NAME installed.${own_kind}
  COMMAND ${installed}/install.sh ${PROJECT_BINARY_DIR} ${installed_scratch}/${own_kind})
add_test(NAME installed.${other_kind}
  COMMAND ${installed}/build-alone.sh ${other_kind} ${PROJECT_SOURCE_DIR} ${installed_scratch}/build-${other_kind}
    ${installed_scratch}/${other_kind} ${CMAKE_CXX_COMPILER} "${CMAKE_CXX_COMPILER_LAUNCHER}")
set_tests_properties(installed.${own_kind} PROPERTIES TIMEOUT 60 FIXTURES_SETUP swim-${own_kind})
set_tests_properties(installed.${other_kind} PROPERTIES
  TIMEOUT 1200 LABELS nightly FIXTURES_SETUP swim-${other_kind})

# Tests by scripts of these names, of the library of one kind.
function(swim_installed_tests kind)
  foreach(name ${ARGN})
    add_test(NAME installed.${kind}.${name}
      COMMAND ${installed}/${name}.sh ${kind} ${PROJECT_SOURCE_DIR} ${installed_scratch}/${kind}
        ${installed_scratch}/${kind}-${name} ${CMAKE_CXX_COMPILER})
    set_tests_properties(installed.${kind}.${name} PROPERTIES
      TIMEOUT 600 SKIP_RETURN_CODE 77 FIXTURES_REQUIRED swim-${kind})
    if(kind STREQUAL other_kind)
      set_tests_properties(installed.${kind}.${name} PROPERTIES LABELS nightly)
    endif()
  endforeach()
endfunction()
swim_installed_tests(static headers examples components symbols pkg-config plugin python)
swim_installed_tests(shared components symbols pkg-config)

add_test(NAME installed.options
  COMMAND ${installed}/options.sh ${PROJECT_SOURCE_DIR} ${installed_scratch}/options ${CMAKE_CXX_COMPILER})
set_tests_properties(installed.options PROPERTIES TIMEOUT 600)
