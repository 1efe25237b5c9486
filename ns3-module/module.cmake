# SPDX-License-Identifier: GPL-2.0-only
#
# The module "swim" in an ns-3 tree: ns-3 includes this through the CMakeLists.txt above.

find_package(ZLIB REQUIRED)
file(GLOB swim_protocol_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/protocol/swim/*.cc)
file(GLOB swim_module_sources CONFIGURE_DEPENDS
  ${CMAKE_CURRENT_SOURCE_DIR}/ns3-module/model/*.cc ${CMAKE_CURRENT_SOURCE_DIR}/ns3-module/helper/*.cc)
file(GLOB swim_module_headers CONFIGURE_DEPENDS
  ${CMAKE_CURRENT_SOURCE_DIR}/ns3-module/model/swim-*.h
  ${CMAKE_CURRENT_SOURCE_DIR}/ns3-module/helper/swim-*.h)
list(TRANSFORM swim_module_headers REPLACE "${CMAKE_CURRENT_SOURCE_DIR}/" "")

build_lib(
  LIBNAME swim
  SOURCE_FILES ${swim_protocol_sources} ${swim_module_sources}
  HEADER_FILES ${swim_module_headers}
  LIBRARIES_TO_LINK ${swim_libraries} ZLIB::ZLIB
  TEST_SOURCES ns3-module/test/swim-test-suite.cc)
target_include_directories(${libswim} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/protocol)
target_compile_features(${libswim}-obj PRIVATE cxx_std_20)

build_lib_example(
  NAME swim-example
  SOURCE_FILES ns3-module/examples/swim-example.cc
  LIBRARIES_TO_LINK ${libswim} ${libpoint-to-point} ${libinternet})
