class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def build(depth):
    if depth == 0:
        return Node(None, None)
    return Node(build(depth - 1), build(depth - 1))


def count(node):
    if node.left is None:
        return 1
    return 1 + count(node.left) + count(node.right)


def main():
    kept = build(16)
    depth = 4
    while depth <= 16:
        rounds = 1 << (16 - depth + 4)
        total = 0
        for _ in range(rounds):
            total += count(build(depth))
        print(f"{rounds} trees of depth {depth}: {total}")
        depth += 4
    print(count(kept))


main()
