#pragma once
#include <stddef.h>
#include <stdint.h>

/* What statx says of one file; times in nanoseconds since 1970. */
struct file_support_status {
  uint64_t inode;
  uint64_t size;
  int64_t modified;
  int64_t changed;
  int64_t created; /* 0 if the file system does not know it */
  uint32_t mode;
  uint32_t device_major;
  uint32_t device_minor;
  int is_mount_root;
};

/* One entry of a directory; the name lies in the buffer that was read into. */
struct file_support_entry {
  const char *name;
  size_t name_length;
  uint8_t type; /* DT_DIR, DT_REG, … */
};

/* Each returns -1 and sets *error on failure; *error is an errno. */
int file_support_open_directory(int parent, const char *name, int follow_links, int *error);
int file_support_open_file(int root, const char *path, int follow_links, int *error);
int file_support_status_at(int parent, const char *name, int follow_links,
                           struct file_support_status *status, int *error);
/* The same for a path of any length; no link on the way is followed unless follow_links is set. */
int file_support_status_below(int root, const char *path, int follow_links,
                              struct file_support_status *status, int *error);
int file_support_status_of(int descriptor, struct file_support_status *status, int *error);
/* Fills the buffer with raw entries; returns the number of bytes, 0 at the end. */
ptrdiff_t file_support_read_entries(int directory, void *buffer, size_t size, int *error);
/* Takes the entry at an offset apart and returns the offset of the next one. */
size_t file_support_entry_at(const void *buffer, size_t offset, struct file_support_entry *entry);
/* Reads until the buffer is full or the file ends. */
ptrdiff_t file_support_read_fully(int descriptor, void *buffer, size_t size, int *error);
/* The type of the file system that a descriptor lies on, as statfs(2) numbers it; 0 if unknown. */
int64_t file_support_file_system_type(int descriptor);
/* The wall clock with the granularity with which the kernel stamps files. */
int64_t file_support_now(void);
void file_support_pause(int64_t nanoseconds);
