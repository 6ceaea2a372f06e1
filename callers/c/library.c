/* The subject as the loader knows it: the program is linked to it; this finds its names at run time. */
#include "internal.h"

#ifdef _WIN32

#include <windows.h>

static HMODULE library;

bool abide_library_open(const char *name, const char **why)
{
    library = LoadLibraryA(name);
    *why = "LoadLibrary cannot load the library";
    return library != NULL;
}

void *abide_library_symbol(const char *symbol)
{
    return (void *)(uintptr_t)GetProcAddress(library, symbol);
}

#else

#include <dlfcn.h>
#include <string.h>

static void *library;

/* A bare name is the linker's (`z` of `-lz`); the loader may not know it. */
bool abide_library_open(const char *name, const char **why)
{
    library = dlopen(name, RTLD_LAZY);
    if (library == NULL && strchr(name, '/') == NULL) {
        library = dlopen(NULL, RTLD_LAZY);
    }
    if (library == NULL) {
        *why = dlerror();
    }
    return library != NULL;
}

void *abide_library_symbol(const char *symbol)
{
    return dlsym(library, symbol);
}

#endif
