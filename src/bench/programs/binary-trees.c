#include "twin.h"

typedef struct node {
  struct node *left, *right;
} node;

static node *build(int64_t depth) {
  node *n = malloc(sizeof *n);
  n->left = depth == 0 ? NULL : build(depth - 1);
  n->right = depth == 0 ? NULL : build(depth - 1);
  return n;
}

static int64_t count(const node *n) { return n->left == NULL ? 1 : 1 + count(n->left) + count(n->right); }

static void drop(node *n) {
  if (n == NULL) return;
  drop(n->left);
  drop(n->right);
  free(n);
}

static void kernel(void) {
  int64_t most = hide(16);
  node *kept = build(most);
  for (int64_t depth = 4; depth <= most; depth += 4) {
    int64_t rounds = (int64_t)1 << (most - depth + 4), total = 0;
    for (int64_t i = 0; i < rounds; i++) {
      node *n = build(depth);
      total += count(n);
      drop(n);
    }
    printf("%lld trees of depth %lld: %lld\n", (long long)rounds, (long long)depth, (long long)total);
  }
  printf("%lld\n", (long long)count(kept));
  drop(kept);
}
