/* For tests: after every fsync or fdatasync of a file its content is copied to the folder DURABLE, as a disk would hold it
 * whose own memory is lost at a power cut. What a program wrote and did not sync is not there. Deleted files are deleted there
 * too, since file systems with a journal of their own (ext4, XFS, NTFS) keep names in order. Loaded with LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void keep(int fd) {
    char link[64], path[4096], temporary[4400], target[4400], block[65536];
    const char *durable = getenv("DURABLE");
    struct stat found;
    if (durable == NULL || fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return;
    path[n] = 0;
    const char *name = strrchr(path, '/');
    snprintf(target, sizeof target, "%s%s", durable, name);
    snprintf(temporary, sizeof temporary, "%s%s.part", durable, name);
    int out = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (out < 0) _exit(99);
    for (off_t at = 0; (n = pread(fd, block, sizeof block, at)) > 0; at += n)
        if (write(out, block, n) != n) _exit(99);
    close(out);
    if (rename(temporary, target) != 0) _exit(99); /* killed in the middle of copying: the sync did not return either */
}

int fsync(int fd) {
    static int (*real)(int);
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "fsync");
    int answer = real(fd);
    if (answer == 0) keep(fd);
    return answer;
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
    int answer = real(fd);
    if (answer == 0) keep(fd);
    return answer;
}

int unlink(const char *path) {
    static int (*real)(const char *);
    char target[4400];
    const char *durable = getenv("DURABLE"), *name = strrchr(path, '/');
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "unlink");
    int answer = real(path);
    if (answer == 0 && durable != NULL && name != NULL) {
        snprintf(target, sizeof target, "%s%s", durable, name);
        real(target);
    }
    return answer;
}
