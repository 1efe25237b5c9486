# SPDX-License-Identifier: GPL-2.0-only
#
# Writes version.cc, which tells a program what it was built from. Run at every build; touches the file
# only when something changed.

execute_process(COMMAND git -C ${SOURCE} rev-parse HEAD
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(commit "unknown")
else()
  execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no
    OUTPUT_VARIABLE changes ERROR_QUIET)
  if(changes)
    string(APPEND commit "+changes")
  endif()
endif()

set(text "// Written by cmake/version.cmake.
#include \"lab/backend/version.h\"

namespace swimlab
{

const Version VERSION{\"${VERSION}\", \"${commit}\", \"${COMPILER}\"};

} // namespace swimlab
")
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "${text}" @ONLY)
