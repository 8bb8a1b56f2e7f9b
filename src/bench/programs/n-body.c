#include <math.h>
#include "twin.h"

typedef struct {
  double x, y, z, vx, vy, vz, mass;
} body;
VECTOR(bodies, body *)

static body *make(double x, double y, double z, double vx, double vy, double vz, double mass) {
  body *b = malloc(sizeof *b);
  *b = (body){x, y, z, vx * 365.24, vy * 365.24, vz * 365.24, mass * 39.47841760435743};
  return b;
}

static void advance(bodies *all, double dt) {
  int64_t n = (int64_t)all->length;
  for (int64_t i = 0; i < n; i++) {
    body *a = all->data[i];
    for (int64_t j = i + 1; j < n; j++) {
      body *b = all->data[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      double d2 = dx * dx + dy * dy + dz * dz;
      double mag = dt / (d2 * sqrt(d2));
      a->vx -= dx * b->mass * mag;
      a->vy -= dy * b->mass * mag;
      a->vz -= dz * b->mass * mag;
      b->vx += dx * a->mass * mag;
      b->vy += dy * a->mass * mag;
      b->vz += dz * a->mass * mag;
    }
  }
  for (int64_t i = 0; i < n; i++) {
    body *a = all->data[i];
    a->x += dt * a->vx;
    a->y += dt * a->vy;
    a->z += dt * a->vz;
  }
}

static double energy(bodies *all) {
  double e = 0;
  int64_t n = (int64_t)all->length;
  for (int64_t i = 0; i < n; i++) {
    body *a = all->data[i];
    e += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
    for (int64_t j = i + 1; j < n; j++) {
      body *b = all->data[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      e -= a->mass * b->mass / sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return e;
}

static void kernel(void) {
  bodies all = {0};
  bodies_push(&all, make(0, 0, 0, 0, 0, 0, 1));
  bodies_push(&all, make(4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609));
  bodies_push(&all, make(8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411521, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812));
  bodies_push(&all, make(12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298));
  bodies_push(&all, make(15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451));
  double px = 0, py = 0, pz = 0;
  for (size_t i = 0; i < all.length; i++) {
    body *b = all.data[i];
    px += b->vx * b->mass;
    py += b->vy * b->mass;
    pz += b->vz * b->mass;
  }
  all.data[0]->vx = 0.0 - px / 39.47841760435743;
  all.data[0]->vy = 0.0 - py / 39.47841760435743;
  all.data[0]->vz = 0.0 - pz / 39.47841760435743;
  for (int64_t i = 0, n = hide(500000); i < n; i++) advance(&all, 0.01);
  printf("%lld\n", (long long)llround(energy(&all) * 1e9));
}
