/* The threads of a `threads` step: they meet after each call, then observe and write one after the other. */
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>

/* macOS has no pthread_barrier. */
struct abide_group {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned count, waiting, turn;
    uint64_t meeting;
};

struct worker {
    pthread_t handle;
    struct abide_group *group;
    unsigned thread;
    void (*body)(unsigned thread);
    bool in_round;
    int64_t round;
};

/* Steps inside a callback stay out of the order: the others wait for the call that they are part of. */
static struct abide_group *group_of_step(void)
{
    return abide_here.callbacks == 0 ? abide_here.group : NULL;
}

void abide_meet(void)
{
    struct abide_group *group = group_of_step();
    if (group == NULL) {
        return;
    }
    pthread_mutex_lock(&group->lock);
    uint64_t meeting = group->meeting;
    if (++group->waiting == group->count) {
        group->waiting = 0;
        group->turn = 0;
        group->meeting++;
        pthread_cond_broadcast(&group->changed);
    }
    while (group->meeting == meeting) {
        pthread_cond_wait(&group->changed, &group->lock);
    }
    pthread_mutex_unlock(&group->lock);
}

void abide_take_turn(void)
{
    struct abide_group *group = group_of_step();
    if (group == NULL) {
        return;
    }
    abide_meet();
    pthread_mutex_lock(&group->lock);
    while (group->turn != abide_here.thread) {
        pthread_cond_wait(&group->changed, &group->lock);
    }
    pthread_mutex_unlock(&group->lock);
}

void abide_pass_turn(void)
{
    struct abide_group *group = group_of_step();
    if (group == NULL) {
        return;
    }
    pthread_mutex_lock(&group->lock);
    group->turn++;
    pthread_cond_broadcast(&group->changed);
    pthread_mutex_unlock(&group->lock);
    abide_meet();
}

static void *work(void *argument)
{
    const struct worker *worker = argument;
    abide_here.group = worker->group;
    abide_here.thread = worker->thread;
    abide_here.in_round = worker->in_round;
    abide_here.round = worker->round;
    abide_meet();
    worker->body(worker->thread);
    abide_free_text(&abide_here.line);
    abide_free_text(&abide_here.record);
    free(abide_here.frames);
    return NULL;
}

void abide_threads(const char *id, unsigned count, void (*body)(unsigned thread))
{
    struct abide_group group = {.count = count};
    struct worker *workers = calloc(count + 1, sizeof *workers);
    pthread_mutex_init(&group.lock, NULL);
    pthread_cond_init(&group.changed, NULL);
    for (unsigned i = 0; workers != NULL && i < count; i++) {
        workers[i] = (struct worker){.group = &group, .thread = i, .body = body};
        workers[i].in_round = abide_here.in_round;
        workers[i].round = abide_here.round;
        if (pthread_create(&workers[i].handle, NULL, work, &workers[i]) != 0) {
            abide_error(id, "cannot start a thread");
            abide_leave_case();
        }
    }
    for (unsigned i = 0; workers != NULL && i < count; i++) {
        pthread_join(workers[i].handle, NULL);
    }
    free(workers);
    pthread_cond_destroy(&group.changed);
    pthread_mutex_destroy(&group.lock);
}
