# SPDX-License-Identifier: MIT
#
# `cmake --install`: the MIT libraries for applications, found by find_package(swim). Each is a component, so
# that only who encrypts needs OpenSSL. Asio is used inside only: an application needs none.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(swim_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/swim)

# A library as the component of that name: target swim::COMPONENT, here as where it is installed.
function(swim_install library component)
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${component})
  add_library(swim::${component} ALIAS ${library})
  install(TARGETS ${library} EXPORT swim-targets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT swim
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT swim)
endfunction()

swim_install(swim-protocol protocol)
swim_install(swim-agent agent)
swim_install(swim-agent-crypto crypto)
install(EXPORT swim-targets NAMESPACE swim:: DESTINATION ${swim_cmake_dir} COMPONENT swim)

configure_package_config_file(cmake/swim-config.cmake.in swim-config.cmake
  INSTALL_DESTINATION ${swim_cmake_dir})
write_basic_package_version_file(swim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/swim-config.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/swim-config-version.cmake
  DESTINATION ${swim_cmake_dir} COMPONENT swim)
install(FILES LICENSES/MIT.txt
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/swim COMPONENT swim)

# The program, for `cmake --install BUILD --component swim-agent`.
install(TARGETS swim-agent-program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT swim-agent)
install(FILES agent/program/swim-agent.8
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 COMPONENT swim-agent)
install(FILES agent/program/swim-agent.service
  DESTINATION lib/systemd/system COMPONENT swim-agent)
install(FILES LICENSES/MIT.txt
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/swim-agent COMPONENT swim-agent)

if(SWIMLAB_NS3)
  include(cmake/install-ns3-module.cmake)
endif()
