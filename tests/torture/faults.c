/* Preloaded into a process: counts its calls that change a folder, and at one of them fails,
   writes half, or dies; and sets the clock that the process sees. See faults.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, NAME = 4 };
enum { DIE = 1, TEAR = 2, FAIL = 3 };

static char folder[PATH_MAX];
static int kinds, action, error, lasting;
static long at, seen, shift;

void torture_arm(const char *path, int which, long when, int what, int number, int on) {
    snprintf(folder, sizeof folder, "%s", path);
    kinds = which, at = when, action = what, error = number, lasting = on, seen = 0;
}
long torture_seen(void) { return seen; }
void torture_shift(long seconds) { shift = seconds; }

static int inside(const char *path) {
    return kinds && path && strncmp(path, folder, strlen(folder)) == 0;
}
static int inside_file(int file) {
    char link[64], path[PATH_MAX];
    if (!kinds) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return inside(path);
}
/* What is to be done at this call: 0 is nothing. */
static int struck(int kind, int ours) {
    if (!ours || !(kinds & kind)) return 0;
    seen++;
    if (!at || (seen != at && !(lasting && seen > at))) return 0;
    if (action == DIE) raise(SIGKILL);
    return action;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name);
#define STRIKE(kind, ours) \
    switch (struck(kind, ours)) { \
        case TEAR: raise(SIGKILL); break; \
        case FAIL: errno = error; return -1; \
        default: break; \
    }

#define PWRITE(name, offset_type) \
    ssize_t name(int file, const void *data, size_t size, offset_type place) { \
        REAL(ssize_t, name, int, const void *, size_t, offset_type) \
        switch (struck(WRITE, inside_file(file))) { \
            case TEAR: real(file, data, size / 2, place); raise(SIGKILL); break; \
            case FAIL: errno = error; return -1; \
            default: break; \
        } \
        return real(file, data, size, place); \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int file, const void *data, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t)
    switch (struck(WRITE, inside_file(file))) {
        case TEAR: real(file, data, size / 2); raise(SIGKILL); break;
        case FAIL: errno = error; return -1;
        default: break;
    }
    return real(file, data, size);
}

#define ONE(name, kind, first_type, ours, second_type) \
    int name(first_type first, second_type second) { \
        REAL(int, name, first_type, second_type) \
        STRIKE(kind, ours) \
        return real(first, second); \
    }
#define ALONE(name, kind, type, ours) \
    int name(type first) { \
        REAL(int, name, type) \
        STRIKE(kind, ours) \
        return real(first); \
    }
ONE(ftruncate, WRITE, int, inside_file(first), off_t)
ONE(ftruncate64, WRITE, int, inside_file(first), off64_t)
ALONE(fsync, SYNC, int, inside_file(first))
ALONE(fdatasync, SYNC, int, inside_file(first))
ALONE(unlink, NAME, const char *, inside(first))
ONE(rename, NAME, const char *, inside(first), const char *)
ONE(mkdir, NAME, const char *, inside(first), mode_t)
ONE(chmod, NAME, const char *, inside(first), mode_t)
ONE(fchmod, NAME, int, inside_file(first), mode_t)

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, const char *, int, ...) \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        STRIKE(NAME, (flags & O_CREAT) && inside(path)) \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(int, clock_gettime, clockid_t, struct timespec *)
    int result = real(clock, now);
    if (clock == CLOCK_REALTIME && result == 0) now->tv_sec += shift;
    return result;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    REAL(int, gettimeofday, struct timeval *, void *)
    int result = real(now, zone);
    if (result == 0) now->tv_sec += shift;
    return result;
}
