# SPDX-License-Identifier: GPL-2.0-only
#
# `cmake --install BUILD --component ns3-module`: the ns-3 module for simulations outside an ns-3 tree,
# found by find_package(ns3-swim) beside an installed ns-3. Headers are reached as in a tree, by
# "ns3/swim-helper.h" or all together by "ns3/swim-module.h".

set(ns3_swim_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ns3-swim)
set(ns3_swim_include_dir ${CMAKE_INSTALL_INCLUDEDIR}/ns3-swim)

file(GLOB ns3_swim_headers CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/ns3-module/model/swim-*.h ${PROJECT_SOURCE_DIR}/ns3-module/helper/swim-*.h)
install(FILES ${ns3_swim_headers} DESTINATION ${ns3_swim_include_dir}/ns3 COMPONENT ns3-module)
install(FILES ${PROJECT_BINARY_DIR}/ns3-module/include/ns3/swim-module.h
  DESTINATION ${ns3_swim_include_dir}/ns3 COMPONENT ns3-module)

# The protocol is inside, under a name of its own: an application may use find_package(swim) as well.
install(TARGETS ns3-swim swim-protocol EXPORT ns3-swim-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ns3-module
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ns3-module
  FILE_SET HEADERS DESTINATION ${ns3_swim_include_dir} COMPONENT ns3-module
  INCLUDES DESTINATION ${ns3_swim_include_dir})
install(EXPORT ns3-swim-targets NAMESPACE ns3-swim:: DESTINATION ${ns3_swim_cmake_dir}
  COMPONENT ns3-module)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/ns3-swim-config.cmake.in ns3-swim-config.cmake
  INSTALL_DESTINATION ${ns3_swim_cmake_dir})
write_basic_package_version_file(ns3-swim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/ns3-swim-config.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/ns3-swim-config-version.cmake
  DESTINATION ${ns3_swim_cmake_dir} COMPONENT ns3-module)
