#pragma once
#include <sys/types.h>

/// Starts `path` on a new pseudo-terminal of the given size and returns the master descriptor.
///
/// Returns -1 with errno on failure. The child's process id is stored in `pid`.
int connector_forkpty(const char *path, char *const argv[], char *const envp[], int rows,
                      int columns, pid_t *pid);

/// How many cells the C library says a character takes in the thread's locale; -1 if it is not
/// printable there.
int connector_character_width(unsigned int character);
