#pragma once
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

/// Starts `path` on a new pseudo-terminal of the given size and returns the master descriptor.
///
/// Returns -1 with errno on failure. The child's process id is stored in `pid`.
int connector_forkpty(const char *path, char *const argv[], char *const envp[], int rows,
                      int columns, pid_t *pid);

/// Tells a terminal its size; the programs on it get SIGWINCH. Returns -1 with errno on failure.
int connector_set_terminal_size(int descriptor, int rows, int columns);

/// Asks a terminal for its size; returns -1 if it does not know.
int connector_terminal_size(int descriptor, int *rows, int *columns);

/// Opens a descriptor's file anew, so that non-blocking mode is not shared with other processes.
///
/// Returns -1 with errno if the file may not be opened.
int connector_reopen_terminal(int descriptor);

/// How many cells the C library says a character takes in the thread's locale; -1 if it is not
/// printable there.
int connector_character_width(unsigned int character);

/// Whether the character encoding of the thread's locale is UTF-8.
int connector_locale_is_utf8(void);

/// A non-blocking event descriptor, or -1 with errno.
int connector_make_event_descriptor(void);

/// An anonymous file in memory, or -1 with errno.
int connector_make_memory_file(const char *name);

/// Blocks the signals that a terminal program reads from a descriptor: SIGHUP, SIGINT, SIGTERM,
/// SIGTSTP, SIGCONT and SIGWINCH. Threads that start later inherit this.
void connector_block_terminal_signals(void);

/// Lets these signals act as usual again in this thread.
void connector_unblock_terminal_signals(void);

/// A non-blocking descriptor that yields the blocked signals, or -1 with errno.
int connector_make_signal_descriptor(void);

/// The next signal that waits in a signal descriptor; 0 if there is none.
int connector_read_signal(int descriptor);

/// Gives the signals that ncurses caught their default actions back.
void connector_forget_curses_signals(void);

/// Stops the process group as ^Z does and returns when it is continued.
///
/// Returns at once if nobody could continue it.
void connector_stop_for_shell(void);

/// Whether the process may use the terminal now, and is not in its background.
int connector_is_in_foreground(int descriptor);

/// Stops the process as long as it is in the background of the terminal.
///
/// Returns -1 if it is there and nobody could continue it.
int connector_wait_for_foreground(int descriptor);

/// Sets the modes of a terminal even from its background. Returns -1 with errno on failure.
int connector_set_modes(int descriptor, const struct termios *modes);

/// Makes crashes and `exit` restore the terminal: from now on until `connector_disarm_guard`.
///
/// - `descriptor` gets the bytes of `sequence` and the modes of `saved`.
/// - `captured` is a file that holds what was written to standard error, or -1; it is copied to
///   `real_error`, which becomes standard error again.
/// Afterwards the action that a signal had before is taken.
void connector_arm_guard(int descriptor, const struct termios *saved, const char *sequence,
                         size_t length, int captured, int real_error);

/// Ends what `connector_arm_guard` began.
void connector_disarm_guard(void);
