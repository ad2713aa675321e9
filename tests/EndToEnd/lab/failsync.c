/*
 * Makes flushes fail: preloaded, fdatasync and fsync return EIO for every file whose path holds the text that stands in
 * the file $FAILSYNC, as long as that file is there; where an exclamation mark stands before the text, they do not return
 * before the file is gone. dlsym is covered as well, because a runtime that loads the C library
 * by name gets its functions from there and would pass a plain preload by.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum fate { WORKS, FAILS, HANGS };

static enum fate fate_of(int file)
{
    char wanted[256], link[64], path[4096];
    const char *trigger = getenv("FAILSYNC");
    int trigger_file = trigger == NULL ? -1 : open(trigger, O_RDONLY | O_CLOEXEC);
    if (trigger_file < 0)
        return WORKS;
    ssize_t length = read(trigger_file, wanted, sizeof wanted - 1);
    close(trigger_file);
    if (length <= 0)
        return WORKS;
    wanted[length] = 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return WORKS;
    path[length] = 0;
    int hangs = wanted[0] == '!';
    return strstr(path, wanted + hangs) == NULL ? WORKS : hangs ? HANGS : FAILS;
}

static int flush(long call, int file)
{
    enum fate fate = fate_of(file);
    if (fate == FAILS) {
        errno = EIO;
        return -1;
    }
    for (; fate == HANGS; fate = fate_of(file))
        usleep(10000);
    return (int)syscall(call, file);
}

int fdatasync(int file)
{
    return flush(SYS_fdatasync, file);
}

int fsync(int file)
{
    return flush(SYS_fsync, file);
}

typedef void *(*lookup)(void *, const char *);

static lookup real_dlsym(void)
{
    static const char *const versions[] = {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5"};
    void *found = NULL;
    for (size_t i = 0; found == NULL && i < sizeof versions / sizeof *versions; i++)
        found = dlvsym(RTLD_NEXT, "dlsym", versions[i]);
    return (lookup)found;
}

/* Built with -O2: the last call is a jump, so that RTLD_NEXT is seen to come from the caller. */
void *dlsym(void *handle, const char *name)
{
    if (strcmp(name, "fdatasync") == 0)
        return (void *)fdatasync;
    if (strcmp(name, "fsync") == 0)
        return (void *)fsync;
    return real_dlsym()(handle, name);
}
