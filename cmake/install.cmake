# SPDX-License-Identifier: MIT
#
# `cmake --install`: the MIT libraries for applications, found by find_package(swim). Asio is used
# inside only, so an application needs none.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(swim_include_dir ${CMAKE_INSTALL_INCLUDEDIR}/swim)
set(swim_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/swim)

install(TARGETS swim-protocol swim-agent-crypto swim-agent EXPORT swim-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT swim
  INCLUDES DESTINATION ${swim_include_dir})
install(DIRECTORY include/swim protocol/swim agent
  DESTINATION ${swim_include_dir} COMPONENT swim
  FILES_MATCHING PATTERN "*.h" REGEX "asio-(loop|sockets|streams).h" EXCLUDE
    PATTERN "impair*.h" EXCLUDE PATTERN "parameter-rows.h" EXCLUDE PATTERN "program" EXCLUDE)
install(EXPORT swim-targets NAMESPACE swim:: DESTINATION ${swim_cmake_dir} COMPONENT swim)

configure_package_config_file(cmake/swim-config.cmake.in swim-config.cmake
  INSTALL_DESTINATION ${swim_cmake_dir})
write_basic_package_version_file(swim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/swim-config.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/swim-config-version.cmake
  DESTINATION ${swim_cmake_dir} COMPONENT swim)

# The program, for `cmake --install BUILD --component swim-agent`.
install(TARGETS swim-agent-program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT swim-agent)
install(FILES agent/program/swim-agent.8
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 COMPONENT swim-agent)
install(FILES agent/program/swim-agent.service
  DESTINATION lib/systemd/system COMPONENT swim-agent)

if(SWIMLAB_NS3)
  include(cmake/install-ns3-module.cmake)
endif()
