# SPDX-License-Identifier: GPL-2.0-only
#
# The module "swim" in an ns-3 tree: ns-3 includes this through the CMakeLists.txt above.
#
# ns-3's own standard may be C++17: so are the public headers, the tests and the example. Only the
# library's sources need C++20, and no precompiled headers of another standard.

set(swim_root ${CMAKE_CURRENT_SOURCE_DIR})
file(GLOB swim_sources CONFIGURE_DEPENDS
  ${swim_root}/protocol/swim/*.cc
  ${swim_root}/ns3-module/model/*.cc
  ${swim_root}/ns3-module/helper/*.cc)
file(GLOB swim_headers CONFIGURE_DEPENDS RELATIVE ${swim_root}
  ${swim_root}/ns3-module/model/swim-*.h
  ${swim_root}/ns3-module/helper/swim-*.h)
file(GLOB swim_tests CONFIGURE_DEPENDS RELATIVE ${swim_root} ${swim_root}/ns3-module/test/*.cc)

# ns-3 looks for a module's examples, and test.py for the list of those to run, in folders of these
# names beside its CMakeLists.txt.
foreach(folder examples test)
  if(NOT EXISTS ${swim_root}/${folder})
    file(CREATE_LINK ns3-module/${folder} ${swim_root}/${folder} SYMBOLIC)
  endif()
endforeach()

build_lib(
  LIBNAME swim
  SOURCE_FILES ${swim_sources}
  HEADER_FILES ${swim_headers}
  LIBRARIES_TO_LINK ${swim_libraries}
  TEST_SOURCES ${swim_tests}
  IGNORE_PCH)
# Until 3.42 ns-3 compiles a module's sources in an object library that the library is linked from;
# since 3.43 in the library itself.
set(swim_compiled ${libswim})
if(TARGET ${libswim}-obj)
  set(swim_compiled ${libswim}-obj)
endif()
target_include_directories(${swim_compiled} PRIVATE
  ${swim_root}/include ${swim_root}/protocol)
target_compile_features(${swim_compiled} PRIVATE cxx_std_20)
