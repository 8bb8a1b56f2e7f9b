#include "twin.h"

typedef struct packet packet;
struct packet {
  packet *link;
  int64_t id, is_work, datum, data[4];
};
typedef struct task task;
typedef struct work work;
struct work {
  task *(*step)(work *self, task *t, packet *p);
  struct scheduler *scheduler;
};
struct task {
  task *link;
  int64_t id, priority;
  packet *queue;
  int8_t is_pending, is_waiting, is_held;
  work *job;
};
typedef struct scheduler {
  task *list, *current, *tasks[6];
  int64_t queued, held;
} scheduler;

static packet *append_to(packet *p, packet *queue) {
  p->link = NULL;
  if (queue == NULL) return p;
  packet *last = queue;
  while (last->link != NULL) last = last->link;
  last->link = p;
  return queue;
}

static task *wait_for(task *t) {
  t->is_waiting = 1;
  return t;
}
static task *hold(scheduler *s, task *t) {
  s->held++;
  t->is_held = 1;
  return t->link;
}
static task *release(scheduler *s, task *t, int64_t id) {
  task *other = s->tasks[id];
  if (other == NULL) return NULL;
  other->is_held = 0;
  return other->priority > t->priority ? other : t;
}
static task *receive(task *t, packet *p, task *sender) {
  if (t->queue == NULL) {
    t->queue = p;
    p->link = NULL;
    t->is_pending = 1;
    if (t->priority > sender->priority) return t;
  } else {
    t->queue = append_to(p, t->queue);
  }
  return sender;
}
static task *send(scheduler *s, task *t, packet *p) {
  task *receiver = s->tasks[p->id];
  if (receiver == NULL) return NULL;
  s->queued++;
  p->link = NULL;
  p->id = t->id;
  return receive(receiver, p, t);
}

typedef struct {
  work base;
  int64_t control, count;
} idler;
static task *idler_step(work *self, task *t, packet *p) {
  idler *me = (idler *)self;
  (void)p;
  if (--me->count == 0) return hold(self->scheduler, t);
  if (me->control % 2 == 0) {
    me->control /= 2;
    return release(self->scheduler, t, 4);
  }
  me->control = (me->control / 2) ^ 53256;
  return release(self->scheduler, t, 5);
}
typedef struct {
  work base;
  int64_t target, letter;
} worker;
static task *worker_step(work *self, task *t, packet *p) {
  worker *me = (worker *)self;
  if (p == NULL) return wait_for(t);
  me->target = me->target == 2 ? 3 : 2;
  p->id = me->target;
  p->datum = 0;
  for (int i = 0; i < 4; i++) p->data[i] = me->letter = me->letter % 26 + 1;
  return send(self->scheduler, t, p);
}
typedef struct {
  work base;
  packet *items, *devices;
} handler;
static task *handler_step(work *self, task *t, packet *p) {
  handler *me = (handler *)self;
  if (p != NULL) {
    if (p->is_work) me->items = append_to(p, me->items);
    else me->devices = append_to(p, me->devices);
  }
  packet *item = me->items;
  if (item != NULL) {
    int64_t at = item->datum;
    if (at >= 4) {
      me->items = item->link;
      return send(self->scheduler, t, item);
    }
    packet *device = me->devices;
    if (device != NULL) {
      me->devices = device->link;
      device->datum = item->data[at];
      item->datum = at + 1;
      return send(self->scheduler, t, device);
    }
  }
  return wait_for(t);
}
typedef struct {
  work base;
  packet *kept;
} device;
static task *device_step(work *self, task *t, packet *p) {
  device *me = (device *)self;
  if (p == NULL) {
    packet *sent = me->kept;
    if (sent == NULL) return wait_for(t);
    me->kept = NULL;
    return send(self->scheduler, t, sent);
  }
  me->kept = p;
  return hold(self->scheduler, t);
}

static work *job(scheduler *s, size_t size, task *(*step)(work *, task *, packet *)) {
  work *w = calloc(1, size);
  w->step = step;
  w->scheduler = s;
  return w;
}
static task *add(scheduler *s, int64_t id, packet *queue, work *w) {
  task *t = calloc(1, sizeof *t);
  *t = (task){s->list, id, id * 1000, queue, queue != NULL, queue != NULL, 0, w};
  s->list = s->tasks[id] = t;
  return t;
}
static packet *packets(int64_t count, int64_t id, int64_t is_work) {
  packet *queue = NULL;
  for (int64_t i = 0; i < count; i++) {
    packet *p = calloc(1, sizeof *p);
    *p = (packet){queue, id, is_work, 0, {0}};
    queue = p;
  }
  return queue;
}
static task *run(task *t) {
  packet *p = NULL;
  if (t->is_waiting && t->is_pending) {
    p = t->queue;
    t->queue = p->link;
    t->is_waiting = 0;
    t->is_pending = t->queue != NULL;
  }
  return t->job->step(t->job, t, p);
}

static void kernel(void) {
  int64_t queued = 0, held = 0;
  for (int64_t i = 0, n = hide(100); i < n; i++) {
    scheduler *s = calloc(1, sizeof *s);
    idler *idle = (idler *)job(s, sizeof(idler), idler_step);
    idle->control = 1;
    idle->count = 10000;
    add(s, 0, NULL, &idle->base);
    worker *w = (worker *)job(s, sizeof(worker), worker_step);
    w->target = 2;
    add(s, 1, packets(2, 1, 1), &w->base);
    add(s, 2, packets(3, 4, 0), job(s, sizeof(handler), handler_step));
    add(s, 3, packets(3, 5, 0), job(s, sizeof(handler), handler_step));
    add(s, 4, NULL, job(s, sizeof(device), device_step))->is_waiting = 1;
    add(s, 5, NULL, job(s, sizeof(device), device_step))->is_waiting = 1;
    for (s->current = s->list; s->current != NULL;) {
      task *t = s->current;
      s->current = t->is_held || (t->is_waiting && !t->is_pending) ? t->link : run(t);
    }
    queued += s->queued;
    held += s->held;
  }
  printf("%lld %lld\n", (long long)queued, (long long)held);
}
