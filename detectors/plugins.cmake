# SPDX-License-Identifier: MIT
#
# Detectors of others: each is a folder of sources, compiled into swim-detectors and listed after ours.
#
# plugins/detectors/NAME/*.cc is found by itself; a folder elsewhere is named by SWIMLAB_DETECTORS. NAME is
# what cluster.detector calls it, and one of its files defines swim::detectors::NAME_KIND.

set(SWIMLAB_DETECTORS "" CACHE STRING
  "Folders of detectors beside those in plugins/detectors/, separated by semicolons")

# Write the names of the detectors that come along, as scenarios have them, to `result`.
function(swimlab_shipped_detectors result)
  set(names swim)
  file(GLOB tables CONFIGURE_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/kinds-*.cc)
  foreach(table ${tables})
    file(STRINGS ${table} lines REGEX "^ *\\.name = \"")
    foreach(line ${lines})
      string(REGEX REPLACE "^.*\"([^\"]*)\".*$" "\\1" name "${line}")
      list(APPEND names ${name})
    endforeach()
  endforeach()
  set(${result} ${names} PARENT_SCOPE)
endfunction()

# Write to `result` the SHA-256 of a list of the folder's files, each with that of what is in it, which is how a
# run says by what it was made. CMake looks again when one changes.
function(swimlab_sum_of_folder folder result)
  file(GLOB_RECURSE files LIST_DIRECTORIES FALSE RELATIVE "${folder}" CONFIGURE_DEPENDS "${folder}/*")
  set(listed "")
  foreach(file ${files})
    file(SHA256 "${folder}/${file}" sum)
    string(APPEND listed "${sum}  ${file}\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${folder}/${file}")
  endforeach()
  string(SHA256 sum "${listed}")
  set(${result} ${sum} PARENT_SCOPE)
endfunction()

# Compile the detectors of others into the target, and write its registry of them.
function(swimlab_add_detectors target)
  swimlab_shipped_detectors(shipped)
  file(GLOB folders CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/plugins/detectors/*)
  foreach(folder ${SWIMLAB_DETECTORS})
    get_filename_component(folder "${folder}" ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
    if(NOT IS_DIRECTORY "${folder}")
      message(FATAL_ERROR
        "SWIMLAB_DETECTORS: ${folder} is no folder; name the folder in which a detector's sources are")
    endif()
    list(APPEND folders "${folder}")
  endforeach()
  set(names)
  set(declarations "")
  set(rows "")
  foreach(folder ${folders})
    if(NOT IS_DIRECTORY "${folder}")
      continue() # a README, say
    endif()
    get_filename_component(name "${folder}" NAME)
    if(NOT name MATCHES "^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
      message(FATAL_ERROR
        "${folder}: \"${name}\" is no name of a detector, as cluster.detector has it; the folder must be "
        "called by small letters and digits, words joined by hyphens, such as \"my-detector\"")
    endif()
    if(name IN_LIST shipped)
      message(FATAL_ERROR
        "${folder}: \"${name}\" is a detector that comes along; give the folder and its Kind another name")
    endif()
    if(name IN_LIST names)
      message(FATAL_ERROR
        "${folder}: there is a detector \"${name}\" in another folder already; rename one of them")
    endif()
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cc")
    if(NOT sources)
      message(FATAL_ERROR
        "${folder}: has no sources; put *.cc files there, or take the folder away")
    endif()
    string(TOUPPER "${name}" symbol)
    string(REPLACE "-" "_" symbol "${symbol}_KIND")
    set(defines FALSE)
    foreach(source ${sources})
      file(STRINGS "${source}" found REGEX "extern +const +Kind +${symbol}([^A-Za-z0-9_]|$)" LIMIT_COUNT 1)
      if(found)
        set(defines TRUE)
      endif()
    endforeach()
    if(NOT defines)
      message(FATAL_ERROR
        "${folder}: no source defines the detector's kind; one must have, in namespace swim::detectors, "
        "\"extern const Kind ${symbol}{.name = \"${name}\", ...};\" (detectors/kind.h)")
    endif()
    message(STATUS "Detector ${name}: ${folder}")
    target_sources(${target} PRIVATE ${sources})
    # Two files of others may have one name for different things.
    set_source_files_properties(${sources} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    list(APPEND names ${name})
    string(APPEND declarations "extern const Kind ${symbol};\n")
    swimlab_sum_of_folder("${folder}" sum)
    string(APPEND rows "        {\"${name}\", &${symbol}, \"${sum}\"},\n")
  endforeach()
  list(LENGTH names count)
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugins.cc.in plugins.cc @ONLY)
  target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/plugins.cc)
  set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/plugins.cc PROPERTIES
    SKIP_UNITY_BUILD_INCLUSION ON)
  set_target_properties(${target} PROPERTIES SWIMLAB_PLUGINS "${names}")
  if(names)
    # What no compiler sees, at the end of the build instead of in somebody's scenario.
    add_executable(swimlab-check-detectors ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/check-kinds.cc)
    target_link_libraries(swimlab-check-detectors PRIVATE ${target})
    add_custom_command(TARGET swimlab-check-detectors POST_BUILD
      COMMAND swimlab-check-detectors VERBATIM)
  endif()
endfunction()
