/* near.c - see near.h. */
#include "execute/trade/io/near.h"

#include <link.h>
#include <string.h>

#include "common/base/num.h"

#define PAGE 4096u
#define LINE 64u

/* The program itself has no name there. */
static bool is_used(const char *path)
{
    static const char *const library[] = {"libc.so", "libcurl", "libsodium"};
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    bool used = !*path;
    for (size_t i = 0; i < COUNT_OF(library); i++)
        used |= strncmp(name, library[i], strlen(library[i])) == 0;
    return used;
}

static int take_object(struct dl_phdr_info *o, size_t size, void *self)
{
    struct near *n = self;
    (void)size;
    for (size_t i = 0; i < o->dlpi_phnum && is_used(o->dlpi_name); i++) {
        const ElfW(Phdr) *h = &o->dlpi_phdr[i];
        const uint32_t code = PF_X | PF_R;
        if (h->p_type != PT_LOAD || (h->p_flags & code) != code || n->parts == NEAR_PARTS) continue;
        uintptr_t from = (uintptr_t)(o->dlpi_addr + h->p_vaddr);
        n->part[n->parts++] = (struct near_part){(const volatile uint8_t *)(from - from % PAGE),
                                                 (from % PAGE + h->p_memsz + PAGE - 1) / PAGE};
    }
    return 0;
}

void near_find(struct near *n)
{
    n->parts = 0;
    dl_iterate_phdr(take_object, n);
}

void near_touch(const struct near *n)
{
    for (size_t i = 0; i < n->parts; i++)
        for (size_t k = 0; k < n->part[i].pages; k++)
            (void)n->part[i].p[k * PAGE + k * LINE % PAGE]; /* each at another line: they do not
                                                               drive each other out */
}
