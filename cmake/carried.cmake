# SPDX-License-Identifier: GPL-2.0-only
#
# Programs that are carried to other machines: one file, which runs wherever Debian's libns3 is installed.
#
# OpenSSL becomes part of such a program, from its archive. What libns3 itself depends on stays
# shared: C++ objects and exceptions pass between the two, so they must have one C++ library between them.

find_library(SWIMLAB_CRYPTO_ARCHIVE libcrypto.a)

# Write to `result` what to link for `library`: its `archive` in a carried program, where there is one.
function(swimlab_or_archive result library archive)
  if(archive)
    set(${result} "$<IF:$<BOOL:$<TARGET_PROPERTY:SWIMLAB_CARRIED>>,${archive},${library}>" PARENT_SCOPE)
  else()
    set(${result} ${library} PARENT_SCOPE)
  endif()
endfunction()

# Make the program one that is carried.
function(swimlab_carried program)
  set_target_properties(${program} PROPERTIES SWIMLAB_CARRIED ON)
  # Archives leave libraries behind of which nothing is taken any more.
  target_link_options(${program} PRIVATE -Wl,--as-needed)
endfunction()
