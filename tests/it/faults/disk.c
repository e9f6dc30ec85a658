/* Preloaded before the program: every change to a file in one folder is written to a record, or made to fail.
   Must never change what a call does but for the one that is to fail.

   DISK_FOLDER  the folder that is watched
   DISK_RECORD  the file that the record is appended to
   DISK_FAIL    "N ERRNO once" or "N ERRNO ever": the Nth call fails, or it and all after it

   DISK_CLOCK   the seconds since 1970 that the clock shall show

   One entry of the record: a letter, then path, number and bytes, each length as four bytes before it.  */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { FILES = 1024 };
static char *opened[FILES];
static pthread_mutex_t one = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static const char *folder;
static int record = -1;
static long calls, fail_at = -1;
static int fail_with, for_good, ready;

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void begin(void) {
    if (ready) return;
    ready = 1;
    folder = getenv("DISK_FOLDER");
    const char *path = getenv("DISK_RECORD"), *fail = getenv("DISK_FAIL");
    if (path) {
        REAL(open64);
        record = real(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    }
    char word[8];
    if (fail && sscanf(fail, "%ld %d %7s", &fail_at, &fail_with, word) == 3) for_good = !strcmp(word, "ever");
}

static int within(const char *path) {
    size_t n = folder ? strlen(folder) : 0;
    return n && path && !strncmp(path, folder, n) && (path[n] == 0 || path[n] == '/');
}

static const char *path_of(int fd) { return fd >= 0 && fd < FILES ? opened[fd] : NULL; }

static int is_shared_memory(const char *path) {
    size_t n = strlen(path);
    return n > 4 && !strcmp(path + n - 4, "-shm");
}

static void tell(char letter, const char *path, uint64_t number, const void *bytes, size_t count) {
    if (record < 0 || is_shared_memory(path)) return;
    uint32_t path_size = strlen(path), size = count;
    struct iovec parts[] = {{&letter, 1}, {&path_size, 4}, {(void *)path, path_size},
                            {&number, 8}, {&size, 4}, {(void *)bytes, count}};
    REAL(writev);
    if (real(record, parts, 6) < 0) abort();
}

/* How many calls there were that could fail. */
__attribute__((destructor)) static void end(void) {
    if (fail_at >= 0) tell('C', "", calls, "", 0);
}

/* Whether this call is to fail. */
static int fails(const char *path) {
    if (!path || fail_at < 0) return 0;
    calls++;
    if (calls != fail_at && !(for_good && calls > fail_at)) return 0;
    if (calls == fail_at) tell('F', path, calls, "", 0);
    errno = fail_with;
    return 1;
}

#define ENTER begin(); pthread_mutex_lock(&one)
#define LEAVE(value) do { int kept = errno; pthread_mutex_unlock(&one); errno = kept; return value; } while (0)

#define OPENS(name)                                                                                      \
    int name(const char *path, int flags, ...) {                                                         \
        va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest);                 \
        REAL(name); ENTER;                                                                               \
        int ours = within(path);                                                                         \
        if (ours && fails(path)) LEAVE(-1);                                                              \
        int fresh = ours && (flags & O_CREAT) && access(path, F_OK) != 0;                                \
        int fd = real(path, flags, mode);                                                                \
        if (fd >= 0 && fd < FILES) {                                                                     \
            free(opened[fd]);                                                                            \
            opened[fd] = ours ? strdup(path) : NULL;                                                     \
            if (fresh) tell('O', path, 0, "", 0);                                                        \
            else if (ours && (flags & O_TRUNC)) tell('T', path, 0, "", 0);                               \
        }                                                                                                \
        LEAVE(fd);                                                                                       \
    }
OPENS(open)
OPENS(open64)

int close(int fd) {
    REAL(close); ENTER;
    if (fd >= 0 && fd < FILES) { free(opened[fd]); opened[fd] = NULL; }
    int done = real(fd);
    LEAVE(done);
}

#define WRITES_AT(name)                                                                                  \
    ssize_t name(int fd, const void *bytes, size_t count, off64_t at) {                                  \
        REAL(name); ENTER;                                                                               \
        const char *path = path_of(fd);                                                                  \
        if (fails(path)) LEAVE(-1);                                                                      \
        ssize_t done = real(fd, bytes, count, at);                                                       \
        if (path && done > 0) tell('W', path, at, bytes, done);                                          \
        LEAVE(done);                                                                                     \
    }
WRITES_AT(pwrite)
WRITES_AT(pwrite64)

ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(write); ENTER;
    const char *path = path_of(fd);
    if (fails(path)) LEAVE(-1);
    off64_t at = path ? lseek64(fd, 0, SEEK_CUR) : 0;
    /* An acknowledgement is on the record before anybody hears of it. */
    if (fd == 1) tell('A', "", 0, bytes, count);
    ssize_t done = real(fd, bytes, count);
    if (path && done > 0) tell('W', path, at, bytes, done);
    LEAVE(done);
}

#define READS_AT(name)                                                                                   \
    ssize_t name(int fd, void *bytes, size_t count, off64_t at) {                                        \
        REAL(name); ENTER;                                                                               \
        if (fails(path_of(fd))) LEAVE(-1);                                                               \
        ssize_t done = real(fd, bytes, count, at);                                                       \
        LEAVE(done);                                                                                     \
    }
READS_AT(pread)
READS_AT(pread64)

ssize_t read(int fd, void *bytes, size_t count) {
    REAL(read);
    begin();
    /* Not locked: it may wait for ever, on a terminal or a pipe. */
    if (path_of(fd)) {
        pthread_mutex_lock(&one);
        if (fails(path_of(fd))) LEAVE(-1);
        pthread_mutex_unlock(&one);
    }
    return real(fd, bytes, count);
}

#define CUTS(name)                                                                                       \
    int name(int fd, off64_t size) {                                                                     \
        REAL(name); ENTER;                                                                               \
        const char *path = path_of(fd);                                                                  \
        if (fails(path)) LEAVE(-1);                                                                      \
        int done = real(fd, size);                                                                       \
        if (path && done == 0) tell('T', path, size, "", 0);                                             \
        LEAVE(done);                                                                                     \
    }
CUTS(ftruncate)
CUTS(ftruncate64)

#define FLUSHES(name)                                                                                    \
    int name(int fd) {                                                                                   \
        REAL(name); ENTER;                                                                               \
        const char *path = path_of(fd);                                                                  \
        if (fails(path)) LEAVE(-1);                                                                      \
        int done = real(fd);                                                                             \
        if (path && done == 0) tell('S', path, 0, "", 0);                                                \
        LEAVE(done);                                                                                     \
    }
FLUSHES(fsync)
FLUSHES(fdatasync)

int unlink(const char *path) {
    REAL(unlink); ENTER;
    if (within(path) && fails(path)) LEAVE(-1);
    int done = real(path);
    if (within(path) && done == 0) tell('U', path, 0, "", 0);
    LEAVE(done);
}

int rename(const char *from, const char *to) {
    REAL(rename); ENTER;
    if (within(to) && fails(to)) LEAVE(-1);
    int done = real(from, to);
    if (within(to) && done == 0) tell('R', from, 0, to, strlen(to));
    LEAVE(done);
}

int clock_gettime(clockid_t which, struct timespec *at) {
    REAL(clock_gettime);
    int done = real(which, at);
    const char *set = getenv("DISK_CLOCK");
    if (set && which == CLOCK_REALTIME) at->tv_sec = atoll(set);
    return done;
}
