# SPDX-License-Identifier: GPL-2.0-only
#
# Writes version.cc, which tells a program what it was built from. Run at every build; touches the file
# only when something changed.

# Hooks of git and `git rebase --exec` name another repository in the environment.
execute_process(COMMAND ${CMAKE_COMMAND} -E environment OUTPUT_VARIABLE environment)
string(REGEX MATCHALL "GIT_[A-Z0-9_]+" names "${environment}")
foreach(name ${names})
  unset(ENV{${name}})
endforeach()

set(git git -c safe.directory=${SOURCE} -C ${SOURCE})
execute_process(COMMAND ${git} rev-parse HEAD
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
# Unpacked into somebody's repository, this is no commit of ours.
execute_process(COMMAND ${git} rev-parse --show-prefix
  OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(failed OR prefix)
  set(commit "unknown")
else()
  execute_process(COMMAND ${git} status --porcelain --untracked-files=no
    OUTPUT_VARIABLE changes ERROR_QUIET)
  if(changes)
    string(APPEND commit "+changes")
  endif()
endif()

string(REPLACE "\\" "\\\\" FLAGS "${FLAGS}")
string(REPLACE "\"" "\\\"" FLAGS "${FLAGS}")

set(text "// Written by cmake/version.cmake.
#include \"lab/backend/version.h\"

namespace swimlab
{

const Version VERSION{\"${VERSION}\",
                      \"${commit}\",
                      \"${COMPILER}\",
                      \"${FLAGS}\",
                      \"${TOMLPLUSPLUS}\"};

} // namespace swimlab
")
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "${text}" @ONLY)
