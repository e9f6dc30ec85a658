/* Linked into the program: leaves a standard output that was closed when the program began in a state that can be told from
   one that leads to /dev/null. The runtime of Rust opens /dev/null for writing in its place, before any code of ours runs. */
#include <fcntl.h>

__attribute__((constructor)) static void mark_a_closed_output(void) {
    if (fcntl(1, F_GETFD) != -1) return;
    /* The lowest free number is taken: 0 where that is closed too. */
    if (open("/dev/null", O_RDONLY) == 0) open("/dev/null", O_RDONLY);
}
