# SPDX-License-Identifier: GPL-2.0-only
#
# The module "swim" in an ns-3 tree: ns-3 includes this through the CMakeLists.txt above.
#
# ns-3's own standard may be C++17: so are the public headers, the tests and the example. Only the
# library's sources need C++20, and no precompiled headers of another standard.

find_package(ZLIB REQUIRED)
set(swim_root ${CMAKE_CURRENT_SOURCE_DIR})
file(GLOB swim_sources CONFIGURE_DEPENDS
  ${swim_root}/protocol/swim/*.cc
  ${swim_root}/ns3-module/model/*.cc
  ${swim_root}/ns3-module/helper/*.cc)
file(GLOB swim_headers CONFIGURE_DEPENDS RELATIVE ${swim_root}
  ${swim_root}/ns3-module/model/swim-*.h
  ${swim_root}/ns3-module/helper/swim-*.h)
file(GLOB swim_tests CONFIGURE_DEPENDS RELATIVE ${swim_root} ${swim_root}/ns3-module/test/*.cc)

build_lib(
  LIBNAME swim
  SOURCE_FILES ${swim_sources}
  HEADER_FILES ${swim_headers}
  LIBRARIES_TO_LINK ${swim_libraries} ZLIB::ZLIB
  TEST_SOURCES ${swim_tests}
  IGNORE_PCH)
# ns-3 compiles a module's sources in an object library, which the library is then linked from.
target_include_directories(${libswim}-obj PRIVATE
  ${swim_root}/include ${swim_root}/protocol ${ZLIB_INCLUDE_DIRS})
target_compile_features(${libswim}-obj PRIVATE cxx_std_20)

if(ENABLE_EXAMPLES)
  set(BLIB_LIBNAME swim) # by this name build_lib_example finds the example's module
  build_lib_example(
    NAME swim-example
    SOURCE_FILES ns3-module/examples/swim-example.cc
    LIBRARIES_TO_LINK ${libswim} ${swim_libraries})
endif()
