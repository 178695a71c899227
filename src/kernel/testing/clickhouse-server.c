/* Runs ClickHouse out of chdb's library on the process's own stack: argv[1] is libchdb.so, the rest are ClickHouse's arguments. */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

typedef void *(*main_function)(int, char **);

static void leave(int signal) { (void)signal; _Exit(0); }

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
  if (!library) { fprintf(stderr, "%s\n", dlerror()); return 1; }
  main_function run = (main_function)dlsym(library, "chdb_query_cmdline");
  if (!run) { fprintf(stderr, "%s\n", dlerror()); return 1; }
  signal(SIGTERM, leave);
  run(argc - 2, argv + 2);
  return 0;
}
