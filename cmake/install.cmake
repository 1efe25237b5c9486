# SPDX-License-Identifier: MIT
#
# `cmake --install`: the MIT libraries for applications, found by find_package(swim) and by pkg-config. Each
# is a component, so that only who encrypts needs OpenSSL. Asio is used inside only: an application needs none.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(swim_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/swim)

# Where a prefix is, is known when it is installed: pkg-config is told from where its file lies.
file(RELATIVE_PATH swim_include_from_pkgconfig
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_FULL_INCLUDEDIR})

# A component: target swim::COMPONENT and swim-COMPONENT.pc.
# description: for people who list packages
# OURS, OTHERS: what it needs, as pkg-config calls it. An application that links
# a static library links what that needs of others too; a shared one has it privately.
function(swim_install library component description)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "OURS;OTHERS")
  list(TRANSFORM arg_OURS APPEND " = ${PROJECT_VERSION}")
  if(BUILD_SHARED_LIBS)
    list(JOIN arg_OTHERS ", " requires_private)
  else()
    list(APPEND arg_OURS ${arg_OTHERS})
    set(requires_private)
  endif()
  list(JOIN arg_OURS ", " requires)
  configure_file(cmake/swim.pc.in swim-${component}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/swim-${component}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT swim)
  install(TARGETS ${library} EXPORT swim-targets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT swim
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT swim
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT swim)
endfunction()

swim_install(swim-protocol protocol "the settings and words that all parts share")
swim_install(swim-agent agent "a member on UDP and TCP" OURS swim-protocol)
set(swim_components protocol agent)
if(TARGET swim-agent-crypto)
  swim_install(swim-agent-crypto crypto "keyring and AES-GCM for a member"
    OURS swim-protocol OTHERS libcrypto)
  list(APPEND swim_components crypto)
endif()
install(EXPORT swim-targets NAMESPACE swim:: DESTINATION ${swim_cmake_dir} COMPONENT swim)

configure_package_config_file(cmake/swim-config.cmake.in swim-config.cmake
  INSTALL_DESTINATION ${swim_cmake_dir})
write_basic_package_version_file(swim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/swim-config.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/swim-config-version.cmake
  DESTINATION ${swim_cmake_dir} COMPONENT swim)
install(FILES LICENSES/MIT.txt RENAME LICENSE
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/swim COMPONENT swim)

# The program, for `cmake --install BUILD --component swim-agent`.
if(SWIMLAB_PROGRAMS)
  install(TARGETS swim-agent-program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT swim-agent)
  install(FILES agent/program/swim-agent.8
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 COMPONENT swim-agent)
  install(FILES agent/program/swim-agent.service
    DESTINATION lib/systemd/system COMPONENT swim-agent)
  install(FILES LICENSES/MIT.txt RENAME LICENSE
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/swim-agent COMPONENT swim-agent)
endif()

if(SWIMLAB_NS3)
  include(cmake/install-ns3-module.cmake)
endif()
